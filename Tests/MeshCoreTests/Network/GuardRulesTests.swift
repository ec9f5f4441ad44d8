import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("The text of the node's nftables table")
struct GuardRulesTests {
    static let peer = PublicKey([UInt8](repeating: 0xaa, count: 32)) ?? PublicKey()
    static let name = String(repeating: "aa", count: 32)
    static let rule = RoamingGuardRule(
        peer: peer, indexes: [0x1122_3344, 0x0000_0007],
        left: [Endpoint(IPAddress(v4: 0xc000_0201), 5000)], wanted: Endpoint(IPAddress(v4: 0xc633_6401), 51820))

    private var rules = GuardRules(interface: "meshtui0", port: 51820, group: 77)

    @Test("the table holds the log rule of handshakes and the two lookups")
    func creation() {
        #expect(
            rules.creation == """
                table inet meshtui_meshtui0 {
                  flags owner;
                  map late4 { typeof @th,96,32 . ip saddr . udp sport : verdict; }
                  map late6 { typeof @th,96,32 . ip6 saddr . udp sport : verdict; }
                  map response4 { typeof @th,128,32 . ip saddr . udp sport : verdict; }
                  map response6 { typeof @th,128,32 . ip6 saddr . udp sport : verdict; }
                  chain data {
                    @th,96,32 . ip saddr . udp sport vmap @late4
                    @th,96,32 . ip6 saddr . udp sport vmap @late6
                  }
                  chain response {
                    @th,128,32 . ip saddr . udp sport vmap @response4
                    @th,128,32 . ip6 saddr . udp sport vmap @response6
                  }
                  chain in {
                    type filter hook input priority 200; policy accept;
                    udp dport 51820 @th,64,32 vmap { 0x04000000 : jump data, 0x02000000 : jump response }
                  }
                  chain out {
                    type filter hook output priority 0; policy accept;
                    udp sport 51820 @th,64,32 { 0x01000000, 0x02000000 } log group 77 snaplen 216
                  }
                }

                """)
    }

    @Test("a guard is a counter, a chain that rewrites, and an element for each index and path left")
    func stands() {
        var rules = rules
        let table = "inet meshtui_meshtui0"
        let elements =
            "0x11223344 . 192.0.2.1 . 5000 : goto to_\(Self.name), 0x00000007 . 192.0.2.1 . 5000 : goto to_\(Self.name)"
        #expect(
            rules.stand(Self.rule) == """
                add counter \(table) hits_\(Self.name)
                add chain \(table) to_\(Self.name)
                add rule \(table) to_\(Self.name) udp checksum 0 ip saddr set 198.51.100.1 udp sport set 51820 \
                udp checksum set 0 counter name hits_\(Self.name) accept
                add rule \(table) to_\(Self.name) ip saddr set 198.51.100.1 udp sport set 51820 \
                counter name hits_\(Self.name) accept
                add rule \(table) to_\(Self.name) counter name hits_\(Self.name) drop
                add element \(table) late4 { \(elements) }
                add element \(table) response4 { \(elements) }

                """)
        #expect(rules.peers == [Self.peer])
    }

    @Test("the same guard again changes nothing")
    func same() {
        var rules = rules
        _ = rules.stand(Self.rule)
        #expect(rules.stand(Self.rule) == "")
    }

    @Test("another index changes elements only, so that the counter goes on")
    func newIndex() {
        var rules = rules
        _ = rules.stand(Self.rule)
        var changed = Self.rule
        changed.indexes = [0x0000_0007, 0x0000_0008]
        #expect(
            rules.stand(changed) == """
                delete element inet meshtui_meshtui0 late4 { 0x11223344 . 192.0.2.1 . 5000 : goto to_\(Self.name) }
                delete element inet meshtui_meshtui0 response4 { 0x11223344 . 192.0.2.1 . 5000 : goto to_\(Self.name) }
                add element inet meshtui_meshtui0 late4 { 0x00000008 . 192.0.2.1 . 5000 : goto to_\(Self.name) }
                add element inet meshtui_meshtui0 response4 { 0x00000008 . 192.0.2.1 . 5000 : goto to_\(Self.name) }

                """)
    }

    @Test("another path wanted is rewritten to, and no longer counts as left")
    func newWanted() {
        var rules = rules
        _ = rules.stand(Self.rule)
        var changed = Self.rule
        changed.left.append(changed.wanted)
        changed.wanted = Self.rule.left[0]
        let text = rules.stand(changed)
        #expect(text.hasPrefix("flush chain inet meshtui_meshtui0 to_\(Self.name)\nadd rule "))
        #expect(text.contains("ip saddr set 192.0.2.1 udp sport set 5000 counter"))
        #expect(text.contains("delete element inet meshtui_meshtui0 late4 { 0x11223344 . 192.0.2.1 . 5000 "))
        #expect(text.contains("add element inet meshtui_meshtui0 late4 { 0x11223344 . 198.51.100.1 . 51820 "))
        #expect(!text.contains("counter inet"))
    }

    @Test("ending takes elements, chain and counter away, in that order, and once")
    func ends() {
        var rules = rules
        var rule = Self.rule
        rule.indexes = [7]
        _ = rules.stand(rule)
        #expect(
            rules.end(Self.peer) == """
                delete element inet meshtui_meshtui0 late4 { 0x00000007 . 192.0.2.1 . 5000 : goto to_\(Self.name) }
                delete element inet meshtui_meshtui0 response4 { 0x00000007 . 192.0.2.1 . 5000 : goto to_\(Self.name) }
                delete chain inet meshtui_meshtui0 to_\(Self.name)
                delete counter inet meshtui_meshtui0 hits_\(Self.name)

                """)
        #expect(rules.end(Self.peer) == "")
        #expect(rules.peers.isEmpty)
    }

    @Test("a path of IPv6 is looked up in its own maps and rewritten to its like")
    func ipv6() {
        var rules = rules
        let left = Endpoint(IPAddress(high: 0x2001_0db8_0000_0000, low: 1), 5000)
        let wanted = Endpoint(IPAddress(high: 0x2001_0db8_0000_0000, low: 2), 51820)
        let text = rules.stand(RoamingGuardRule(peer: Self.peer, indexes: [7], left: [left], wanted: wanted))
        let table = "inet meshtui_meshtui0"
        #expect(
            text == """
                add counter \(table) hits_\(Self.name)
                add chain \(table) to_\(Self.name)
                add rule \(table) to_\(Self.name) ip6 saddr set 2001:db8::2 udp sport set 51820 \
                counter name hits_\(Self.name) accept
                add rule \(table) to_\(Self.name) counter name hits_\(Self.name) drop
                add element \(table) late6 { 0x00000007 . 2001:db8::1 . 5000 : goto to_\(Self.name) }
                add element \(table) response6 { 0x00000007 . 2001:db8::1 . 5000 : goto to_\(Self.name) }

                """)
    }

    @Test("when a pair moves between families, late packets of the old one are dropped")
    func betweenFamilies() {
        var rules = rules
        var rule = Self.rule
        rule.left.append(Endpoint(IPAddress(high: 0x2001_0db8_0000_0000, low: 1), 5000))
        let text = rules.stand(rule)
        #expect(text.contains("late4 { 0x11223344 . 192.0.2.1 . 5000"))
        #expect(text.contains("late6 { 0x11223344 . 2001:db8::1 . 5000"))
        #expect(text.contains("ip saddr set 198.51.100.1"))
        #expect(text.contains("to_\(Self.name) counter name hits_\(Self.name) drop"))
    }
}

