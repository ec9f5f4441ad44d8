import Glibc

/// Takes a lab down, in whatever state it is: up, half built, or dead with its namespaces left behind.
struct Sweep {
    let folder: LabFolder

    /// How long processes get to tidy up after SIGTERM.
    private static let patience: Duration = .seconds(5)

    /// Returns whether there was anything.
    @discardableResult
    func run() async -> Bool {
        let prefix = Topology.prefix(of: folder.lab)
        let namespaces = IPTool.namespaces(prefix: prefix)
        let internet = prefix + "internet"
        await end(await processes(in: namespaces.filter { $0 != internet }))
        await end(await processes(in: [internet]))
        for namespace in namespaces { _ = try? await IPTool.run(["netns", "delete", namespace]) }
        folder.remove()
        return !namespaces.isEmpty
    }

    private func processes(in namespaces: [String]) async -> [ProcessWatch] {
        var found: [ProcessWatch] = []
        for namespace in namespaces {
            let pids = (try? await IPTool.processes(in: namespace)) ?? []
            found += pids.filter { $0 != getpid() }.compactMap { ProcessWatch(pid: $0) }
        }
        return found
    }

    private func end(_ processes: [ProcessWatch]) async {
        for process in processes {
            process.send(SIGCONT)
            process.send(SIGTERM)
        }
        let deadline = ContinuousClock.now + Sweep.patience
        for process in processes where !process.ended(within: max(.zero, deadline - .now)) {
            process.send(SIGKILL)
            _ = process.ended(within: Sweep.patience)
        }
    }
}
