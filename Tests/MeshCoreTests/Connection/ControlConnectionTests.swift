import MeshRules
import MeshWire
import Synchronization
import Testing

@testable import MeshCore

@Suite("The control plane in use", .timeLimit(.minutes(1)))
struct ControlConnectionTests {
    static let party = PartyID(Array(repeating: 9, count: 16).span, at: 0)
    static let target = ControlTarget.remote([], keyHash: nil)

    private func running(
        _ connect: @escaping ControlConnection.Connect, _ body: @Sendable (ControlConnection) async throws -> Void
    ) async throws {
        let tasks = TaskManager()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await tasks.run() }
            try await body(ControlConnection(tasks: tasks, connect: connect))
            await tasks.shutdown()
            try await group.waitForAll()
        }
    }

    @Test("one that can't be opened is told as that, and opened by the next request")
    func notOpened() async throws {
        let trace = Trace()
        let tries = Mutex(0)
        try await running({ _, _ in
            guard
                tries.withLock({
                    $0 += 1; return $0 > 2
                })
            else { throw StorageProblem.full(path: "/state") }
            return FakeControlPlane(trace: trace)
        }) { control in
            await #expect(throws: StorageProblem.self) { try await control.use(Self.target, party: Self.party) }
            guard case .refused(.notAsked(let why)) = await control.ask(.heartbeat) else {
                Issue.record("asked nobody")
                return
            }
            #expect(why.contains("/state is full"))
            #expect(await control.ask(.heartbeat) == .done)
            #expect(await control.ask(.heartbeat) == .done)
        }
        #expect(tries.withLock { $0 } == 3)
        #expect(trace.lines == ["asked", "asked"])
    }

    @Test(
        "events of one that is left are not heard any more, whichever of the two fails to open",
        arguments: [false, true])
    func left(secondFails: Bool) async throws {
        let (first, tellFirst) = AsyncStream<ControlPlaneEvent>.makeStream()
        let (second, tellSecond) = AsyncStream<ControlPlaneEvent>.makeStream()
        let tries = Mutex(0)
        try await running({ _, _ in
            let number = tries.withLock {
                $0 += 1; return $0
            }
            if secondFails, number == 2 { throw StorageProblem.full(path: "/state") }
            return FakeControlPlane(trace: Trace(), told: number == 1 ? first : second)
        }) { control in
            try await control.use(Self.target, party: Self.party)
            try? await control.use(Self.target, party: Self.party)
            tellFirst.yield(.resync)
            _ = await control.performer(for: .heartbeat)
            tellSecond.yield(.connected)
            for await input in control.inputs {
                guard case .controlReachable(true) = input else {
                    Issue.record("\(input)")
                    return
                }
                break
            }
        }
    }

    @Test("without one nothing is asked, and the answer says what to do")
    func none() async throws {
        try await running({ _, _ in FakeControlPlane(trace: Trace()) }) { control in
            try await control.use(nil, party: Self.party)
            guard case .refused(.unreachable(let why)) = await control.ask(.heartbeat) else {
                Issue.record("asked somebody")
                return
            }
            #expect(why.hasSuffix("host or join a party first"))
        }
    }
}

extension ControlConnection {
    fileprivate func ask(_ request: ControlRequest) async -> ControlReply {
        await performer(for: request)?(request) ?? .done
    }
}
