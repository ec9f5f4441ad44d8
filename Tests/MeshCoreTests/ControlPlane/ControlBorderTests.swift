import MeshRules
import MeshWire
import Testing

@testable import MeshCore

/// One answer or event of a control server, and how a client reads it. A new kind of either belongs into `all`.
struct SampleAnswer: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// As an honest server writes it.
    let json: String
    /// Reads JSON as the client does, and writes down again what the client has taken from it.
    let taken: @Sendable ([UInt8]) throws -> [UInt8]

    static let time: UInt64 = 1_800_000_000
    static let peer = PeerInfo(card: [1], nat: PeerNAT(), lastHeartbeat: time, away: true, candidates: [2])
    static let relay = RelayInfo(key: PublicKey(), endpoints: [Endpoint(IPAddress(v4: 1), 9)], region: "fra1")

    static let all: [SampleAnswer] = [
        of("begin", ControlJSON.BegunBody(Begun(nonce: Bytes32(), keyHash: Bytes16(), ipv4: 7))) { $0.begun },
        of("join", ControlJSON.JoinedBody(Joined(token: "t", expires: time, roster: [], peers: [peer], event: 5))) {
            $0.joined
        },
        of("party", ControlJSON.PartyBody(roster: [1], grant: [2])) { $0.roster },
        of("peers", ControlJSON.PeersBody([peer, peer])) { $0.peers.elements.map(\.info) },
        of("peer", ControlJSON.PeerBody(peer)) { $0.info },
        of("heartbeat", ControlJSON.HeartbeatBody(time: time, token: "t", expires: time)) { $0.reply },
        of("relays", ControlJSON.RelaysBody([relay], token: [3])) { $0.reply },
        of("lease", ControlJSON.LeaseBody(RelayLease(issuer: PublicKey(), time: time, lifetime: 90))) { $0.lease },
        of("busy", ControlProblem(.busy(retryAfter: 7))) { "\($0.refusal)" },
        of("unavailable", ControlProblem(.unreachable("the disk is full"))) { "\($0.refusal)" },
        event(.peer(peer)), event(.left(PeerID())), event(.roster([1])), event(.grant([1])),
        event(.signal(from: PeerID(), check: [1])), event(.relays),
    ]

    private static func of<Body: Codable & Sendable>(
        _ name: String, _ body: Body, _ use: @escaping @Sendable (Body) -> some Any
    ) -> SampleAnswer {
        SampleAnswer(testDescription: name, json: text(ControlJSON.encode(body))) { bytes in
            let read = try ControlJSON.decode(Body.self, from: bytes)
            _ = use(read)
            return ControlJSON.encode(read)
        }
    }

    private static func event(_ event: ControlEvent) -> SampleAnswer {
        let (name, data) = ControlEventCodec.encode(event)
        return SampleAnswer(testDescription: "event \(name)", json: text(data)) { bytes in
            guard let read = try ControlEventCodec.decode(name: name, data: bytes) else { return [] }
            return ControlEventCodec.encode(read).data
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The numbers of the JSON, each with the key that it stands under. What stands within quotes is none.
    var numbers: [(key: String, range: Range<String.Index>)] { Self.numbers(of: json) }

    static func numbers(of json: String) -> [(key: String, range: Range<String.Index>)] {
        json.matches(of: /"([A-Za-z0-9]+)":(-?[0-9.eE+-]+)/).map {
            (String($0.output.1), $0.output.2.startIndex..<$0.output.2.endIndex)
        }
    }
}

@Suite("Numbers that a control server says")
struct AnswerNumberTests {
    /// PROTOCOL.md §6, by the key that a number stands under; one without a bound here fails.
    private static let bounds: [String: UInt64] = [
        "retryAfter": 86_400, "lifetime": 3_600, "time": 1 << 40, "expires": 1 << 40, "lastHeartbeat": 1 << 40,
        "event": 1 << 53, "status": 999,
    ]

    @Test("count as the bound above them, or the answer is refused", arguments: SampleAnswer.all)
    func bounded(sample: SampleAnswer) throws {
        for (key, range) in sample.numbers {
            let bound = try #require(Self.bounds[key], "“\(key)” has no bound")
            for extreme in [
                "0", "-1", "9223372036854775808", "18446744073709551615", "18446744073709551616",
                "-9223372036854775809",
                "1e300", "1e4000", "0.5",
            ] {
                let json = sample.json.replacingCharacters(range, extreme)
                guard let taken = try? sample.taken(Array(json.utf8)) else { continue }
                for number in SampleAnswer.numbers(of: String(decoding: taken, as: UTF8.self)) where number.key == key {
                    let text = String(decoding: taken, as: UTF8.self)[number.range]
                    let value = try #require(UInt64(text), "“\(key)” became \(text)")
                    #expect(value <= bound)
                }
            }
        }
    }

    @Test("the highest number of each kind is taken as its bound, not refused")
    func taken() throws {
        let busy =
            #"{"type":"urn:meshtui:problem:busy","title":"","status":429,"detail":"","retryAfter":18446744073709551615}"#
        let problem = try ControlJSON.decode(ControlProblem.self, from: Array(busy.utf8))
        #expect(problem.refusal == .busy(retryAfter: 86_400))
        #expect("\(problem.refusal)".contains("24 hours"))
        let issuer = String(repeating: "A", count: 43) + "="
        let lease = #"{"issuer":"\#(issuer)","time":18446744073709551616,"lifetime":9223372036854775808}"#
        let read = try ControlJSON.decode(ControlJSON.LeaseBody.self, from: Array(lease.utf8)).lease
        #expect(read.time == 1 << 40 && read.lifetime == 3_600)
    }

    @Test("every sample with a number is walked: the walk finds them all")
    func walked() {
        let found = SampleAnswer.all.map { "\($0.testDescription) \($0.numbers.count)" }.filter { !$0.hasSuffix(" 0") }
        #expect(
            found == [
                "join 3", "peers 2", "peer 1", "heartbeat 2", "lease 2", "busy 2", "unavailable 1", "event peer 1",
            ])
    }
}

