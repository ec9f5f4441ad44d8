import MeshWire
import Testing

@Suite("Invites and replies")
struct InviteTests {
    static let vectors = ProtocolVectors.all.invite

    @Test("text and bytes say the same and are written as they were read", arguments: 0..<2)
    func roundTrip(index: Int) throws {
        let vector = Self.vectors[index]
        let invite = try InviteCode(text: vector.text)
        #expect(invite.encode().hex == vector.bytes)
        #expect(invite.text == vector.text)
        #expect(try InviteCode.decode(bytes(vector.bytes)) == invite)
        #expect(try invite.party == party())
        #expect(try invite.secret == key16("I"))
        #expect(try invite.key == key("K0"))
    }

    @Test("one server in IPv4 makes 113 characters")
    func oneServer() throws {
        let invite = try InviteCode(text: Self.vectors[0].text)
        #expect(Self.vectors[0].text.count == 113)
        #expect(invite.minEpoch == 1)
        #expect(invite.servers.map(\.port) == [51_821])
        #expect(invite.servers.map(\.host.description) == ["203.0.113.7"])
        #expect(invite.servers.map(\.keyHash.hex) == [ProtocolVectors.all.join.keyHash])
    }

    @Test("every kind of field is read in order, and one of later is passed on")
    func allFields() throws {
        let invite = try InviteCode(text: Self.vectors[1].text)
        #expect(invite.minEpoch == 7)
        #expect(invite.servers.map(\.host.description) == ["[2001:db8::7]", "party.example"])
        #expect(invite.servers.map(\.port) == [51_821, 443])
        #expect(try invite.hosts.map(\.wg) == [key("wg_b")])
        #expect(invite.hosts[0].candidates.map(\.description) == ["198.51.100.3:51820", "[2001:db8::3]:51820"])
        #expect(invite.other == [Field(type: 9, value: [UInt8]("later".utf8))])
    }

    @Test("case, white space and hyphens of a paste don't matter")
    func pasted() throws {
        let text = Self.vectors[0].text
        let pieces = stride(from: 0, to: text.count, by: 8).map { text.dropFirst($0).prefix(8) }
        let pasted = "\u{a0} \n" + pieces.joined(separator: "-\r\n\t").uppercased() + " "
        #expect(try InviteCode(text: pasted).text == text)
    }

    @Test("each single typing mistake is noticed")
    func typos() throws {
        let text = [UInt8](Self.vectors[0].text.utf8)
        var unnoticed: [Int] = []
        for place in text.indices {
            var typo = text
            typo[place] = typo[place] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
            if try refusal({ _ = try InviteCode(text: String(decoding: typo, as: UTF8.self)) }) == nil {
                unnoticed.append(place)
            }
        }
        #expect(unnoticed == [])
    }

    @Test("neither its description nor a dump of it holds the secret")
    func secret() throws {
        let invite = try InviteCode(text: Self.vectors[0].text)
        let secret = try key16("I").hex
        var dumped = ""
        dump(invite, to: &dumped)
        for text in ["\(invite)", String(reflecting: invite), dumped] {
            #expect(!text.contains(secret))
            #expect(!text.contains(invite.text))
        }
    }

    @Test("what no decoder would take is not made")
    func limits() throws {
        func make(minEpoch: UInt32 = 1, host: String = "a", servers: Int = 1) throws {
            let server = InviteCode.Server(keyHash: Bytes16(), host: .name(host), port: 1)
            _ = try InviteCode(
                party: party(), secret: key16("I"), minEpoch: minEpoch,
                servers: Array(repeating: server, count: servers), hosts: [])
        }
        #expect(try refusal { try make() } == nil)
        #expect(try refusal { try make(minEpoch: 0) } == .range)
        #expect(try refusal { try make(host: "") } == .range)
        #expect(try refusal { try make(host: "a b") } == .range)
        #expect(try refusal { try make(host: String(repeating: "a", count: 64)) } == nil)
        #expect(try refusal { try make(host: String(repeating: "a", count: 65)) } == .range)
        #expect(try refusal { try make(servers: 9) } == nil)
        #expect(try refusal { try make(servers: 11) } == .range)
    }

    @Test("a reply is read under the invite it answers, and under no other")
    func reply() throws {
        let inviteKey = try key("K0")
        let endpoints = [Endpoint(IPAddress(v4: 0xc633_6404), 1), Endpoint(IPAddress(high: 1, low: 2), 65_535)]
        let reply = try ReplyCode(wg: key("wg_b"), candidates: endpoints)
        let text = reply.text(inviteKey: inviteKey)
        #expect(text.hasPrefix("mtuir1"))
        #expect(try ReplyCode(text: text, inviteKey: inviteKey) == reply)
        #expect(try refusal { _ = try ReplyCode(text: text, inviteKey: key("K1")) } == .checksum)
        #expect(try refusal { _ = try InviteCode(text: text) } == .prefix)
    }
}
