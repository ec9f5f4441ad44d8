package import MeshWire

/// What `meshtui relay serve` is told.
package struct RelayConfiguration: Sendable {
    /// UDP addresses, IPv4 for now; port 0 takes a free one. On a machine with several addresses name them one by one:
    /// answers to a wildcard leave from whichever the route prefers, and a NAT in front of a client drops those.
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
