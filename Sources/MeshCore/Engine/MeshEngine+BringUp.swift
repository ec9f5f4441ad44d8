import Logging
import MeshRules
import MeshWire

extension MeshEngine {
    /// Sets up the network and the node on it. What fails here is told in every snapshot and tried again.
    func bringUp() async throws {
        do {
            try await start()
        } catch {
            // Somebody wants it tried again at once, or the node ends: what a half-done try says is nobody's business.
            if Task.isCancelled { throw error }
            if failed("\(error)") { report.yield(NodeEvent(.error, "network", "\(error)")) }
            throw error
        }
    }

    private func start() async throws {
        if configuration.newIdentity { try await takeNewIdentity() }
        let network = makeNetwork(tasks)
        try await network.initialize()
        do {
            try await start(on: network)
        } catch {
            await network.shutdown()
            throw error
        }
    }

    /// Drops, once a run, the party and the key that this machine's identity in any party follows from. Nothing is told
    /// to the control plane: the machine that the folder was copied from is the member.
    private func takeNewIdentity() async throws {
        guard !hasNewIdentity else { return }
        try await NodeStore.open(folder: configuration.stateFolder).apply([.forgetParty])
        try WireGuardKey.forget(at: "\(configuration.stateFolder)/wg.key")
        hasNewIdentity = true
        report.yield(
            NodeEvent(
                .notice, "party", "this machine has a new identity: join its party again with an invite (meshtui join)")
        )
    }

    private func start(on network: any MachineNetwork) async throws {
        let store = try await NodeStore.open(folder: configuration.stateFolder)
        let stored = try await store.load()
        let began = ContinuousClock.now
        let node = try Node(
            stored: stored, wireGuardKey: await network.privateKey, configuration: configuration.nodeConfiguration,
            random: SystemRandomNumberGenerator(), now: Instant())
        let control = ControlConnection(tasks: tasks, leaveOwn: { await self.stopServing() }) { target, party in
            try await self.connect(to: target, party: party)
        }
        let report = report
        let manager = ConnectionManager(
            node: node, began: began, network: network, store: store, control: control
        ) { report.yield($0) }
        // The first look at the network makes the node go on in its party: whoever asks next finds it there.
        await manager.lookAtNetwork()
        guard wasBroughtUp(RunningNode(network: network, manager: manager)) else { throw EngineProblem.stopping }
        for job in manager.jobs { await tasks.start(job) }
        await tasks.start(networkEvents(of: network, manager))
        let names = ServerNames(stun: configuration.stun, relays: configuration.relays)
        // What was given literally waits for no look-up.
        await manager.take(.servers(await names.known))
        for job in names.jobs(silent: { await manager.silentServers }, tell: { await self.found($0, for: manager) }) {
            await tasks.start(job)
        }
        await manager.take(.watched(snapshotFeed.count > 0))
    }

    private nonisolated func networkEvents(of network: any MachineNetwork, _ manager: ConnectionManager) -> TaskJob {
        let report = report
        return TaskJob("network events") {
            for await event in network.events {
                switch event {
                case .childRestarted(let reason):
                    report.yield(NodeEvent(.warning, "network", "WireGuard \(reason) and was started again"))
                    await manager.take(.wireGuardRestarted)
                case .listenPortChanged(let port):
                    report.yield(
                        NodeEvent(.notice, "network", "the port wanted is taken, WireGuard listens on \(port)"))
                    await manager.lookAtNetwork()
                case .addressesChanged: await manager.lookAtNetwork()
                case .listeningFailed(let why):
                    report.yield(
                        NodeEvent(
                            .error, "network",
                            "control datagrams are not received, \(why): start the node again (meshtui down)"))
                }
            }
        }
    }

    /// Names without an address are told once, not with each try.
    private func found(_ known: ServerNames.Known, for manager: ConnectionManager) async {
        await manager.take(.servers(known))
        guard known.missing != unresolved else { return }
        unresolved = known.missing
        guard !unresolved.isEmpty else { return }
        report.yield(NodeEvent(.warning, "network", "\(ServerNames.Unresolved(names: unresolved))"))
    }
}

extension NodeInput {
    fileprivate static func servers(_ known: ServerNames.Known) -> NodeInput {
        .servers(stun: known.stun, relays: known.relays)
    }
}
