public import MeshWire

/// What `meshtui relay serve` is told.
public struct RelayConfiguration: Sendable {
    /// UDP addresses, IPv4 for now; port 0 takes a free one. Behind 0.0.0.0 each client is answered from the address that
    /// it asked.
    public var listen: [Endpoint]
    /// X25519; its public half is the relay's name.
    public var privateKey: Bytes32
    /// Whom it serves, and how many.
    public var policy: RelayPolicy
    /// A word for people, such as a city.
    public var region: String

    /// What the options say; `region` is a word for people.
    public init(listen: [Endpoint], privateKey: Bytes32, policy: RelayPolicy, region: String = "") {
        (self.listen, self.privateKey, self.policy, self.region) = (listen, privateKey, policy, region)
    }
}
