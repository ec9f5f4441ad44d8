internal import Glibc
package import Logging
package import MeshRules
package import MeshWire
internal import Synchronization

/// Everything of ours that is on the machine's network: WireGuard's interface and process, our share of its port, the
/// roaming guard, and what measures and watches them. It decides nothing about peers or paths.
package actor NetworkManager {
    /// Control datagrams that came to WireGuard's port. The oldest are lost when nobody reads.
    package nonisolated let incoming: AsyncStream<ReceivedDatagram>
    /// Handshakes that WireGuard sent to peers it has.
    package nonisolated let handshakes: AsyncStream<HandshakeSent>
    package nonisolated let events: AsyncStream<NetworkEvent>
    /// For people: what carries the packets.
    package nonisolated let backendName: String

    /// Zero before `initialize`.
    package private(set) var publicKey = PublicKey()
    /// Zero before `initialize`.
    package private(set) var privateKey = Bytes32()
    /// The port that WireGuard has; the one wanted before `initialize`.
    package private(set) var listenPort: UInt16

    let backend: any WireGuardBackend
    let pieces = Mutex<(any NetworkParts)?>(nil)
    var peers: [PublicKey: WireGuardPeer] = [:]
    var removals = RemovalPause()
    private let configuration: NetworkConfiguration
    private let ground: NetworkGround
    let interface: TunnelInterface
    private let tasks: TaskManager
    let logger: Logger
    private let sinks: NetworkSinks
    nonisolated var inbox: Inbox { sinks.incoming }
    private var address: (IPAddress, prefix: Int)?

    private static let settingUp = "wireguard set-up"

    /// Nothing is done to the machine yet. `tasks` runs what goes on beside.
    package init(configuration: NetworkConfiguration, tasks: TaskManager, logger: Logger) {
        let backend = WireGuardGo(
            interface: configuration.interface, stateFolder: configuration.stateFolder, tasks: tasks, logger: logger)
        let ground = NetworkGround(backend: backend) { port, sinks throws(NetworkProblem) in
            try NetworkPieces(interface: configuration.interface, port: port, logger: logger, sinks: sinks)
        }
        self.init(configuration: configuration, tasks: tasks, logger: logger, ground: ground)
    }

    init(configuration: NetworkConfiguration, tasks: TaskManager, logger: Logger, ground: NetworkGround) {
        (self.configuration, self.tasks, self.logger, self.ground) = (configuration, tasks, logger, ground)
        backend = ground.backend
        backendName = ground.backend.name
        listenPort = configuration.listenPort
        interface = TunnelInterface(name: configuration.interface, mtu: configuration.mtu, run: ground.command)
        (incoming, handshakes, events, sinks) = NetworkSinks.make()
    }

    /// Puts the node on the machine: key, WireGuard's process and interface (up, without an address), its port, our raw
    /// socket on it, and the nftables table. On failure all of it is taken away again. Once, and not after `shutdown`.
    package func initialize() async throws(NetworkProblem) {
        do throws(NetworkProblem) {
            guard configuration.hasUsableInterfaceName else { throw .badInterfaceName(configuration.interface) }
            try ground.checkPrerequisites()
            do throws(StorageProblem) { try PrivateFile.makeFolder(configuration.stateFolder) } catch {
                throw .storage(error)
            }
            let key = try WireGuardKey.load(orMakeAt: "\(configuration.stateFolder)/wg.key")
            (publicKey, privateKey) = (key.publicKey, key.privateKey)
            try await backend.start()
            try await interface.bringUp()
            try await backend.apply(.privateKey(privateKey))
            try await takePort()
            let made = try ground.makeParts(listenPort, sinks)
            pieces.withLock { $0 = made }
        } catch {
            await shutdown()
            throw error
        }
        let restarts = backend.restarts
        await tasks.start(
            TaskJob(Self.settingUp) {
                for await reason in restarts { await self.configureUntilDone(after: reason) }
            })
    }

    /// The interface's one address, its MTU and the route of the prefix.
    package func configure(address: IPAddress, prefix: Int) async throws(NetworkProblem) {
        guard pieces.withLock({ $0 }) != nil else { throw .notRunning }
        try await interface.setAddress(address, prefix: prefix)
        self.address = (address, prefix)
    }

    /// Takes the address and its route away; the interface stays.
    package func unconfigure() async {
        guard address != nil else { return }
        address = nil
        do throws(NetworkProblem) { try await interface.clearAddress() } catch { logger.warning("\(error)") }
    }

    /// Takes everything off the machine that this node put there, and ends the streams.
    package func shutdown() async {
        await tasks.cancel(Self.settingUp)
        let old = pieces.withLock { pieces in
            defer { pieces = nil }
            return pieces
        }
        await old?.close()
        await backend.stop()
        (peers, address) = ([:], nil)
        sinks.finish()
    }

    private func takePort() async throws(NetworkProblem) {
        for port in ListenPort.candidates(from: configuration.listenPort) where ground.isFree(port) {
            do throws(NetworkProblem) {
                try await backend.apply(.listenPort(port))
            } catch {
                if case .backendRefused(_, let number) = error, number == SystemError(EADDRINUSE) { continue }
                throw error
            }
            listenPort = port
            if port != configuration.listenPort { sinks.events.yield(.listenPortChanged(port)) }
            return
        }
        throw .noFreePort(from: configuration.listenPort)
    }

    /// A WireGuard that is not set up carries nothing, so it is tried until it works.
    private func configureUntilDone(after reason: String) async {
        var pause = ground.pause
        while !Task.isCancelled {
            do throws(NetworkProblem) {
                try await configureAgain()
                sinks.events.yield(.childRestarted(reason: reason))
                return
            } catch {
                logger.error("WireGuard runs again but could not be set up, it is tried again: \(error)")
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, ground.pause * 8)
            }
        }
    }

    /// A new process knows nothing: it is told what the old one knew.
    private func configureAgain() async throws(NetworkProblem) {
        try await backend.apply(.privateKey(privateKey))
        try await backend.apply(.listenPort(listenPort))
        if let address {
            try await interface.setAddress(address.0, prefix: address.prefix)
        } else {
            try await interface.bringUp()
        }
        for key in peers.keys.sorted() {
            if let peer = peers[key] { try await backend.apply(.peer(peer)) }
        }
    }
}
