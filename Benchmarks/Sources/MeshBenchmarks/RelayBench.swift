import CMeter
import Logging
import MeshRelayServer
import MeshWire

/// The relay's real packet loop on loopback: real datagrams between two registered clients, beside a bare forwarder in C
/// that does the same system calls and looks nothing up.
struct RelayBench {
    static let packets = 100_000
    private static let rounds = 5
    private static let index: ReceiverIndex = 7

    static func run() async throws -> [Measurement] {
        let issuer = try SigningKey.random()
        let relay = try RelayServer(
            configuration: RelayConfiguration(
                listen: [Endpoint(IPAddress(v4: 0x7f00_0001), 0)], privateKey: KeyAgreement.newPrivateKey(),
                policy: RelayPolicy(issuers: [issuer.publicKey])),
            logger: Logger(label: "relay") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await relay.run() }
            defer { group.cancelAll() }
            return try measure(relay, issuer)
        }
    }

    private static func measure(_ relay: RelayServer, _ issuer: SigningKey) throws -> [Measurement] {
        let (alice, bob) = (try BenchClient(1), try BenchClient(2))
        let scope = Scope([UInt8](repeating: 0x5c, count: 16).span, at: 0)
        let port = relay.endpoints[0].port
        let row = Hello.Row(peerTag: alice.tag(scope), index: index)
        try alice.register(at: port, key: relay.publicKey, scope: scope, issuer: issuer, rows: [])
        try bob.register(at: port, key: relay.publicKey, scope: scope, issuer: issuer, rows: [row])
        let rival = cmeter_forwarder_start(bob.port)
        guard rival != 0 else { throw Failure("the C forwarder didn't start") }
        defer { _ = cmeter_send(alice.socket, rival, [0], 1) }
        // The first packets open routes and touch pages.
        for way in [port, rival] { _ = try pump(alice, bob, way, count: 5_000) }
        var (allocations, ratios, costs): (Int, [Double], [Double]) = (0, [], [])
        for _ in 0..<rounds {
            let ours = try pump(alice, bob, port, count: packets)
            let theirs = try pump(alice, bob, rival, count: packets)
            allocations = max(allocations, ours.allocations)
            costs.append(ours.cpu)
            ratios.append(ours.cpu / theirs.cpu)
        }
        let cost = "\(Int(costs.median)) ns of CPU a packet, \(ratios.median.twoPlaces) × a C forwarder's"
        return [
            Measurement(name: "relay: \(packets) packets of 1440 bytes", allocations: allocations, remark: cost)
        ]
    }

    /// - Returns: allocations of the whole process, and nanoseconds of CPU a packet of whoever forwards.
    private static func pump(
        _ from: BenchClient, _ to: BenchClient, _ way: UInt16, count: Int
    ) throws -> (allocations: Int, cpu: Double) {
        let packet = Samples.message(type: 4, [index], size: 1_440)
        let before = cmeter_cpu_of_others()
        let run = counted { cmeter_pump(from.socket, to.socket, way, packet, packet.count, count) }
        let cpu = cmeter_cpu_of_others() - before
        guard run.result == count else { throw Failure("\(run.result) of \(count) packets arrived") }
        return (run.allocations, Double(cpu) / Double(count))
    }
}

extension [Double] {
    fileprivate var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}

extension Double {
    fileprivate var twoPlaces: String {
        let hundredths = Int(self * 100 + 0.5)
        return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
    }
}
