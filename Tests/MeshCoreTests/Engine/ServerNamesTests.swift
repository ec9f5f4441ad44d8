import Dispatch
import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("Names of servers", .timeLimit(.minutes(1)))
struct ServerNamesTests {
    private static let key = PublicKey(Array(repeating: 9, count: 32).span, at: 0)
    private static let (known, other) = (IPAddress(v4: 0xc000_0207), IPAddress(v4: 0xc000_0208))

    /// Runs the jobs of `names` until `body` returns; the stream holds what they tell.
    private func running(
        _ names: ServerNames, silent: [Endpoint] = [],
        _ body: (AsyncStream<ServerNames.Known>) async throws -> Void
    ) async throws {
        let (told, tell) = AsyncStream<ServerNames.Known>.makeStream()
        let tasks = TaskManager()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await tasks.run() }
            for job in names.jobs(silent: { silent }, tell: { tell.yield($0) }) { await tasks.start(job) }
            try await body(told)
            await tasks.shutdown()
            try await group.waitForAll()
        }
    }

    /// The first that is told and is like that.
    private func first(
        _ told: AsyncStream<ServerNames.Known>, where isWanted: (ServerNames.Known) -> Bool = { _ in true }
    ) async throws -> ServerNames.Known {
        for await known in told where isWanted(known) { return known }
        throw CancellationError()
    }

    @Test("addresses stand for themselves at once, names are looked up, and those without an address are told")
    func resolves() async throws {
        let names = ServerNames(
            stun: ["198.51.100.1:5", "stun.example", "nowhere.example:1"],
            relays: [
                try RelayAddress("192.0.2.9:7#\(Self.key.hex)"), try RelayAddress("lost.example:8#\(Self.key.hex)"),
            ], pool: NamePool { $0 == "stun.example" ? [Self.known] : [] })
        let literal = ServerNames.Known(
            stun: [STUNServer(endpoint: Endpoint(IPAddress(v4: 0xc633_6401), 5), operator: "198.51.100.1")],
            relays: [RelayInfo(key: Self.key, endpoints: [Endpoint(IPAddress(v4: 0xc000_0209), 7)], region: "")])
        #expect(await names.known == literal)
        try await running(names) { told in
            let last = try await first(told) { $0.missing.count == 2 && $0.stun.count == 2 }
            #expect(last.missing == ["nowhere.example", "lost.example"])
            #expect(last.stun[1] == STUNServer(endpoint: Endpoint(Self.known, 3478), operator: "stun.example"))
            #expect(last.relays == literal.relays)
        }
    }

    @Test("a name server that never answers delays no other name")
    func sideBySide() async throws {
        let silence = DispatchSemaphore(value: 0)
        let pool = NamePool { name in
            guard name.hasPrefix("dead") else { return [Self.known] }
            silence.wait()
            return []
        }
        let names = ServerNames(stun: ["dead1.example", "dead2.example", "stun.example"], relays: [], pool: pool)
        try await running(names) { told in
            let known = try await first(told)
            #expect(known.stun.map(\.operator) == ["stun.example"])
        }
        for _ in 0..<2 { silence.signal() }
    }

    @Test("a server that is silent is looked for under the other address of its name")
    func silent() async throws {
        let addresses = [Self.known, Self.other]
        let names = ServerNames(
            stun: [], relays: [try RelayAddress("relay.example:8#\(Self.key.hex)")], pool: NamePool { _ in addresses })
        try await running(names, silent: [Endpoint(Self.known, 8)]) { told in
            let before = try await first(told)
            #expect(before.relays.map(\.endpoints) == [[Endpoint(Self.known, 8)]])
            let after = try await first(told)
            #expect(after.relays.map(\.endpoints) == [[Endpoint(Self.other, 8)]])
        }
    }

    @Test("one query a name is under way, and no more threads than there are")
    func pool() async throws {
        let (began, begin) = AsyncStream<String>.makeStream()
        let (answered, answer) = AsyncStream<[IPAddress]>.makeStream()
        let silence = DispatchSemaphore(value: 0)
        let pool = NamePool { name in
            begin.yield(name)
            silence.wait()
            return [Self.known]
        }
        for number in 0..<20 { for _ in 0..<3 { pool.ask("\(number).example") { answer.yield($0) } } }
        var names: [String] = []
        for await name in began {
            names.append(name)
            if names.count == NamePool.threads { break }
        }
        #expect(Set(names).count == NamePool.threads)
        let none = await pool.addresses(of: "0.example", within: .milliseconds(20))
        #expect(none == [])
        for _ in 0..<20 { silence.signal() }
        var count = 0
        for await addresses in answered {
            #expect(addresses == [Self.known])
            count += 1
            if count == 60 { break }
        }
        for await name in began {
            names.append(name)
            if names.count == 20 { break }
        }
        #expect(Set(names).count == 20)
    }

    @Test("the system's own names are known")
    func system() {
        let found = NamePool.systemLookUp("localhost")
        #expect(found.contains { $0.isLoopback })
    }
}
