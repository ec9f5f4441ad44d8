import MeshWire
import Testing

@Suite("What shares our port")
struct DatagramTests {
    static func wireGuard(_ type: UInt8, _ count: Int) -> [UInt8] {
        [type, 0, 0, 0, 0x0b, 0xad, 0xca, 0xfe, 1, 2, 3, 4] + [UInt8](repeating: 9, count: max(0, count - 12))
    }

    // A span of a value that an expectation computes doesn't live long enough, so these take arrays.
    static func kind(_ datagram: [UInt8]) -> Datagram.Kind { Datagram.classify(datagram.span) }
    static func head(_ datagram: [UInt8]) -> WireGuardHead? { WireGuardMessage.head(datagram.span) }

    @Test("the vectors' datagrams are told apart")
    func vectors() throws {
        let expected: [(String, Datagram.Kind)] = [
            ("hello", .relay(.hello)), ("challenge", .relay(.challenge)), ("ok", .relay(.ok)), ("ping", .check),
            ("pong", .check), ("candidates", .check), ("switch", .check),
        ]
        for (name, kind) in expected { #expect(try Self.kind(datagram(name)) == kind) }
        for vector in STUNVectors.all { #expect(try Self.kind(bytes(vector.hex)) == .stun) }
        for type in UInt8(1)...4 {
            #expect(Self.kind(Self.wireGuard(type, 148)) == .wireGuard(type))
        }
    }

    @Test(
        "what is nobody's is unknown",
        arguments: [
            "", "00", "6d747569", "6d747569010400000000", "05000000000000000000", "0100000100000000",
            "ffffffffffffffffff",
        ])
    func unknown(hex: String) throws {
        #expect(try Self.kind(bytes(hex)) == .unknown)
    }

    @Test("a WireGuard index that looks like STUN's cookie is still WireGuard's")
    func collision() {
        var message = Self.wireGuard(1, 148)
        message.replaceSubrange(4..<8, with: [0x21, 0x12, 0xa4, 0x42])
        #expect(Self.kind(message) == .wireGuard(1))
    }

    @Test(
        "a WireGuard message of the right length says its indices",
        arguments: [
            (UInt8(1), 148, WireGuardHead.initiation(sender: 0x0bad_cafe)),
            (UInt8(2), 92, .response(sender: 0x0bad_cafe, receiver: 0x0102_0304)),
            (UInt8(3), 64, .cookieReply(receiver: 0x0bad_cafe)),
            (UInt8(4), 32, .data(receiver: 0x0bad_cafe)), (UInt8(4), 1_472, .data(receiver: 0x0bad_cafe)),
        ])
    func heads(type: UInt8, count: Int, head: WireGuardHead) {
        #expect(Self.head(Self.wireGuard(type, count)) == head)
        #expect(Self.head(Self.wireGuard(type, count - 1)) == nil)
        #expect(Self.head(Self.wireGuard(type, count + 1)) == nil)
        var reserved = Self.wireGuard(type, count)
        reserved[2] = 1
        #expect(Self.head(reserved) == nil)
    }

    @Test("any bytes are sorted, routed or left, and never trapped on")
    func mutated() throws {
        let own = try Mac1Key(publicKey: key("wg_b"))
        for good in [Self.wireGuard(1, 148), Self.wireGuard(2, 92), Self.wireGuard(4, 64)] {
            let torture = DecoderTorture(good: good) { span throws(Refusal) in
                _ = Datagram.classify(span)
                guard WireGuardMessage.head(span) != nil else { throw .kind }
            }
            #expect(torture.acceptedMutations(100_000, seed: 5) < 100_000)
            // BLAKE2s is slow without optimisation, so these are fewer.
            let matching = DecoderTorture(good: good) { span throws(Refusal) in
                guard own.matches(span) else { throw .mac }
            }
            #expect(matching.acceptedMutations(5_000, seed: 6) == 0)
        }
        let ping = try datagram("ping")
        let heads = DecoderTorture(good: ping) { span throws(Refusal) in _ = try CheckHead.decode(span) }
        #expect(heads.acceptedShorter() == [])
        #expect(heads.acceptedMutations(100_000, seed: 8) < 100_000)
    }
}
