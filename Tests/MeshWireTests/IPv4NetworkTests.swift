import MeshWire
import Testing

@Suite("Networks of parties")
struct IPv4NetworkTests {
    @Test(
        "a party's network lies whole inside a private block and has 16 to 30 bits",
        arguments: [
            ("10.66.0.0/16", true), ("10.0.0.0/16", true), ("10.255.255.252/30", true), ("172.16.0.0/16", true),
            ("172.31.255.0/24", true), ("192.168.0.0/16", true), ("192.168.1.0/24", true), ("100.64.0.0/16", true),
            ("100.127.255.0/30", true),
            ("1.1.1.0/24", false), ("8.8.8.0/24", false), ("127.0.0.0/16", false), ("0.0.0.0/16", false),
            ("169.254.0.0/16", false), ("224.0.0.0/24", false), ("255.255.255.0/24", false), ("172.32.0.0/16", false),
            ("192.167.0.0/16", false), ("192.169.0.0/24", false), ("100.128.0.0/16", false), ("100.63.0.0/16", false),
            ("10.0.0.0/8", false), ("10.66.0.0/15", false), ("172.16.0.0/12", false), ("10.66.0.0/31", false),
            ("10.66.0.1/32", false),
        ])
    func ofParties(_ text: String, _ isForParty: Bool) throws {
        let network = try #require(IPv4Network(text))
        #expect(network.isForParty == isForParty)
        #expect(network.description == text)
        #expect(try refusal(roster(network.address, network.prefix)) == (isForParty ? nil : .network))
    }

    @Test("a roster's subnet has no host bits", arguments: [0x0a42_0001, 0x0a42_8000, 0x0a43_0000 + 0x0100])
    func hostBits(address: UInt32) throws {
        #expect(try refusal(roster(address, 16)) == .network)
        #expect(try refusal(roster(address, 33)) == .network)
        #expect(try refusal(roster(address, 255)) == .network)
    }

    @Test(
        "text that is no network",
        arguments: [
            "", "10.66.0.0", "10.66.0.0/", "/16", "10.66.0.0/33", "10.66.0.0/-1", "10.66.0.0/+16", "10.66.0.1/16",
            "10.66/16", "::/16", "10.66.0.0/16/3", "10.66.0.0/16 ", "10.66.0.0/256", "10.66.0.0/１６",
        ])
    func noNetwork(text: String) { #expect(IPv4Network(text) == nil) }

    @Test(
        "two networks meet when one holds the other",
        arguments: [
            ("10.66.0.0/16", "10.66.3.0/24", true), ("10.66.3.0/24", "10.66.0.0/16", true),
            ("10.66.0.0/16", "10.66.0.0/16", true), ("10.66.0.0/16", "10.67.0.0/16", false),
            ("10.66.0.0/16", "10.64.0.0/14", true), ("0.0.0.0/0", "10.66.0.0/16", true),
            ("10.66.0.0/24", "10.66.1.0/24", false),
        ])
    func meeting(_ one: String, _ other: String, _ expected: Bool) throws {
        #expect(try #require(IPv4Network(one)).meets(#require(IPv4Network(other))) == expected)
    }

    /// A vector's roster with another network; its form is all that `decode` looks at.
    private func roster(_ address: UInt32, _ prefix: UInt8) throws -> [UInt8] {
        var bytes = try bytes(ProtocolVectors.all.roster[0].bytes)
        let offset = 1 + 1 + 16 + 4 + 4 + 32 + 32
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: address >> UInt32(24 - 8 * index)) }
        bytes[offset + 4] = prefix
        return bytes
    }

    private func refusal(_ roster: [UInt8]) throws -> Refusal? {
        do throws(Refusal) { _ = try Roster.decode(roster.span) } catch { return error }
        return nil
    }
}
