import MeshRules
import MeshWire

/// Who stands at an address.
package enum NetworkHost: Hashable, Sendable {
    case machine(Int)
    case nat(Int)
    case relay(Int)
    case stun(Int)
}

/// A piece of network whose hosts reach each other without a NAT between them: the internet, or what is behind a NAT.
package enum Segment: Hashable, Sendable {
    case internet
    case behind(Int)
}

/// Addresses, NATs and links: everything that a datagram meets between two machines.
package struct Internet: Sendable {
    private struct Place: Hashable, Sendable {
        var segment: Segment
        var address: IPAddress
    }

    /// Where a datagram goes next.
    enum Hop: Sendable {
        case arrives(Packet, NetworkHost, Segment, at: Instant)
        case vanishes(Packet)
    }

    /// Between public addresses.
    package var links = LinkTable()
    /// Between two hosts of one household.
    package var lanDelay: Duration = .microseconds(300)
    /// In the order in which they were added.
    package private(set) var nats: [NATModel] = []
    private var outerSegments: [Segment] = []
    // Looked up, never walked.
    private var hosts: [Place: NetworkHost] = [:]
    private var random: SeededRandom

    init(random: SeededRandom) { self.random = random }

    mutating func place(_ host: NetworkHost, at address: IPAddress, in segment: Segment) {
        hosts[Place(segment: segment, address: address)] = host
    }

    /// A NAT before a new segment.
    mutating func addNAT(_ layer: NATLayer, at address: IPAddress, in segment: Segment) -> Segment {
        nats.append(NATModel(layer, outerAddress: address, random: random.fork()))
        outerSegments.append(segment)
        place(.nat(nats.count - 1), at: address, in: segment)
        return .behind(nats.count - 1)
    }

    /// A NAT forgets its mappings and takes new ports.
    package mutating func reboot(_ nat: Int) { nats[nat].reboot() }

    /// From a host on a segment, through as many NATs as stand between it and the destination's segment.
    mutating func send(_ packet: Packet, from segment: Segment, now: Instant) -> Hop {
        var packet = packet
        var segment = segment
        while true {
            if let host = hosts[Place(segment: segment, address: packet.destination.address)] {
                guard case .internet = segment else {
                    return .arrives(packet, host, segment, at: now + lanDelay)
                }
                guard
                    let arrival = links.arrival(
                        from: packet.source.address, to: packet.destination.address, now: now, random: &random)
                else { return .vanishes(packet) }
                return .arrives(packet, host, segment, at: arrival)
            }
            guard case .behind(let nat) = segment else { return .vanishes(packet) }
            let isHairpin = packet.destination.address == nats[nat].outerAddress
            guard !isHairpin || nats[nat].layer.hairpin else { return .vanishes(packet) }
            packet.source = nats[nat].outbound(from: packet.source, to: packet.destination, now: now)
            if isHairpin { return enter(packet, nat, now: now) }
            segment = outerSegments[nat]
        }
    }

    /// A packet has reached the outer side of a NAT.
    mutating func enter(_ packet: Packet, _ nat: Int, now: Instant) -> Hop {
        guard let inner = nats[nat].inbound(from: packet.source, to: packet.destination.port, now: now) else {
            return .vanishes(packet)
        }
        var packet = packet
        packet.destination = inner
        guard let host = hosts[Place(segment: .behind(nat), address: inner.address)] else { return .vanishes(packet) }
        return .arrives(packet, host, .behind(nat), at: now + lanDelay)
    }
}
