import MeshRules
import MeshWire

/// The host's own control plane: served as long as the node runs, on a port that is free.
extension MeshEngine {
    private static let controlService = "control service"
    private static let controlServer = "control server"

    /// The control plane that the node wants: the host's own, served on the LAN as well, or a server.
    func connect(to target: ControlTarget, party: PartyID) async throws -> any ControlPlane {
        switch target {
        case .local(let serving):
            return LocalControlPlane(service: try await ownControl(wanting: serving).service, party: party)
        case .remote(let servers, let keyHash):
            return RemoteControlPlane(
                servers: servers, party: party, expectedKeyHash: keyHash, allowInsecure: configuration.insecureHTTP)
        }
    }

    /// Opens the control plane of this process, and serves it as long as the node runs: others may still be in it.
    /// - Parameter addresses: where invites say that it is. The last is one of the machine's own, and its port is wanted.
    private func ownControl(wanting addresses: [ControlAddress]) async throws -> ControlServerState {
        if let control { return control }
        let opened = try await ControlServerState.open(folder: configuration.stateFolder + "/control")
        control = opened
        let wanted = addresses.last?.port ?? EngineConfiguration.controlPort
        let (serveControl, report) = (serveControl, report)
        await tasks.start(TaskJob(Self.controlService) { await opened.service.run() })
        await tasks.start(
            TaskJob(Self.controlServer, again: .onFailure(after: Self.retry)) {
                do {
                    try await serveControl(opened, wanted) { await self.served(on: $0, wanted: wanted) }
                } catch {
                    report.yield(NodeEvent(.error, "control", "\(EngineProblem.notServed(reason: "\(error)"))"))
                    await self.notServed("\(error)")
                    throw error
                }
            })
        return opened
    }

    /// The port on which this machine serves a party that it is about to host. Throws when it can't.
    func servedPort() async throws(EngineProblem) -> UInt16 {
        do { _ = try await ownControl(wanting: []) } catch { throw .notServed(reason: "\(error)") }
        if controlPort == nil { await withCheckedContinuation { whenServed.append($0) } }
        guard let controlPort else { throw .notServed(reason: controlProblem ?? "the node is stopping") }
        return controlPort
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
