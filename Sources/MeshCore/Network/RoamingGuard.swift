internal import MeshRules
internal import MeshWire

/// The node's nftables table: made when this is, changed in 0.1 ms by the process itself, gone when it is closed or the
/// process ends, kill -9 included.
actor RoamingGuard {
    private var context: NFTContext?
    private let counters: GuardCounters
    private var rules: GuardRules

    init(interface: String, port: UInt16, group: UInt16) throws(NetworkProblem) {
        rules = GuardRules(interface: interface, port: port, group: group)
        counters = try GuardCounters(table: rules.name)
        let context = try NFTContext()
        try context.run(rules.creation)
        self.context = consume context
    }

    /// In force when this returns.
    func stand(_ rule: RoamingGuardRule) throws(NetworkProblem) {
        try change { $0.stand(rule) }
    }

    func end(_ peer: PublicKey) throws(NetworkProblem) {
        try change { $0.end(peer) }
    }

    /// Packets rewritten, of each guard that stands.
    func hits() throws(NetworkProblem) -> [PublicKey: UInt64] {
        let peers = rules.peers
        guard !peers.isEmpty, context != nil else { return [:] }
        let packets = try counters.packets()
        var hits: [PublicKey: UInt64] = [:]
        for peer in peers { hits[peer] = packets[GuardRules.counter(of: peer)] ?? 0 }
        return hits
    }

    /// Takes the table away.
    func close() {
        try? context?.run(rules.removal)
        context = nil
    }

    /// What nftables refuses is not remembered as standing.
    private func change(_ edit: (inout GuardRules) -> String) throws(NetworkProblem) {
        var changed = rules
        let commands = edit(&changed)
        guard context != nil else { throw .notRunning }
        try context?.run(commands)
        rules = changed
    }
}