@Suite("Texts and lists that a control server says")
struct AnswerTextTests {
    private static let escape = #"\u001b]0;OWNED\u0007\u001b[2Jfake line\r\n2026-01-01 00:00:00 notice  party: forged"#
    private static let long = String(repeating: "x", count: 500_000)

    @Test("a problem's texts that are no printable line count as absent", arguments: [escape, long, #"a\u202eb"#])
    func problem(text: String) throws {
        for type in ["unknown", "unavailable", "busy", "rubbish \(text)"] {
            let json = #"{"type":"urn:meshtui:problem:\#(type)","title":"\#(text)","status":503,"detail":"\#(text)"}"#
            let answer = ControlHTTP.Answer(status: 503, body: Array(json.utf8))
            let refusal = #expect(throws: ControlRefusal.self) {
                try answer.read { _ throws(ControlJSON.Unreadable) in }
            }
            let words = try #require(refusal).description
            #expect(PrintableLine.text(words) == words)
            #expect(!words.contains("OWNED") && !words.contains("forged"))
        }
    }

    @Test("an answer that can't be understood is told without what stood in it", arguments: [escape, long])
    func unreadable(text: String) throws {
        for json in [#"{"nat":{"type":"\#(text)","mapping":"","filtering":""},"card":""}"#, #"{"\#(text)":1}"#, text] {
            let answer = ControlHTTP.Answer(status: 200, body: Array(json.utf8))
            let refusal = #expect(throws: ControlRefusal.self) {
                try answer.read { bytes throws(ControlJSON.Unreadable) in
                    try ControlJSON.decode(ControlJSON.PeerBody.self, from: bytes)
                }
            }
            let words = try #require(refusal).description
            #expect(PrintableLine.text(words) == words)
        }
    }

    @Test("a problem document without its texts is understood: every part but the type may be absent")
    func bare() throws {
        let answer = ControlHTTP.Answer(status: 404, body: Array(#"{"type":"urn:meshtui:problem:unknown"}"#.utf8))
        #expect(throws: ControlRefusal.unknown("what was asked for")) {
            try answer.read { _ throws(ControlJSON.Unreadable) in }
        }
    }

    @Test(
        "a relay's region that is no name counts as absent, wherever it comes from",
        arguments: [("fra1", "fra1"), ("\u{1b}[2J", ""), (long, ""), ("a\nb", ""), ("a\u{202e}", "")])
    func region(said: String, taken: String) throws {
        #expect(RelayInfo(key: PublicKey(), endpoints: [], region: said).region == taken)
    }

    @Test("more than 32 peers or 64 relays: the whole answer is refused", arguments: [(32, true), (33, false)])
    func peers(count: Int, isTaken: Bool) throws {
        let peers = [PeerInfo](repeating: SampleAnswer.peer, count: count)
        let bodies = [
            ControlJSON.encode(ControlJSON.PeersBody(peers)),
            ControlJSON.encode(
                ControlJSON.JoinedBody(Joined(token: "t", expires: 1, roster: [], peers: peers, event: 1))),
        ]
        #expect(((try? ControlJSON.decode(ControlJSON.PeersBody.self, from: bodies[0])) != nil) == isTaken)
        #expect(((try? ControlJSON.decode(ControlJSON.JoinedBody.self, from: bodies[1])) != nil) == isTaken)
        let relays = [RelayInfo](repeating: SampleAnswer.relay, count: 2 * count)
        let listed = ControlJSON.encode(ControlJSON.RelaysBody(relays, token: nil))
        #expect(((try? ControlJSON.decode(ControlJSON.RelaysBody.self, from: listed)) != nil) == isTaken)
    }

    @Test(
        "a bearer goes into a header: what can't stand there makes the answer refused",
        arguments: [
            ("abc-._~+/=09", true), ("", false), (#"a\r\nHost: x"#, false), ("a b", false), ("é", false), (long, false),
        ])
    func bearer(text: String, isTaken: Bool) {
        let json = #"{"time":1,"token":"\#(text)","expires":2}"#
        let read = try? ControlJSON.decode(ControlJSON.HeartbeatBody.self, from: Array(json.utf8))
        #expect((read != nil) == isTaken)
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, _ text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
