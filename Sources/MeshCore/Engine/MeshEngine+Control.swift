import MeshRules
import MeshWire

/// The host's own control plane: served as long as the node is in the party that it hosts, on a port that is free.
extension MeshEngine {
    private static let controlService = "control service"
    private static let controlServer = "control server"

    /// The control plane that the node wants: the host's own, served on the LAN as well, or a server.
    func connect(to target: ControlTarget, party: PartyID) async throws -> any ControlPlane {
        switch target {
        case .local(let serving):
            // The last is one of the machine's own: its next start takes that port again.
            let wanted = serving.last?.port ?? EngineConfiguration.controlPort
            let service = try await ownControl(at: serving, wanted: wanted).service
            await service.serve(.one(party))
            return LocalControlPlane(service: service, party: party)
        case .remote(let servers, let keyHash):
            return RemoteControlPlane(
                servers: servers, party: party, expectedKeyHash: keyHash, allowInsecure: configuration.insecureHTTP)
        }
    }

    /// Opens the control plane of this process, and serves it. It knows no party until one is connected to.
    /// - Parameters:
    ///   - addresses: where invites say that it is.
    ///   - wanted: the TCP port that is tried first.
    private func ownControl(
        at addresses: [ControlAddress], wanted: UInt16 = EngineConfiguration.controlPort
    ) async throws -> ControlServerState {
        let control = try await openControl()
        guard !isServing else { return control }
        isServing = true
        let names = (addresses + [configuration.publicAddress].compactMap(\.self)).map(\.host)
        let (serveControl, report) = (serveControl, report)
        // One that was just stopped may not have ended yet.
        await tasks.cancel(Self.controlServer)
        await tasks.start(
            TaskJob(Self.controlServer, again: .onFailure(after: Self.retry)) {
                do {
                    try await serveControl(control, wanted, names) { await self.served(on: $0, wanted: wanted) }
                } catch {
                    if Task.isCancelled { throw error }
                    report.yield(NodeEvent(.error, "control", "\(EngineProblem.notServed(reason: "\(error)"))"))
                    await self.notServed("\(error)")
                    throw error
                }
            })
        return control
    }

    /// What is kept of it stays open as long as the node runs.
    private func openControl() async throws -> ControlServerState {
        if let control { return control }
        let opened = try await ControlServerState.open(
            folder: configuration.stateFolder + "/control", policy: ControlPolicy(parties: .none))
        if let control { return control }
        control = opened
        await tasks.start(TaskJob(Self.controlService) { await opened.service.run() })
        return opened
    }

    /// The party is left, or another control plane is used: this one serves nobody, and its port is closed.
    func stopServing() async {
        guard isServing, let control else { return }
        isServing = false
        await control.service.serve(.none)
        await tasks.cancel(Self.controlServer)
        // A party may be hosted anew by now.
        guard !isServing else { return }
        (controlPort, controlProblem) = (nil, nil)
        // A server that was still binding says nothing any more.
        tellServed()
    }

    /// The port on which this machine serves a party that it is about to host. Throws when it can't.
    /// - Parameter given: what a person says that others reach from outside.
    func servedPort(given: ControlAddress?) async throws(EngineProblem) -> UInt16 {
        do { _ = try await ownControl(at: [given].compactMap(\.self)) } catch { throw .notServed(reason: "\(error)") }
        if controlPort == nil { await withCheckedContinuation { whenServed.append($0) } }
        guard let controlPort else { throw .notServed(reason: controlProblem ?? "the node is stopping") }
        return controlPort
    }

    /// No party came about for which it was opened.
    func stopServingNobody() async {
        guard let control, await control.service.servesNobody else { return }
        await stopServing()
    }

    private func served(on port: UInt16, wanted: UInt16) async {
        if port != wanted {
            report.yield(
                NodeEvent(
                    .notice, "control", "TCP \(wanted) is taken by another program: the party is served on \(port)"))
        }
        (controlPort, controlProblem) = (port, nil)
        tellServed()
        await running?.manager.take(.controlServed(port: port))
    }

    private func notServed(_ why: String) {
        (controlPort, controlProblem) = (nil, why)
        tellServed()
    }

    /// It is known now whether the control plane is served, or it never will be.
    func tellServed() {
        for continuation in whenServed { continuation.resume() }
        whenServed = []
    }

    /// Where the others of a party reach the control plane in this process now.
    /// - Parameter given: what a person says that others reach from outside.
    func serving(on port: UInt16, given: ControlAddress?, invited: [ControlAddress] = []) -> [ControlAddress] {
        ControlAddress.serving(
            given: given ?? configuration.publicAddress, invited: invited,
            own: running?.network.localAddresses() ?? [], port: port)
    }

    /// Nil for a node that hosts no party by itself.
    func hostingStatus() async -> HostingStatus? {
        guard let running, let control, let controlPort, let invited = await running.manager.invited else { return nil }
        return HostingStatus(
            addresses: serving(on: controlPort, given: nil, invited: invited), port: controlPort,
            isReachedFromOutside: await control.service.isReachedFromOutside)
    }
}
