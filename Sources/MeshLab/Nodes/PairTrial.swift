import Glibc

/// Two machines in a party of their own: which path do they end on?
struct PairTrial: Sendable {
    let launcher: NodeLauncher
    let first: Site
    let second: Site
    /// How long they may take to reach the path that their NATs allow.
    let patience: Duration

    func run() async throws -> PairStatus? {
        let (host, friend) = (Node(at: first), Node(at: second))
        let (invite, hosting) = try await launcher.host("\(first.name) and \(second.name)", on: host)
        let joining = try launcher.join(invite, on: friend)
        let expected = PathMatrix.expected(first.kind, second.kind)
        let deadline = ContinuousClock.now + patience
        var status: PairStatus?
        while ContinuousClock.now < deadline, status?.path != expected || expected == .relay,
            joining.lives(for: .milliseconds(250))
        {
            status = try await launcher.ask(["status", "--json"], of: friend).flatMap(PairStatus.init)
        }
        for process in [joining, hosting] { end(process) }
        for node in [host, friend] { launcher.lab.folder.forget("node-" + node.site) }
        return status
    }

    private func end(_ service: LabState.Service) {
        guard let process = ProcessWatch(pid: service.pid) else { return }
        process.send(SIGTERM)
        guard !process.ended(within: .seconds(10)) else { return }
        kill(-service.pid, SIGKILL)
        _ = process.ended(within: .seconds(5))
    }
}
