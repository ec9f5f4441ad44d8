package import MeshWire

/// What `meshtui relay serve` is told.
package struct RelayConfiguration: Sendable {
    /// UDP addresses, IPv4 for now; port 0 takes a free one. Behind 0.0.0.0 each client is answered from the address that
    /// it asked.
    package var listen: [Endpoint]
    /// Keeps `relay.key`; made when it isn't there.
    package var stateFolder: String
    package var policy: RelayPolicy
    /// A word for people, such as a city.
    package var region: String

    package init(listen: [Endpoint], stateFolder: String, policy: RelayPolicy, region: String = "") {
        (self.listen, self.stateFolder, self.policy, self.region) = (listen, stateFolder, policy, region)
    }
}
