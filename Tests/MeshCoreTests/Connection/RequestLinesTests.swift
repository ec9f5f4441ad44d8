import MeshRules
import MeshWire
import Synchronization
import Testing

@testable import MeshCore

@Suite("Requests in a line, and what comes from a control plane", .timeLimit(.minutes(1)))
struct RequestLinesTests {
    private static func update(_ number: UInt8) -> ControlRequest {
        .updatePeer(PeerUpdate(candidates: [AddressedCheck(peer: PeerID(), check: [number])]))
    }

    /// A connection to a plane that answers each request when `gate` says so.
    private func connected(
        to plane: GatedPlane, _ body: (ControlConnection) async throws -> Void
    ) async throws {
        let tasks = TaskManager()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await tasks.run() }
            let control = ControlConnection(tasks: tasks) { _, _ in plane }
            try await control.use(.remote([], keyHash: nil), party: PartyID())
            try await body(control)
            await tasks.shutdown()
            try await group.waitForAll()
        }
    }

    @Test("a later update never overtakes an earlier one, and other kinds do not wait for it")
    func order() async throws {
        let plane = GatedPlane()
        try await connected(to: plane) { control in
            try await withThrowingTaskGroup(of: ControlReply.self) { group in
                // Asked for in this order; begun in any.
                var performers: [(ControlRequest, ControlConnection.Performer)] = []
                for number in 1...8 as ClosedRange<UInt8> {
                    let request = Self.update(number)
                    performers.append((request, try #require(await control.performer(for: request))))
                }
                for (request, perform) in performers.reversed() { group.addTask { await perform(request) } }
                await plane.begins(1)
                let heartbeat = try #require(await control.performer(for: .heartbeat))
                group.addTask { await heartbeat(.heartbeat) }
                await plane.begins(2)
                #expect(plane.begun == [Self.update(1), .heartbeat])
                plane.open()
                for try await reply in group { #expect(reply == .done) }
            }
            #expect(plane.begun.filter { $0 != .heartbeat } == (1...8).map(Self.update))
        }
    }

    @Test("a question that waits already is not asked twice, and no more than 32 of a kind wait")
    func questions() async throws {
        let plane = GatedPlane()
        try await connected(to: plane) { control in
            try await withThrowingTaskGroup(of: ControlReply.self) { group in
                let first = try #require(await control.performer(for: .relays))
                group.addTask { await first(.relays) }
                await plane.begins(1)
                // One is under way and may have missed what made us ask: another waits, and that is enough.
                let second = try #require(await control.performer(for: .relays))
                group.addTask { await second(.relays) }
                for _ in 0..<10_000 { #expect(await control.performer(for: .relays) == nil) }
                var replies: [ControlReply] = []
                for number in 0..<40 as Range<UInt8> {
                    let request = Self.update(number)
                    let perform = try #require(await control.performer(for: request))
                    group.addTask { await perform(request) }
                }
                await plane.begins(2)
                plane.open()
                for try await reply in group { replies.append(reply) }
                #expect(replies.count { $0 == .refused(.busy(retryAfter: 1)) } >= 7)
                #expect(plane.begun.count { $0 == .relays } == 2)
            }
        }
    }

    @Test("what comes waits until the one before it is taken, and goes with a sender that is cancelled")
    func handover() async throws {
        let handover = Handover<Int>()
        let sent = Mutex(0)
        let sender = Task {
            for value in 0..<100 where !Task.isCancelled {
                await handover.send(value)
                sent.withLock { $0 += 1 }
            }
        }
        for expected in 0..<5 { #expect(await handover.next() == expected) }
        #expect(sent.withLock { $0 } <= 5)
        sender.cancel()
        await sender.value
        let reader = Task { await handover.next() }
        await Task.yield()
        reader.cancel()
        #expect(await reader.value == nil)
    }
}

/// A control plane whose answers wait until it is opened.
private final class GatedPlane: ControlPlane {
    private struct State {
        var begun: [ControlRequest] = []
        var isOpen = false
        var held: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var begun: [ControlRequest] { state.withLock { $0.begun } }

    func perform(_ request: ControlRequest) async -> ControlReply {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                state.begun.append(request)
                if !state.isOpen { state.held.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return .done
    }

    func follow(_ hear: @escaping @Sendable (ControlPlaneEvent) async -> Void) async {}

    /// Returns when so many requests have begun.
    func begins(_ count: Int) async {
        while begun.count < count { await Task.yield() }
    }

    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }
}
