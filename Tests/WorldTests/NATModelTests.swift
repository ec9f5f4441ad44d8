import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("A model NAT") struct NATModelTests {
    private static let inner = Endpoint(IPAddress(v4: 0xc0a8_010a), 51_820)
    private static let outer = IPAddress(v4: 0xc633_6401)
    private static let first = Endpoint(IPAddress(v4: 0xc000_0201), 1_000)
    private static let samePlace = Endpoint(IPAddress(v4: 0xc000_0201), 2_000)
    private static let elsewhere = Endpoint(IPAddress(v4: 0xc000_0202), 1_000)

    struct Row: Sendable, CustomTestStringConvertible {
        var kind: NATKind
        /// Whether the mapping towards another port, or another address, is that towards the first.
        var sameMapping: (port: Bool, address: Bool)
        /// Whether an answer from another port, or another address, gets in.
        var letsIn: (port: Bool, address: Bool)
        var testDescription: String { kind.rawValue }
    }

    static let rows = [
        Row(kind: .fullCone, sameMapping: (true, true), letsIn: (true, true)),
        Row(kind: .restricted, sameMapping: (true, true), letsIn: (true, false)),
        Row(kind: .portRestricted, sameMapping: (true, true), letsIn: (false, false)),
        Row(kind: .symmetric, sameMapping: (false, false), letsIn: (false, false)),
    ]

    @Test("each kind keeps what RFC 4787 says of it", arguments: rows)
    func behaviour(row: Row) throws {
        let now = Instant()
        var nat = NATModel(try #require(row.kind.layers.first), outerAddress: Self.outer, random: SeededRandom(seed: 1))
        let mapped = nat.outbound(from: Self.inner, to: Self.first, now: now)
        #expect(mapped.address == Self.outer)
        #expect(nat.inbound(from: Self.first, to: mapped.port, now: now) == Self.inner)
        #expect((nat.inbound(from: Self.samePlace, to: mapped.port, now: now) != nil) == row.letsIn.port)
        #expect((nat.inbound(from: Self.elsewhere, to: mapped.port, now: now) != nil) == row.letsIn.address)
        let toPort = nat.outbound(from: Self.inner, to: Self.samePlace, now: now)
        let toAddress = nat.outbound(from: Self.inner, to: Self.elsewhere, now: now)
        #expect((toPort == mapped) == row.sameMapping.port)
        #expect((toAddress == mapped) == row.sameMapping.address)
        let again = nat.outbound(from: Self.inner, to: Self.first, now: now)
        #expect(again == mapped)
    }

    @Test("a mapping lives as long as packets leave, and not a moment after its lifetime")
    func lifetime() throws {
        var nat = NATModel(
            NATLayer(.endpointIndependent, .endpointIndependent), outerAddress: Self.outer,
            random: SeededRandom(seed: 1))
        var now = Instant()
        let mapped = nat.outbound(from: Self.inner, to: Self.first, now: now)
        for _ in 0..<5 {
            now = now + .seconds(50)
            let same = nat.outbound(from: Self.inner, to: Self.first, now: now)
            #expect(same == mapped)
        }
        #expect(nat.inbound(from: Self.first, to: mapped.port, now: now + .seconds(60)) != nil)
        #expect(nat.inbound(from: Self.first, to: mapped.port, now: now + .seconds(61)) == nil)
    }

    @Test("after a reboot nothing of before gets in")
    func reboot() {
        var nat = NATModel(
            NATLayer(.endpointIndependent, .endpointIndependent), outerAddress: Self.outer,
            random: SeededRandom(seed: 1))
        let mapped = nat.outbound(from: Self.inner, to: Self.first, now: Instant())
        nat.reboot()
        #expect(nat.inbound(from: Self.first, to: mapped.port, now: Instant()) == nil)
        let newer = nat.outbound(from: Self.inner, to: Self.first, now: Instant())
        #expect(newer != mapped)
    }
}
