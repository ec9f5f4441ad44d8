import Dispatch
import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("Names of servers", .timeLimit(.minutes(1)))
struct ServerResolverTests {
    private static let key = PublicKey(Array(repeating: 9, count: 32).span, at: 0)
    private static let known = IPAddress(v4: 0xc000_0207)

    @Test("addresses stand for themselves, names are looked up, and those without an address are told")
    func resolves() async throws {
        let resolver = ServerResolver { $0 == "stun.example" ? Self.known : nil }
        let found = await resolver.resolve(
            stun: ["198.51.100.1:5", "stun.example", "nowhere.example:1"],
            relays: [
                try RelayAddress("192.0.2.9:7#\(Self.key.hex)"), try RelayAddress("lost.example:8#\(Self.key.hex)"),
            ])
        #expect(
            found.stun == [
                STUNServer(endpoint: Endpoint(IPAddress(v4: 0xc633_6401), 5), operator: "198.51.100.1"),
                STUNServer(endpoint: Endpoint(Self.known, 3478), operator: "stun.example"),
            ])
        #expect(
            found.relays
                == [RelayInfo(key: Self.key, endpoints: [Endpoint(IPAddress(v4: 0xc000_0209), 7)], region: "")])
        #expect(found.missing == ["nowhere.example:1", "lost.example"])
    }

    @Test("whoever is cancelled goes on without a name server that does not answer")
    func cancelled() async {
        let (asking, asks) = AsyncStream<Never>.makeStream()
        let silence = DispatchSemaphore(value: 0)
        let resolver = ServerResolver { _ in
            asks.finish()
            silence.wait()
            return Self.known
        }
        await withTaskGroup { group in
            group.addTask {
                let found = await resolver.resolve(stun: ["slow.example", "next.example"], relays: [])
                #expect(found.missing == ["slow.example", "next.example"])
            }
            for await _ in asking {}
            group.cancelAll()
        }
        silence.signal()
    }
}
