import Glibc
import Logging
import MeshCore
import MeshRules
import MeshWire

/// How a command comes to a running node: the one that answers on the socket, one in this process, or one of its own.
struct NodeEntrance {
    private let settings: NodeSettings
    let configuration: EngineConfiguration
    let consent: Consent

    init(_ options: NodeOptions, subnet: String? = nil, publicAddress: String? = nil) throws(CommandProblem) {
        settings = NodeSettings(
            options: options, environment: .current, subnet: subnet, publicAddress: publicAddress)
        configuration = try settings.engineConfiguration()
        consent = settings.consent(configuration)
    }

    var client: NodeSocketClient { NodeSocketClient(path: configuration.socket) }
    private var node: SocketNodeClient { SocketNodeClient(socket: client, consent: consent.ofRequest) }
    private var launcher: NodeLauncher { NodeLauncher(configuration: configuration) }

    /// Hosts or joins; `headless` without the dashboard afterwards. What was given is checked before anything is begun.
    func enter(_ request: NodeRequest, headless: Bool) async throws {
        var request = try request.checked().consenting(consent.ofRequest)
        try requireNoNodeForNewIdentity()
        if !headless { try requireTerminal() }
        if SocketFile.isAnswered(configuration.socket) {
            try await requireSameSettings()
            if let text = try await carryOut(request) { Output.line(text) }
            if request.isHost, headless, let hosting = try await client.snapshot().node.hosting {
                Output.error("who can join: \(hosting.whoCanJoin)")
            }
            if !headless { try await dashboard(of: node, startedNode: false) }
            return
        }
        try CommandProblem.requireRoot()
        if let network = try consent.beforeStart(hosting: request.isHost) {
            request = request.consenting(.asks(agreed: network))
        }
        guard !headless else {
            try await NodeProcess(configuration: configuration, logger: Logger(label: "meshtui"))
                .run(first: request, consent)
            return
        }
        try await launcher.start()
        do {
            _ = try await carryOut(request)
        } catch {
            // Nobody has use for a node that was started for this.
            _ = try? await client.ask(.shutdown)
            throw error
        }
        try await dashboard(of: node, startedNode: true)
    }

    /// Asks the person when the node asks.
    private func carryOut(_ request: NodeRequest) async throws -> String? {
        var request = request
        while true {
            switch try await EnteringRequest(request: request, client: client).carryOut() {
            case .done(let text): return text
            case .asks(let network):
                try consent.agree(to: network)
                request = request.consenting(.asks(agreed: network))
            }
        }
    }

    /// The dashboard of the node, which is started if none answers. A node that can't be started is shown with the reason.
    func open() async throws {
        try requireTerminal()
        try requireNoNodeForNewIdentity()
        if SocketFile.isAnswered(configuration.socket) {
            try await requireSameSettings()
            return try await dashboard(of: node, startedNode: false)
        }
        // Without root nothing is changed, and the dashboard says what is missing.
        if geteuid() == 0 { try consent.beforeStart() }
        do throws(CommandProblem) { try await launch() } catch {
            let client = LaunchedNodeClient(
                node, name: configuration.name, interface: configuration.interface, problem: error.message
            ) { () async throws(CommandProblem) in try await launch() }
            return try await dashboard(of: client, startedNode: true)
        }
        try await dashboard(of: node, startedNode: true)
    }

    /// A node that runs has an identity already.
    private func requireNoNodeForNewIdentity() throws(CommandProblem) {
        guard configuration.newIdentity, SocketFile.isAnswered(configuration.socket) else { return }
        throw CommandProblem(
            "a node runs with the old identity: stop it with meshtui down, then try again", .unavailable)
    }

    /// A node that runs takes no settings: none that was given may be dropped in silence.
    private func requireSameSettings() async throws(CommandProblem) {
        let node = try await client.snapshot().node
        for line in try GivenSettings(settings: settings).check(against: node) { Output.error(line) }
    }

    /// Before a node is started that nobody could look at.
    private func requireTerminal() throws(CommandProblem) {
        do throws(TerminalError) {
            try Terminal.check(TerminalOptions(environment: .current))
        } catch {
            throw CommandProblem("\(error)", .unavailable)
        }
    }

    @concurrent
    private func launch() async throws(CommandProblem) {
        // Whoever may not look at the socket of a node that runs is told that first.
        do { _ = try await client.ask(.status) } catch {
            if case .forbidden = error { throw CommandProblem(error) }
        }
        try CommandProblem.requireRoot()
        try await launcher.start()
    }

    private func dashboard(of client: some NodeClient, startedNode: Bool) async throws {
        let app: App<Terminal>
        do {
            app = try App(environment: .current, startedNode: startedNode)
        } catch {
            throw CommandProblem("\(error)", .unavailable)
        }
        let code = await app.run(client: client)
        guard code != 0 else { return }
        if startedNode, SocketFile.isAnswered(configuration.socket) {
            Output.error("the node goes on running: meshtui opens its dashboard again, meshtui down stops it")
        }
        throw ExitStatus(code: code)
    }
}
