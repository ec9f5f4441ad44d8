import MeshWire

/// How the party's network stands with what else the machine reaches.
struct NetworkOverlap: Sendable {
    /// The interface gets no address until this is gone.
    var conflict: LocalRoute?
    /// Routes that a person was told of, each once.
    var told: [LocalRoute] = []

    /// Why this machine has no address in the party's network, in one line that ends with what to do.
    func problem(_ network: IPv4Network) -> String? {
        conflict.map { route in
            "the party's network \(network) meets \(route) on this machine, which gets no address in it: take that away, or leave the party (meshtui leave)"
        }
    }
}

/// The machine's own network, and the party's on it (PROTOCOL.md §3): nothing is changed where the two meet.
extension Node {
    mutating func networkChanged(_ newer: LocalNetwork, _ step: inout Step) {
        let older = network
        guard newer != older else { return }
        network = newer
        let gone = older?.addresses.filter { !newer.addresses.contains($0) } ?? []
        let isElsewhere = (newer.addresses, newer.listenPort) != (older?.addresses ?? [], older?.listenPort ?? 0)
        if isElsewhere { nat.networkChanged(newer, &step) }
        overlapChanged(&step)
        guard older != nil else {
            for index in relays.indices { relays[index].announce([], &step) }
            return resume(&step)
        }
        guard isElsewhere else { return }
        tellOfAddresses(newer.addresses, &step)
        let rows = rows
        for index in relays.indices { relays[index].announce(rows, &step) }
        for index in peers.indices { peers.update(at: index) { $0.networkChanged(gone: gone, &step) } }
    }

    /// Interfaces that come and go all the time fill no log, and the last change of a few in a row is told too.
    private mutating func tellOfAddresses(_ addresses: [IPAddress], _ step: inout Step) {
        guard addressEvents.take(at: step.now) else { return }
        let words = addresses.map(\.description).joined(separator: ", ")
        step.event(.info, "network", words.isEmpty ? "this machine has no address now" : "addresses changed: \(words)")
    }

    /// Chooses the network of a party hosted here: the network that a person wants, else the first free one.
    func networkToHost(_ wanted: IPv4Network?) throws(CommandRefusal) -> IPv4Network {
        guard let network = wanted ?? freeNetwork else { throw .noFreeNetwork }
        guard network.isForParty else { throw .badNetwork(network) }
        try checkNetwork(network)
        return network
    }

    private var freeNetwork: IPv4Network? { (network ?? LocalNetwork(addresses: [], listenPort: 0)).freeNetwork }

    func checkNetwork(_ wanted: IPv4Network) throws(CommandRefusal) {
        if let route = network?.conflict(with: wanted) { throw .network(wanted, route) }
    }

    /// Gives the interface this member's address, unless the machine has come to where that network is another one.
    mutating func configureInterface(_ step: inout Step) {
        guard let membership else { return }
        let wanted = membership.roster.network
        overlap.conflict = network?.conflict(with: wanted)
        if let problem = overlap.problem(wanted) { return step.event(.error, "network", problem) }
        step.effect(
            .configureInterface(InterfaceAddress(address: membership.address, prefix: Int(wanted.prefix))))
        warnOfOverlap(&step)
    }

    private mutating func overlapChanged(_ step: inout Step) {
        if overlap.conflict == nil { return warnOfOverlap(&step) }
        guard let wanted = membership?.roster.network, network?.conflict(with: wanted) == nil else { return }
        step.event(.notice, "network", "nothing of this machine meets the party's network any more")
        configureInterface(&step)
    }

    /// The kernel sends packets for a party's addresses to whichever network of the machine fits better.
    private mutating func warnOfOverlap(_ step: inout Step) {
        guard let own = membership?.roster.network, let network else { return }
        let conflict = network.conflict(with: own)
        let wider = network.widerRoutes(around: own)
        if let conflict, !overlap.told.contains(conflict) {
            step.event(
                .warning, "network",
                "\(conflict) of this machine meets the party's network \(own): members near it are not reached until it is gone"
            )
        }
        for route in wider where !overlap.told.contains(route) {
            step.event(
                .warning, "network",
                "\(route) holds the party's network \(own): what else you reach there by addresses of \(own) is not reached now"
            )
        }
        overlap.told = (conflict.map { [$0] } ?? []) + wider
    }
}
