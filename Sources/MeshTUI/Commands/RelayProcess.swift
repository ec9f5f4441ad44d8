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

    /// Runs until a signal.
    func run() async throws {
        let relay: RelayServer
        do throws(RelayServerError) {
            relay = try RelayServer(
                configuration: RelayConfiguration(
                    listen: settings.listen, stateFolder: settings.stateFolder,
                    policy: RelayPolicy(open: settings.open), region: settings.region), logger: logger)
        } catch {
            throw CommandProblem("\(error)", .unavailable)
        }
        let token = try operatorToken()
        for address in addresses(of: relay) { Output.line(address) }
        if settings.control.isEmpty, !settings.open {
            logger.warning("nobody can use this relay: give --control (and the operator's token), or --open")
        }
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await relay.run() } catch let problem as RelayServerError {
                    throw CommandProblem("\(problem)", .unavailable)
                }
            }
            group.addTask { for await _ in signals { break } }
            if let token { group.addTask { await register(relay, token) } }
            try await group.next()
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
