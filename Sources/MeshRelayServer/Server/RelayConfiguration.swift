public import MeshWire

/// What `meshtui relay serve` is told.
public struct RelayConfiguration: Sendable {
    /// UDP addresses, IPv4 for now; port 0 takes a free one. Behind 0.0.0.0 each client is answered from the address that
    /// it asked.
    public var listen: [Endpoint]
    /// Keeps `relay.key`; made when it isn't there.
    public var stateFolder: String
    /// Whom it serves, and how many.
    public var policy: RelayPolicy
    /// A word for people, such as a city.
    public var region: String

    /// What the options say; `region` is a word for people.
    public init(listen: [Endpoint], stateFolder: String, policy: RelayPolicy, region: String = "") {
        (self.listen, self.stateFolder, self.policy, self.region) = (listen, stateFolder, policy, region)
    }
}
