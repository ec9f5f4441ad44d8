import MeshWire
import Testing

@Suite("BLAKE2s and mac1")
struct Blake2sTests {
    @Test("the hash of abc is RFC 7693's (appendix B)")
    func abc() {
        #expect(
            Blake2s.hash([UInt8]("abc".utf8)).hex
                == "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982")
    }

    @Test("the self-test of RFC 7693 (appendix E) gives its grand hash")
    func selfTest() {
        var all: [UInt8] = []
        for length in [16, 20, 28, 32] {
            for count in [0, 3, 64, 65, 255, 1_024] {
                let message = Self.sequence(count)
                all += Blake2s.hash(message, length: length)
                all += Blake2s.hash(message, key: Self.sequence(length), length: length)
            }
        }
        #expect(
            Blake2s.hash(all).hex == "6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe")
    }

    @Test("16 bytes, with and without a key, are what another implementation says")
    func short() {
        #expect(Blake2s.hash([], length: 16).hex == "64550d6ffe2c0a01a14aba1eade0200c")
        #expect(Blake2s.hash([], key: [UInt8](0..<32), length: 16).hex == "9536f9b267655743dee97b8a670f9f53")
    }

    @Test(
        "mac1 names its receiver, as another implementation computes it",
        arguments: [
            (UInt8(1), 148, 116, "48c77b17043b99b09b659e3c97bb95b8"),
            (UInt8(2), 92, 60, "300eb4e60d135e4a65088c2f1ab94a54"),
        ])
    func mac1(type: UInt8, count: Int, place: Int, expected: String) throws {
        var message = [type, 0, 0, 0] + (4..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + Int(type)) }
        let own = try Mac1Key(publicKey: key("wg_b"))
        // A span can't be an argument within #expect.
        func isOurs(_ message: [UInt8], by key: Mac1Key? = nil) -> Bool { (key ?? own).matches(message.span) }
        #expect(!isOurs(message))
        message.replaceSubrange(place..<place + 16, with: try bytes(expected))
        #expect(isOurs(message))
        #expect(try !isOurs(message, by: Mac1Key(publicKey: key("wg_a"))))
        for index in [1, 4, place - 1, place, place + 15] {
            var changed = message
            changed[index] ^= 1
            #expect(!isOurs(changed), "byte \(index)")
        }
        message[count - 1] ^= 1  // mac2 is not covered
        #expect(isOurs(message))
        #expect(!isOurs([UInt8](message.dropLast())))
        var signed = message
        signed[place] ^= 1
        #expect(own.sign(&signed))
        #expect(signed == message)
    }

    /// The sequence of RFC 7693, appendix E.
    private static func sequence(_ count: Int) -> [UInt8] {
        var (a, b) = (0xdead_4bad &* UInt32(count), UInt32(1))
        return (0..<count).map { _ in
            (a, b) = (b, a &+ b)
            return UInt8(b >> 24)
        }
    }
}
