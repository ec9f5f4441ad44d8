package import MeshRelayServer
package import MeshWire

/// A relay at a public endpoint: the real rules with a private key that survives a restart.
package struct RelayModel: Sendable {
    package let endpoint: Endpoint
    package internal(set) var rules: RelayRules
    package internal(set) var isDown = false
    /// H("relay", key)[8].
    package var id: Bytes8 { Derivation.relayID(key: rules.publicKey) }
    private let privateKey: Bytes32
    private var random: SeededRandom

    init(endpoint: Endpoint, issuers: [PublicKey], isOpen: Bool, random: SeededRandom) {
        var random = random
        privateKey = Bytes32(random.bytes(32).span, at: 0)
        self.endpoint = endpoint
        rules = RelayRules(
            privateKey: privateKey, policy: RelayPolicy(issuers: issuers, open: isOpen),
            secrets: Bytes32(random.bytes(32).span, at: 0), random: random.fork())
        self.random = random
    }

    /// Forgets all clients and learned indexes.
    mutating func restart() {
        rules = RelayRules(
            privateKey: privateKey, policy: rules.policy, secrets: Bytes32(random.bytes(32).span, at: 0),
            random: random.fork())
    }
}
