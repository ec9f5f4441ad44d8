import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("The node socket's lines")
struct NodeSocketCodecTests {
    static let peer = PeerID(Array(repeating: 0xab, count: 16).span, at: 0)
    static let relay = Bytes8(0x0102_0304_0506_0708)

    static let requests: [(NodeRequest, String)] = [
        (.status, #"{"command":"status"}"#),
        (.snapshots, #"{"command":"snapshots"}"#),
        (.events(follow: true), #"{"command":"events","follow":true}"#),
        (.host(party: "Friday"), #"{"command":"host","party":"Friday"}"#),
        (
            .host(party: "Friday", subnet: IPv4Network("10.99.0.0/16")),
            #"{"command":"host","party":"Friday","subnet":"10.99.0.0/16"}"#
        ),
        (.join(invite: "mtui1abc"), #"{"command":"join","invite":"mtui1abc"}"#),
        (
            .join(invite: "mtui1abc", consent: .asks(agreed: nil)),
            #"{"command":"join","consent":"ask","invite":"mtui1abc"}"#
        ),
        (
            .host(party: "Friday", consent: .asks(agreed: IPv4Network("10.99.0.0/16"))),
            #"{"command":"host","consent":"10.99.0.0/16","party":"Friday"}"#
        ),
        (.leave, #"{"command":"leave"}"#),
        (.invite, #"{"command":"invite"}"#),
        (
            .pinRelay(peer: peer, relay: relay),
            #"{"command":"pin-relay","peer":"abababababababababababababababab","relay":"0102030405060708"}"#
        ),
        (
            .releaseRelay(peer: peer),
            #"{"command":"release-relay","peer":"abababababababababababababababab"}"#
        ),
        (
            .switchRelay(peer: peer, relay: relay),
            #"{"command":"switch-relay","peer":"abababababababababababababababab","relay":"0102030405060708"}"#
        ),
        (.stopEntering, #"{"command":"stop-entering"}"#),
        (.retry, #"{"command":"retry"}"#),
        (.shutdown, #"{"command":"shutdown"}"#),
    ]

    @Test("a request is one line of JSON, both ways", arguments: requests)
    func request(_ request: NodeRequest, _ line: String) throws {
        #expect(String(decoding: try NodeSocketCodec.encode(request), as: UTF8.self) == line + "\n")
        #expect(try NodeSocketCodec.request(Array(line.utf8)) == request)
    }

    @Test(
        "what is no request says why and what to send",
        arguments: [
            ("", "that is not JSON"),
            ("status", "that is not JSON"),
            ("[1]", "“” is not what it should be"),
            ("{}", "“command” is missing"),
            (#"{"command":"reboot"}"#, "“command” can't be read"),
            (#"{"command":7}"#, "“command” is not what it should be"),
            (#"{"command":"join"}"#, "“invite” is missing"),
            (#"{"command":"release-relay","peer":"xyz"}"#, "“peer” can't be read"),
        ])
    func badRequest(_ line: String, _ reason: String) throws {
        let problem = #expect(throws: NodeSocketCodec.Unreadable.self) {
            _ = try NodeSocketCodec.request(Array(line.utf8))
        }
        #expect("\(try #require(problem))" == reason + #": send one line of JSON such as {"command":"status"}"#)
    }

    @Test(
        "replies come back as they were",
        arguments: [
            NodeReply.done(text: nil), .done(text: "mtui1abc"),
            .refused(kind: .data, reason: "no"), .snapshot(snapshot),
            .asks(network: IPv4Network(around: 0x0a4d_0000, prefix: 16)),
            .event(EventStatus(at: 12.5, level: .notice, subject: "nat", message: "open")),
        ])
    func reply(_ reply: NodeReply) throws {
        let line = try NodeSocketCodec.encode(reply)
        #expect(line.last == 0x0a)
        #expect(try NodeSocketCodec.reply(line.dropLast()) == reply)
    }

    static var snapshot: MeshSnapshot {
        var snapshot = MeshSnapshot()
        snapshot.node.name = "anna"
        snapshot.peers = [PeerStatus(id: peer, partyID: peer, name: "ben", virtualIP: IPAddress(v4: 0x0a42_0002))]
        snapshot.peers[0].latencyHistory = [1.5, nil]
        return snapshot
    }

    @Test("lines are put together from whatever arrives")
    func lines() throws {
        var lines = SocketLines(limit: 8)
        #expect(try lines.push(Array("ab".utf8)) == [])
        #expect(try lines.push(Array("c\r\n\n\nde\nf".utf8)) == [Array("abc".utf8), Array("de".utf8)])
        #expect(try lines.push(Array("\n".utf8)) == [Array("f".utf8)])
    }

    @Test("a line at the limit passes, a longer one does not")
    func limit() throws {
        var lines = SocketLines(limit: 4)
        #expect(try lines.push(Array("1234\n".utf8)).count == 1)
        #expect(throws: SocketLines.TooLong(limit: 4)) { _ = try lines.push(Array("12345".utf8)) }
    }
}
