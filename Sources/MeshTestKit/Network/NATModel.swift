package import MeshRules
package import MeshWire

/// One NAT: which parts of the remote endpoint it keeps in the key of a mapping, and which it compares when a packet
/// comes from outside. That is all that tells the kinds apart.
package struct NATModel: Sendable {
    private struct Mapping: Sendable {
        var inner: Endpoint
        /// The parts of the remote endpoint that the mapping is for; the others are zero.
        var remote: Endpoint
        var port: UInt16
        var lastOutbound: Instant
        var contacts: [Contact]
    }

    /// A remote endpoint that the mapping has sent to, reduced to the parts that filtering looks at.
    private struct Contact: Sendable {
        var remote: Endpoint
        var last: Instant
    }

    /// How it behaves.
    package let layer: NATLayer
    /// The address that the outside sees.
    package let outerAddress: IPAddress
    private var mappings: [Mapping] = []
    private var random: SeededRandom

    /// A NAT without mappings.
    package init(_ layer: NATLayer, outerAddress: IPAddress, random: SeededRandom) {
        (self.layer, self.outerAddress, self.random) = (layer, outerAddress, random)
    }

    /// Loses every mapping, as a power cut does; the next ones get other ports.
    package mutating func reboot() { mappings.removeAll() }

    /// A packet leaves: its source as the outside sees it.
    package mutating func outbound(from inner: Endpoint, to remote: Endpoint, now: Instant) -> Endpoint {
        let key = Self.kept(remote, by: layer.mapping)
        let contact = Self.kept(remote, by: layer.filtering)
        mappings.removeAll { now - $0.lastOutbound > layer.lifetime }
        if let known = mappings.firstIndex(where: { $0.inner == inner && $0.remote == key }) {
            mappings[known].lastOutbound = now
            if let seen = mappings[known].contacts.firstIndex(where: { $0.remote == contact }) {
                mappings[known].contacts[seen].last = now
            } else {
                mappings[known].contacts.append(Contact(remote: contact, last: now))
            }
            return Endpoint(outerAddress, mappings[known].port)
        }
        let port = freePort()
        mappings.append(
            Mapping(
                inner: inner, remote: key, port: port, lastOutbound: now,
                contacts: [Contact(remote: contact, last: now)]))
        return Endpoint(outerAddress, port)
    }

    /// A packet comes from outside: the inner endpoint that it is for, nil when it is dropped.
    package func inbound(from remote: Endpoint, to port: UInt16, now: Instant) -> Endpoint? {
        let contact = Self.kept(remote, by: layer.filtering)
        for mapping in mappings where mapping.port == port && now - mapping.lastOutbound <= layer.lifetime {
            if layer.filtering == .endpointIndependent { return mapping.inner }
            let known = mapping.contacts.contains { $0.remote == contact && now - $0.last <= layer.lifetime }
            return known ? mapping.inner : nil
        }
        return nil
    }

    private static func kept(_ remote: Endpoint, by behaviour: NATBehaviour) -> Endpoint {
        switch behaviour {
        case .unknown, .endpointIndependent: Endpoint(IPAddress(), 0)
        case .addressDependent: Endpoint(remote.address, 0)
        case .addressAndPortDependent: remote
        }
    }

    private mutating func freePort() -> UInt16 {
        while true {
            let port = UInt16(20_000 + random.below(40_000))
            if !mappings.contains(where: { $0.port == port }) { return port }
        }
    }
}
