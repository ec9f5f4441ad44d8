import MeshWire

/// The proof that an address is its sender's own, without storing anything about it: a MAC under a secret that changes
/// every two minutes, the last two of which count (PROTOCOL.md §4).
struct CookieJar {
    private var newest: Bytes32
    private var older: Bytes32
    private var renewedAt: Int64?
    private var random: any RandomNumberGenerator & Sendable

    init(first: Bytes32, random: any RandomNumberGenerator & Sendable) {
        newest = first
        self.random = random
        older = Self.secret(&self.random)
    }

    /// Renews the secrets when they are old enough; called before any other use.
    mutating func turn(now: Int64) {
        guard let last = renewedAt else { return renewedAt = now }
        let age = now - last
        guard age >= RelayProtocol.secretAge else { return }
        older = age < 2 * RelayProtocol.secretAge ? newest : Self.secret(&random)
        newest = Self.secret(&random)
        renewedAt = now
    }

    /// Draws both secrets anew, so that no cookie given before counts any longer. Honest clients answer one more CHALLENGE.
    mutating func renewBoth(now: Int64) {
        (older, newest) = (Self.secret(&random), Self.secret(&random))
        renewedAt = now
    }

    func cookie(for source: Endpoint, wg: PublicKey) -> Bytes16 {
        RelayKeys.cookie(secret: newest, observed: source, wg: wg)
    }

    func accepts(_ cookie: Bytes16, from source: Endpoint, wg: PublicKey) -> Bool {
        guard cookie != Bytes16() else { return false }
        return cookie == RelayKeys.cookie(secret: newest, observed: source, wg: wg)
            || cookie == RelayKeys.cookie(secret: older, observed: source, wg: wg)
    }

    private static func secret(_ random: inout any RandomNumberGenerator & Sendable) -> Bytes32 {
        var bytes: [UInt8] = []
        while bytes.count < Bytes32.count { bytes.append(bigEndian: random.next()) }
        return Bytes32(bytes.span, at: 0)
    }
}
