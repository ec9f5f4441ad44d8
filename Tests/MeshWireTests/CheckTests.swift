import MeshWire
import Testing

@Suite("Checks between members")
struct CheckTests {
    static let types: [(String, CheckType, Int)] = [
        ("ping", .ping, 123), ("pong", .pong, 123), ("candidates", .candidates, 185), ("switch", .switchPath, 123),
    ]

    @Test("the vectors' checks are opened and sealed to the same bytes", arguments: types)
    func roundTrip(name: String, type: CheckType, count: Int) throws {
        let raw = try datagram(name)
        let checkKey = try CheckKey(key("check_key_ab"))
        let head = try CheckHead.decode(raw.span)
        #expect(head.epochLow == 1)
        #expect(head.receiverTag.hex == ProtocolVectors.all.keys["tag_b"])
        #expect(head.senderTag.hex == ProtocolVectors.all.keys["tag_a"])
        let check = try Check.open(raw.span, key: checkKey)
        #expect(check.type == type)
        #expect(check.rosterRank == RosterRank(successors: 0, epoch: 1, sequence: 1))
        #expect(check.rosterHash.hex == ProtocolVectors.all.roster[0].hash)
        let nonce = (raw.span.uint64(at: 24), raw.span.uint32(at: 32))
        #expect(check.seal(head, nonce: nonce, key: checkKey) == raw)
        #expect(raw.count >= 123)
        if type != .candidates { #expect(raw.count == count) }
    }

    @Test("a candidate list is read from its check and written back")
    func candidates() throws {
        let raw = try datagram("candidates")
        let check = try Check.open(raw.span, key: CheckKey(key("check_key_ab")))
        let list = try CandidateList(fields: check.ext)
        #expect(!list.candidates.isEmpty)
        #expect(list.fields == check.ext)
    }

    @Test("a list holds thirteen candidates and is not longer than a datagram")
    func fullList() throws {
        let candidate = Candidate(kind: .relay, endpoint: Endpoint(IPAddress(high: 1, low: 2), 3))
        let list = CandidateList(
            nat: 5, mapping: 3, filtering: 3, candidates: Array(repeating: candidate, count: 20))
        #expect(list.candidates.count == 13)
        #expect(try CandidateList(fields: list.fields) == list)
        let check = Check(type: .candidates, counter: 1, transaction: 2, ext: list.fields)
        let head = CheckHead(epochLow: 0, receiverTag: Tag(1), senderTag: Tag(2))
        let sealed = try check.seal(head, nonce: (1, 2), key: CheckKey(key("check_key_ab")))
        #expect(sealed.count <= 1_200)
        #expect(try Check.open(sealed.span, key: CheckKey(key("check_key_ab"))) == check)
    }

    @Test(
        "a candidate list that makes no sense is refused",
        arguments: [
            (Field(type: 1, value: [1, 2]), Refusal.short),
            (Field(type: 1, value: [1, 2, 3, 4]), .long),
            (Field(type: 2, value: [1]), .short),
            (Field(type: 2, value: [5] + [UInt8](repeating: 1, count: 18)), .range),  // kind 5
            (Field(type: 2, value: [1] + [UInt8](repeating: 0, count: 18)), .range),  // no endpoint
        ])
    func badList(field: Field, reason: Refusal) throws {
        #expect(try refusal { _ = try CandidateList(fields: [field]) } == reason)
    }

    @Test("the numbers of the types are those of the format")
    func numbers() {
        let types: [CheckType] = [.ping, .pong, .candidates, .switchPath, .switchAck]
        #expect(types.map(\.rawValue) == [1, 2, 3, 4, 5])
        #expect(Candidate.Kind.allCases.map(\.rawValue) == [1, 2, 3, 4])
    }

    @Test("a field from 128 up, and an ext that is too long, are refused after opening")
    func ext() throws {
        let checkKey = try CheckKey(key("check_key_ab"))
        let head = CheckHead(epochLow: 0, receiverTag: Tag(1), senderTag: Tag(2))
        func sealed(_ ext: [Field]) -> [UInt8] {
            Check(type: .ping, counter: 1, transaction: 1, ext: ext).seal(head, nonce: (1, 1), key: checkKey)
        }
        let later = sealed([Field(type: 128, value: [])])
        #expect(try refusal { _ = try Check.open(later.span, key: checkKey) } == .newer)
        let unknown = sealed([Field(type: 127, value: [1])])
        #expect(try refusal { _ = try Check.open(unknown.span, key: checkKey) } == nil)
        let five = sealed(Array(repeating: Field(type: 1, value: [UInt8](repeating: 0, count: 255)), count: 5))
        #expect(five.count <= 123 + Field.maximumBytes)
    }
}