@Suite("The counters of the guards")
struct GuardCountersTests {
    /// An attribute as the kernel writes it: length, type, value, filled up to four bytes.
    private static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        native(UInt16(4 + value.count)) + native(type) + value + [UInt8](repeating: 0, count: -value.count & 3)
    }

    private static func native<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        withUnsafeBytes(of: word) { Array($0) }
    }

    private static func message(_ type: UInt16, _ body: [UInt8]) -> [UInt8] {
        native(UInt32(16 + body.count)) + native(type) + [UInt8](repeating: 0, count: 10) + body
    }

    private static func counter(_ name: String, packets: UInt8) -> [UInt8] {
        let bytes = attribute(1, [0, 0, 0, 0, 0, 0, 2, 0])
        let data = bytes + attribute(2, [0, 0, 0, 0, 0, 0, 1, packets])
        return message(
            10 << 8 | 18,
            [1, 0, 0, 0] + attribute(1, Array("meshtui_m0\0".utf8)) + attribute(2, Array("\(name)\0".utf8))
                + attribute(3, [0, 0, 0, 1]) + attribute(0x8000 | 4, data))
    }

    private func read(_ bytes: [UInt8]) -> (end: Int32?, found: [String: UInt64]) {
        var found: [String: UInt64] = [:]
        let end = ObjectMessage.read(bytes.span) { found[$0] = $1 }
        return (end, found)
    }

    @Test("only the table's own counters are asked for")
    func request() {
        let request = ObjectMessage.dumpCounters(table: "meshtui_m0")
        let body = [1, 0, 0, 0] + Self.attribute(1, Array("meshtui_m0\0".utf8)) + Self.attribute(3, [0, 0, 0, 1])
        #expect(
            request == Self.native(UInt32(16 + body.count)) + Self.native(UInt16(10 << 8 | 19))
                + Self.native(UInt16(0x301)) + [UInt8](repeating: 0, count: 8) + body)
    }

    @Test("counters are read up to the end of the list, and what is cut short does no harm")
    func answers() {
        let both = Self.counter("hits_a", packets: 5) + Self.counter("hits_b", packets: 0)
        #expect(read(both).end == nil)
        let whole = both + Self.message(3, [0, 0, 0, 0])
        #expect(read(whole).end == 0)
        #expect(read(whole).found == ["hits_a": 261, "hits_b": 256])
        #expect(read(Self.message(2, Self.native(Int32(-2)) + [UInt8](repeating: 0, count: 16))).end == 2)
        for length in 0..<whole.count { _ = read(Array(whole.prefix(length))) }
        for place in whole.indices {
            var other = whole
            other[place] ^= 0xff
            _ = read(other)
        }
    }
}
