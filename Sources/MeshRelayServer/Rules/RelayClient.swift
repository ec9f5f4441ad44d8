import MeshWire

/// Who a client is: the same machine under another issuer or scope is another client.
struct ClientKey: Hashable {
    let issuer: PublicKey
    let scope: Scope
    let wg: PublicKey

    init(_ token: RelayToken) { (issuer, scope, wg) = (token.issuer, token.scope, token.wg) }
}

/// What the packet path needs of a client: integers only, so that looking is not counting references.
struct RelayPlace {
    /// The table of its (issuer, scope).
    let table: UInt32
    let tag: Tag
    /// Where it is, and the way on which it is reached.
    var endpoint: Endpoint
    var way: Int
}

/// One registered machine.
struct RelayClient {
    let key: ClientKey
    let keys: SharedKeys.Pair
    /// Recognises initiations that are meant for it.
    let mac1: Mac1Key
    /// Its latest token whose signature was good.
    var token: RelayToken
    var counter: UInt64 = 0
    /// Nanoseconds: when its registration ends.
    var end: Int64 = 0
    var rows = ClientRows()
    var hellos = RateLimit()
    var handshakes = RateLimit()

    init(_ token: RelayToken, keys: SharedKeys.Pair) {
        key = ClientKey(token)
        self.keys = keys
        mac1 = Mac1Key(publicKey: token.wg)
        self.token = token
    }
}
