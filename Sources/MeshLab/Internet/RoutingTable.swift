/// Says what becomes of a packet: where it goes and when it arrives, or why not. Pure: time and chance come in.
struct RoutingTable {
    enum Verdict: Equatable {
        case deliver(to: Int, due: UInt64)
        case drop(DropReason)
    }

    enum DropReason: Int, CaseIterable, Equatable {
        /// Not IPv4.
        case protocolUnknown
        /// The source address isn't the sending household's: its NAT has let a private address out.
        case strangeSource
        case noRoute
        case cut
        case lost
        /// More packets on their way than the internet holds.
        case overflow
        /// The receiving device would not take it.
        case device
    }

    private struct Link: Equatable {
        var isCut = false
        /// Of 2^32 packets, how many are lost.
        var loss: UInt64 = 0
        var delay: UInt64
        var jitter: UInt64

        static func loss(percent: Double) -> UInt64 { UInt64(percent / 100 * 4_294_967_296) }
    }

    let names: [String]
    private let owners: [UInt32: Int]
    private var links: [Link]
    private let original: [Link]
    /// When the last packet of each link arrives: later ones arrive no earlier, whatever the jitter.
    private var lastDue: [UInt64]

    init(_ scenario: Scenario) {
        let households = scenario.households
        names = households.map(\.name)
        var owners: [UInt32: Int] = [:]
        for (index, site) in households.enumerated() {
            for address in site.publicAddresses + [site.spareAddress].compactMap({ $0 }) {
                owners[address.value] = index
            }
        }
        self.owners = owners
        links = households.flatMap { from in
            households.map { to in
                Link(
                    loss: Link.loss(percent: scenario.lossPct),
                    delay: scenario.oneWayDelay(from: from, to: to).nanoseconds,
                    jitter: Duration.milliseconds(scenario.jitterMs).nanoseconds)
            }
        }
        original = links
        lastDue = Array(repeating: 0, count: links.count)
    }

    mutating func route(
        from: Int, source: UInt32, destination: UInt32, now: UInt64, chance: inout some RandomNumberGenerator
    ) -> Verdict {
        guard owners[source] == from else { return .drop(.strangeSource) }
        guard let to = owners[destination], to != from else { return .drop(.noRoute) }
        let index = from * names.count + to
        let link = links[index]
        if link.isCut { return .drop(.cut) }
        if link.loss > 0, chance.next() >> 32 < link.loss { return .drop(.lost) }
        let jitter = link.jitter > 0 ? chance.next(upperBound: link.jitter) : 0
        let due = max(now + link.delay + jitter, lastDue[index])
        lastDue[index] = due
        return .deliver(to: to, due: due)
    }

    mutating func apply(_ fault: Fault) throws(LabProblem) {
        switch fault {
        case .cut(let a, let b, let oneWay):
            try change(a, b, bothWays: !oneWay) { link, _ in link.isCut = true }
        case .mend(let a, let b):
            try change(a, b, bothWays: true) { link, original in link = original }
        case .loss(let a, let b, let percent):
            try change(a, b, bothWays: true) { link, _ in link.loss = Link.loss(percent: percent) }
        case .delay(let a, let b, let milliseconds):
            try change(a, b, bothWays: true) { link, _ in link.delay = Duration.milliseconds(milliseconds).nanoseconds }
        }
    }

    /// One line a direction that is not as it was at the start.
    var faults: [String] {
        links.indices.filter { links[$0] != original[$0] }.map { index in
            let link = links[index]
            var line = "\(names[index / names.count]) -> \(names[index % names.count]):"
            if link.isCut { line += " cut" }
            if link.loss != original[index].loss {
                let tenths = (Double(link.loss) / 4_294_967_296 * 1000).rounded()
                line += " loses \(tenths / 10) %"
            }
            if link.delay != original[index].delay { line += " takes \(Double(link.delay) / 1e6) ms" }
            return line
        }
    }

    private mutating func change(
        _ a: String, _ b: String, bothWays: Bool, _ body: (inout Link, Link) -> Void
    ) throws(LabProblem) {
        let (from, to) = (try number(of: a), try number(of: b))
        for index in [from * names.count + to] + (bothWays ? [to * names.count + from] : []) {
            body(&links[index], original[index])
            lastDue[index] = 0
        }
    }

    private func number(of name: String) throws(LabProblem) -> Int {
        guard let index = names.firstIndex(of: name) else { throw .unknownSite(name, known: names) }
        return index
    }
}

extension Duration {
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
