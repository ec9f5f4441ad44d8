import FoundationEssentials
import Logging
import MeshCore
import MeshRelayServer
import MeshRules
import MeshWire
import UnixSignals

/// A relay in this process: its packet loop, and its place on the lists of control servers.
struct RelayProcess {
    let settings: RelaySettings
    let logger: Logger

    /// How long a relay that is asked to stop still serves and tells who says HELLO. Longer lets more of its clients move
    /// before it goes (each says HELLO every 15 s), and makes who stops it wait.
    private static let draining: Duration = .seconds(3)

    /// Runs until a signal, and then drains.
    func run() async throws {
        let (lock, key): (FolderLock, Bytes32)
        do throws(StorageProblem) {
            lock = try FolderLock(settings.stateFolder, for: .relay)
            key = try PrivateFile.key(orMakeAt: settings.stateFolder + "/relay.key")
        } catch {
            throw CommandProblem(error)
        }
        let relay: RelayServer
        do throws(RelayServerError) {
            relay = try RelayServer(
                configuration: RelayConfiguration(
                    listen: settings.listen, privateKey: key, policy: RelayPolicy(open: settings.open),
                    region: settings.region), logger: logger)
        } catch {
            throw CommandProblem("\(error)", .unavailable)
        }
        let token = try operatorToken()
        for address in addresses(of: relay) { Output.line(address) }
        if settings.control.isEmpty, !settings.open {
            logger.warning("nobody can use this relay: give --control (and the operator's token), or --open")
        }
        let signals = await EndSignals.sequence()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await relay.run() } catch let problem as RelayServerError {
                    throw CommandProblem("\(problem)", .unavailable)
                }
            }
            group.addTask { await untilDrained(relay, signals) }
            if let token { group.addTask { await register(relay, token) } }
            try await group.next()
            group.cancelAll()
        }
        withExtendedLifetime(lock) {}
    }

    /// Until nobody is there any more or the time is over after the first signal, at the latest until the second.
    private func untilDrained(_ relay: RelayServer, _ signals: UnixSignalsSequence) async {
        let (asked, first) = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var count = 0
                for await _ in signals {
                    count += 1
                    first.yield()
                    if count == 2 { return }
                }
            }
            group.addTask {
                for await _ in asked {
                    relay.drain()
                    let clients = await relay.counters.clients
                    guard clients > 0 else { return }
                    logger.notice("stopping within \(Self.draining): \(clients) clients are told as they ask")
                    try? await Task.sleep(for: Self.draining)
                    return
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Keeps the relay on the list of every control server. An issuer counts from its first answer on.
    private func register(_ relay: RelayServer, _ token: String) async {
        let trust = RelayTrust(relay: relay)
        await withDiscardingTaskGroup { group in
            for server in settings.control {
                group.addTask {
                    let registration = RelayRegistration(
                        server: server.address, operatorToken: token, allowInsecure: settings.insecureHTTP)
                    await registration.run {
                        let counters = await relay.counters
                        return RelayAnnouncement(
                            key: relay.publicKey, endpoints: relay.endpoints, region: relay.region,
                            capacity: UInt32(clamping: relay.capacity), load: UInt32(clamping: counters.clients))
                    } answered: { answer in
                        switch answer {
                        case .success(let lease): await trust.answered(lease, by: "\(server)", logger)
                        case .failure(let why): await trust.failed(why, at: "\(server)", logger)
                        }
                    }
                }
            }
        }
    }

    /// From the environment, else from the state folder; a relay that no server lists needs none.
    private func operatorToken() throws(CommandProblem) -> String? {
        guard !settings.control.isEmpty else { return nil }
        if let token = settings.operatorToken { return token }
        let path = settings.stateFolder + "/operator.token"
        if let text = try? String(contentsOfFile: path, encoding: .utf8) {
            let token = text.filter { !$0.isWhitespace }
            if !token.isEmpty { return token }
        }
        throw CommandProblem(
            "the control server's operator token is missing: copy it (the server prints where it is) to \(path), or set MESHTUI_OPERATOR_TOKEN",
            .configuration)
    }

    /// As `--relay` takes them: for a wildcard, every address of this machine.
    private func addresses(of relay: RelayServer) -> [String] {
        relay.endpoints.flatMap { endpoint in
            let own = endpoint.address == IPAddress(v4: 0) ? OwnAddresses.current() : [endpoint.address]
            return own.map { "\(RelayAddress(host: "\($0)", port: endpoint.port, key: relay.publicKey))" }
        }
    }
}
