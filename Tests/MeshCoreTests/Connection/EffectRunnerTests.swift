import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("Effects")
struct EffectRunnerTests {
    static let key = PublicKey(Array(repeating: 7, count: 32).span, at: 0)
    static let peer = PeerID(Array(repeating: 8, count: 16).span, at: 0)
    static let party = PartyID(Array(repeating: 9, count: 16).span, at: 0)
    static let endpoint = Endpoint(IPAddress(v4: 0xcb00_7102), 51820)
    static let address = IPAddress(v4: 0x0a42_0002)

    private func runner(_ network: FakeNetwork, _ control: ControlConnection? = nil) -> EffectRunner {
        let control =
            control ?? ControlConnection(tasks: TaskManager()) { _, _ in FakeControlPlane(trace: network.trace) }
        return EffectRunner(network: network, store: FakeStore(trace: network.trace), control: control)
    }

    static let effects: [(Effect, String)] = [
        (.configureInterface(InterfaceAddress(address: address, prefix: 16)), "configure 10.66.0.2/16"),
        (.configureInterface(nil), "unconfigure"),
        (
            .addPeer(
                WireGuardPeer(
                    publicKey: key, presharedKey: Bytes32(), endpoint: endpoint, allowedIP: address, keepalive: nil)),
            "add 10.66.0.2"
        ),
        (.setEndpoint(endpoint, of: key), "endpoint 203.0.113.2:51820"),
        (.removePeer(key), "remove"),
        (
            .guardRoaming(RoamingGuardRule(peer: key, indexes: [1], left: [], wanted: endpoint)),
            "guard 203.0.113.2:51820"
        ),
        (.endGuard(key), "end guard"),
    ]

    @Test("an effect is in force when the next may begin", arguments: effects)
    func inForce(_ effect: Effect, _ line: String) async {
        let trace = Trace()
        guard case .done = await runner(FakeNetwork(trace)).start(.effect(effect)) else {
            Issue.record("not carried out")
            return
        }
        #expect(trace.lines == [line])
    }

    @Test("what fails comes back to the node with the reason")
    func fails() async {
        var network = FakeNetwork(Trace())
        network.refuses = true
        let effect = Effect.setEndpoint(Self.endpoint, of: Self.key)
        let started = await runner(network).start(.effect(effect))
        guard case .failed(let why) = started else {
            Issue.record("\(started)")
            return
        }
        #expect(why == "refused")
    }

    @Test("an echo is waited for beside everything else")
    func echo() async {
        let (echoes, answer) = AsyncStream<Duration>.makeStream()
        let started = await runner(FakeNetwork(Trace(), echoes: echoes)).start(.effect(.echo(Self.peer, Self.address)))
        guard case .asked(let wait) = started else {
            Issue.record("\(started)")
            return
        }
        answer.yield(.milliseconds(20))
        guard case .echo(let peer, let duration) = await wait() else {
            Issue.record("no echo")
            return
        }
        #expect(peer == Self.peer)
        #expect(duration == .milliseconds(20))
    }

    @Test("a request goes to the control plane of the moment it was made, also when that is left meanwhile")
    func request() async {
        let trace = Trace()
        let tasks = TaskManager()
        await withTaskGroup { group in
            group.addTask { await tasks.run() }
            let control = ControlConnection(tasks: tasks) { _, _ in FakeControlPlane(trace: trace) }
            let runner = runner(FakeNetwork(trace), control)
            _ = await runner.start(.effect(.useControl(.remote([], keyHash: nil), party: Self.party)))
            guard case .asked(let leave) = await runner.start(.effect(.control(.leaveParty))) else {
                Issue.record("not asked")
                return
            }
            _ = await runner.start(.effect(.useControl(nil, party: Self.party)))
            guard case .control(.leaveParty, .done) = await leave() else {
                Issue.record("not left")
                return
            }
            guard case .asked(let late) = await runner.start(.effect(.control(.heartbeat))),
                case .control(.heartbeat, .refused(.unreachable)) = await late()
            else {
                Issue.record("asked nobody")
                return
            }
            await tasks.shutdown()
        }
        #expect(trace.lines == ["asked"])
    }

    @Test("a control plane that can't be opened is told as that, and tried again with each request")
    func notOpened() async {
        let trace = Trace()
        let tasks = TaskManager()
        await withTaskGroup { group in
            group.addTask { await tasks.run() }
            let control = ControlConnection(tasks: tasks) { _, _ in
                guard trace.lines.count > 1 else {
                    trace.note("tried")
                    throw StorageProblem.full(path: "/state/control")
                }
                return FakeControlPlane(trace: trace)
            }
            let runner = runner(FakeNetwork(trace), control)
            let use = Effect.useControl(.remote([], keyHash: nil), party: Self.party)
            guard case .failed(let why) = await runner.start(.effect(use)) else {
                Issue.record("opened")
                return
            }
            #expect(why.contains("full"))
            guard case .asked(let early) = await runner.start(.effect(.control(.heartbeat))),
                case .control(.heartbeat, .refused(.notAsked(let reason))) = await early()
            else {
                Issue.record("asked nobody")
                return
            }
            #expect(reason.contains("/state/control is full"))
            guard case .asked(let late) = await runner.start(.effect(.control(.leaveParty))),
                case .control(.leaveParty, .done) = await late()
            else {
                Issue.record("not tried again")
                return
            }
            await tasks.shutdown()
        }
        #expect(trace.lines == ["tried", "tried", "asked"])
    }

    @Test("events of the control plane become inputs, missed ones a question for everything")
    func events() async {
        let (told, tell) = AsyncStream<ControlPlaneEvent>.makeStream()
        let tasks = TaskManager()
        await withTaskGroup { group in
            group.addTask { await tasks.run() }
            let control = ControlConnection(tasks: tasks) { _, _ in FakeControlPlane(trace: Trace(), told: told) }
            try? await control.use(.remote([], keyHash: nil), party: Self.party)
            for event in [ControlPlaneEvent.connected, .disconnected("cut"), .resync, .event(.relays)] {
                tell.yield(event)
            }
            var seen: [String] = []
            for await input in control.inputs {
                switch input {
                case .controlReachable(let reachable): seen.append(reachable ? "up" : "down")
                case .eventsMissed: seen.append("missed")
                case .event(.relays): seen.append("relays")
                default: seen.append("?")
                }
                if seen.count == 4 { break }
            }
            #expect(seen == ["up", "down", "missed", "relays"])
            await tasks.shutdown()
        }
    }
}
