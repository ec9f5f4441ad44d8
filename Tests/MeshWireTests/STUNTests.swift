import MeshWire
import Testing

@Suite("STUN")
struct STUNTests {
    static let transaction = TransactionID(0xb7e7_a701, 0xbc34_d686, 0xfa87_dfae)

    /// A span can't be an argument within #expect.
    static func answer(to request: [UInt8], mapped: Endpoint) -> [UInt8]? {
        STUNMessage.bindingSuccess(for: request.span, mapped: mapped)
    }

    @Test("RFC 5769's requests are read")
    func requests() throws {
        let short = try STUNMessage.decode(bytes(STUNVectors.request.hex))
        #expect(short.messageClass == .request)
        #expect(short.transaction == Self.transaction)
        #expect(short.hasFingerprint)
        #expect(!short.hasUnknownRequired)
        let long = try STUNMessage.decode(bytes(STUNVectors.longTerm.hex))
        #expect(long.messageClass == .request)
        #expect(!long.hasFingerprint)
        #expect(!long.hasUnknownRequired)
    }

    @Test(
        "RFC 5769's responses give the address",
        arguments: [
            (STUNVectors.ipv4.hex, "192.0.2.1:32853"),
            (STUNVectors.ipv6.hex, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"),
        ])
    func responses(hex: String, mapped: String) throws {
        let message = try STUNMessage.decode(bytes(hex))
        #expect(message.messageClass == .success)
        #expect(message.transaction == Self.transaction)
        #expect(message.xorMapped?.description == mapped)
        #expect(message.reflexive == message.xorMapped)
        #expect(message.hasFingerprint)
    }

    @Test("each changed bit breaks the fingerprint or the form")
    func fingerprint() throws {
        let good = try bytes(STUNVectors.ipv4.hex)
        var accepted: [Int] = []
        for bit in 0..<good.count * 8 {
            var changed = good
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            // A fingerprint whose own type is changed is none; a required one would be refused by its reader.
            if let message = try? STUNMessage.decode(changed), message.hasFingerprint { accepted.append(bit) }
        }
        #expect(accepted == [])
    }

    @Test(
        "our answer gives the address back and is no longer than our question",
        arguments: ["192.0.2.1:32853", "[2001:db8:1234:5678:11:2233:4455:6677]:32853", "0.0.0.0:0"])
    func answer(mapped: String) throws {
        let endpoint = try #require(Endpoint(mapped))
        let request = STUNMessage.bindingRequest(transaction: Self.transaction)
        let answer = try #require(Self.answer(to: request, mapped: endpoint))
        #expect(answer.count <= request.count)
        let read = try STUNMessage.decode(answer)
        #expect(read.messageClass == .success)
        #expect(read.transaction == Self.transaction)
        #expect(read.xorMapped == endpoint)
    }

    @Test("a question shorter than its answer, and what is no question, get none")
    func noAnswer() throws {
        let endpoint = Endpoint(IPAddress(v4: 1), 2)
        let bare = STUNMessage.bindingRequest(transaction: Self.transaction, paddedLength: 20)
        #expect(bare.count == 20)
        #expect(Self.answer(to: bare, mapped: endpoint) == nil)
        let response = try bytes(STUNVectors.ipv4.hex)
        #expect(Self.answer(to: response, mapped: endpoint) == nil)
        var small = [UInt8](repeating: 0, count: 31)
        let written = small.withUnsafeMutableBytes {
            STUNMessage.writeBindingSuccess(transaction: Self.transaction, mapped: endpoint, into: $0)
        }
        #expect(written == 0)
    }

    @Test("a request is padded to the length asked for", arguments: [20, 28, 44, 45, 100, 508])
    func padded(length: Int) throws {
        let request = STUNMessage.bindingRequest(transaction: Self.transaction, paddedLength: length)
        #expect(request.count == (length + 3) / 4 * 4)
        #expect(try STUNMessage.decode(request).messageClass == .request)
    }

    @Test(
        "CHANGE-REQUEST is written and read",
        arguments: [[], .address, .port, [.address, .port]] as [STUNMessage.ChangeRequest])
    func change(request: STUNMessage.ChangeRequest) throws {
        let message = STUNMessage.bindingRequest(transaction: Self.transaction, change: request)
        #expect(try STUNMessage.decode(message).changeRequest == request)
        #expect(message.count == 44)
    }

    @Test("the attributes of RFC 5780, old ones and errors are read")
    func otherAttributes() throws {
        let message = try bytes(
            """
            01110044 2112a442 b7e7a701 bc34d686 fa87dfae
            00010008 00010d96 c6336401
            802c0008 00010d97 c6336402
            802b0008 00010d96 c6336403
            00090008 00000414 6e6f7065
            7fff0000 ffff0000
            00010008 00010001 00000001
            """)
        let read = try STUNMessage.decode(message)
        #expect(read.messageClass == .error)
        #expect(read.mapped?.description == "198.51.100.1:3478")
        #expect(read.reflexive == read.mapped)
        #expect(read.otherAddress?.description == "198.51.100.2:3479")
        #expect(read.responseOrigin?.description == "198.51.100.3:3478")
        #expect(read.errorCode == 420)
        #expect(read.hasUnknownRequired)
    }

    @Test(
        "what is no binding message is refused",
        arguments: [
            ("80010000 2112a442", Refusal.magic),  // a channel's first bits
            ("00010000 2112a443", .magic), ("00030000 2112a442", .kind), ("00010001 2112a442", .range),
            ("00010004 2112a442", .short),
        ])
    func refused(hex: String, reason: Refusal) throws {
        let message = try bytes(hex) + [UInt8](repeating: 0, count: 12)
        #expect(try refusal { _ = try STUNMessage.decode(message) } == reason)
    }
}
