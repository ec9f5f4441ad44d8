import MeshWire
import Testing

@Suite("Messages between members and relays")
struct RelayMessageTests {
    @Test(
        "HELLO is read and written to the vector's bytes",
        arguments: [("hello", 1, 3), ("hello_first", 0, 2), ("hello_full", 62, 4)])
    func hello(name: String, rows: Int, number: UInt64) throws {
        let raw = try datagram(name)
        let hello = try Hello.decode(raw)
        try Hello.verifyMAC(raw.span, key: key("hello_key"))
        #expect(raw.count == 210 + 12 * rows)
        #expect(hello.rows.count == rows)
        #expect(hello.counter == 0x1_0000_0000 + number)
        #expect(hello.request == 0x9d5e_d6b2_d809_a0fa)
        #expect(try hello.encode(key: key("hello_key")) == raw)
        #expect(Hello.cookie(raw.span) == hello.cookie)
        #expect(Hello.scope(raw.span) == hello.token.scope)
        #expect(Hello.wg(raw.span) == hello.token.wg)
        #expect(Hello.request(raw.span) == hello.request)
        #expect((hello.cookie == Bytes16()) == (name == "hello_first"))
    }

    @Test("no bit of HELLO and OK can be changed", arguments: [("hello", "hello_key"), ("ok", "ok_key")])
    func changedBits(name: String, keyName: String) throws {
        let (good, key) = try (datagram(name), key(keyName))
        var accepted: [Int] = []
        for bit in 0..<good.count * 8 {
            var changed = good
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            if try refusal({ try Hello.verifyMAC(changed.span, key: key) }) != .mac { accepted.append(bit) }
        }
        #expect(accepted == [])
    }

    @Test("a row is a peer's tag and the sender's own index")
    func rows() throws {
        let hello = try Hello.decode(datagram("hello"))
        #expect(hello.rows.map(\.peerTag.hex) == [ProtocolVectors.all.keys["tag_b"]])
        #expect(hello.rows.map(\.index) == [0x0bad_cafe])
    }

    @Test(
        "a token says for whom it is, and its issuer's signature counts",
        arguments: [("token", "issuer", 1_800_000_000), ("token_open", "G1", 0)])
    func token(name: String, issuer: String, expiry: UInt64) throws {
        let raw = try datagram(name)
        let token = try RelayToken.decode(raw)
        #expect(try refusal { try token.verify() } == nil)
        #expect(token.bytes == raw)
        #expect(try token.scope == key16("scope"))
        #expect(try token.wg == key("wg_a"))
        #expect(try token.issuer == key(issuer))
        #expect(token.expiry == expiry)
    }

    @Test("a token that we make is read back, and its signature counts")
    func makeToken() throws {
        let signer = try SigningKey(seed: key("issuer_seed"))
        let made = try RelayToken.make(scope: key16("scope"), wg: key("wg_a"), expiry: 1_800_000_000, signer: signer)
        #expect(try RelayToken.decode(made.encode()) == made)
        #expect(try refusal { try made.verify() } == nil)
        #expect(try made.bytes.prefix(90) == datagram("token").prefix(90))
    }

    @Test("CHALLENGE and OK are read and written to the vectors' bytes")
    func answers() throws {
        let rawChallenge = try datagram("challenge")
        let challenge = try Challenge.decode(rawChallenge)
        #expect(challenge.encode() == rawChallenge)
        #expect(try challenge.cookie == Hello.decode(datagram("hello")).cookie)
        let raw = try datagram("ok")
        let ok = try HelloOK.decode(raw)
        #expect(try refusal { try HelloOK.verifyMAC(raw.span, key: key("ok_key")) } == nil)
        #expect(ok.request == challenge.request)
        #expect(ok.observed?.description == "203.0.113.7:51820")
        #expect(ok.lifetime == 60)
        #expect(ok.conflicts == [0x0bad_cafe])
        #expect(try ok.encode(key: key("ok_key")) == raw)
    }

    @Test("no answer is longer than its question")
    func amplification() throws {
        #expect(Challenge.size <= 210)
        for rows in [0, 1, 62] {
            let answer = HelloOK(
                request: 1, nextCookie: Bytes16(), observed: nil, lifetime: 1,
                conflicts: Array(repeating: 1, count: rows))
            #expect(try answer.encode(key: key("ok_key")).count <= 210 + 12 * rows)
        }
    }

    @Test("the ends of the vectors are read and written", arguments: ProtocolVectors.all.observed.indices)
    func observed(index: Int) throws {
        let vector = ProtocolVectors.all.observed[index]
        let raw = try bytes(vector.bytes)
        let read = Endpoint.decode(raw.span, at: 0)
        let endpoint = try #require(read)
        #expect(endpoint.address.description == vector.address)
        #expect(endpoint.port == vector.port)
        var written: [UInt8] = []
        written.append(endpoint)
        #expect(written == raw)
    }
}
