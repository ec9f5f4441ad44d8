import Logging
import MeshCore
import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

@Suite("What the commands print")
struct ReportTests {
    static let party = PartyID(Array(repeating: 1, count: 16).span, at: 0)
    static let ben = PeerID(Array(repeating: 0xbe, count: 16).span, at: 0)
    static let cleo = PeerID(Array(repeating: 0xc1, count: 16).span, at: 0)
    static let fra = Bytes8(0xf4a1_0000_0000_0001)

    static var snapshot: MeshSnapshot {
        var snapshot = MeshSnapshot()
        snapshot.node.name = "anna"
        snapshot.node.virtualIP = IPAddress(v4: 0x0a42_0001)
        (snapshot.node.interface, snapshot.node.listenPort, snapshot.node.backend) = ("meshtui0", 51820, "wireguard-go")
        snapshot.node.controlReachable = true
        snapshot.nat.type = .fullCone
        snapshot.nat.assumed = false
        snapshot.nat.publicEndpoints = [Endpoint(IPAddress(v4: 0xc633_6407), 40000)]
        snapshot.parties = [
            PartyStatus(id: party, name: "Friday", hostID: ben, subnet: "10.66.0.0/16", active: true)
        ]
        var first = PeerStatus(id: ben, partyID: party, name: "ben", virtualIP: IPAddress(v4: 0x0a42_0002))
        (first.state, first.latencyMs, first.natType) = (.connected, 20.34, .symmetric)
        first.path = PathStatus(kind: .direct, endpoint: Endpoint(IPAddress(v4: 0xcb00_7102), 51820), relayID: nil)
        var second = PeerStatus(
            id: cleo, partyID: party, name: "cleo with a long name", virtualIP: IPAddress(v4: 0x0a42_0103))
        (second.state, second.latencyMs, second.lossPct) = (.degraded, 4.26, 2.6)
        second.path = PathStatus(kind: .relay, endpoint: Endpoint(IPAddress(v4: 0xcb00_7109), 51822), relayID: fra)
        second.pin = PinStatus(relayID: fra, by: .me)
        snapshot.peers = [first, second]
        var relay = RelayStatus(id: fra, region: "fra1", endpoint: Endpoint(IPAddress(v4: 0xcb00_7109), 51822))
        (relay.registered, relay.latencyMs, relay.usedBy) = (true, 12, [cleo])
        snapshot.relays = [relay]
        return snapshot
    }

    @Test("status in words")
    func status() {
        #expect(
            Report.status(Self.snapshot) == """
                Node       anna
                Party      Friday (10.66.0.0/16)
                Address    10.66.0.1
                Interface  meshtui0, UDP 51820, wireguard-go
                NAT        full cone (Open)
                Seen as    198.51.100.7:40000
                Control    reachable

                NAME                   ADDRESS    STATE      PATH                      LATENCY  LOSS  NAT        ID
                ben                    10.66.0.2  connected  direct 203.0.113.2:51820  20 ms    0 %   symmetric  bebebebe
                cleo with a long name  10.66.1.3  degraded   relay fra1 (pinned)       4.3 ms   3 %   unknown    c1c1c1c1
                """)
    }

    @Test("a node in no party says how to get into one, and a problem comes first")
    func empty() {
        var snapshot = MeshSnapshot()
        snapshot.node.problem = "wireguard-go is not installed"
        let lines = Report.status(snapshot).split(separator: "\n")
        #expect(lines[0] == "Problem    wireguard-go is not installed")
        #expect(lines[2] == "Party      none: meshtui host NAME, or meshtui join")
        #expect(Report.peers([], relays: []) == "no other members yet")
        #expect(Report.relays([], peers: []).hasPrefix("no relays known"))
    }

    @Test("a pin that is not in force names the relay that is waited for")
    func pinWithoutEffect() {
        var snapshot = Self.snapshot
        snapshot.peers[0].pin = PinStatus(relayID: Self.fra, by: .peer, overruled: Bytes8(7))
        snapshot.peers[1].pin = PinStatus(relayID: Bytes8(7), by: .me)
        let text = Report.peers(snapshot.peers, relays: snapshot.relays)
        #expect(text.contains("direct 203.0.113.2:51820 (pinned there: fra1, not yours: 00000000)"))
        #expect(text.contains("relay fra1 (pinned: 00000000)"))
    }

    @Test("relays with those who use them")
    func relays() {
        #expect(
            Report.relays(Self.snapshot.relays, peers: Self.snapshot.peers) == """
                RELAY  ENDPOINT           LATENCY  REGISTERED  USED BY                ID
                fra1   203.0.113.9:51822  12 ms    yes         cleo with a long name  f4a1000000000001
                """)
    }

    @Test("what others chose as a name can't move the cursor")
    func harmless() {
        var table = TextTable("NAME")
        table.add("\u{1b}[2Jben")
        #expect(!table.text.contains("\u{1b}"))
        let event = EventStatus(at: 0, level: .warning, subject: "x\u{7}", message: "y\u{1b}z")
        #expect(Report.event(event).unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }

    @Test("JSON has sorted keys and what the design names")
    func json() throws {
        let text = try SnapshotOptions.json(Self.snapshot)
        let top = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.map { $0.split(separator: "\"")[1] }
        #expect(top == ["events", "nat", "node", "parties", "peers", "relays", "tasks"])
        #expect(text.contains(#""virtualIP" : "10.66.0.2""#))
    }

    @Test(
        "a relay is meant by region or ID, a peer by name or ID, all peers when none is named",
        arguments: [
            ("fra1", "ben", [NodeRequest.switchRelay(peer: ben, relay: fra)]),
            ("f4a1", "c1c1", [.switchRelay(peer: cleo, relay: fra)]),
            ("fra1", nil, [.switchRelay(peer: ben, relay: fra), .switchRelay(peer: cleo, relay: fra)]),
            ("auto", "ben", [.releaseRelay(peer: ben)]),
            ("FRA", "be", [.switchRelay(peer: ben, relay: fra)]),
            // `c` begins an ID too, but a name counts first, and one digit is no ID.
            ("fra1", "c", [.switchRelay(peer: cleo, relay: fra)]),
        ] as [(String, String?, [NodeRequest])])
    func choice(_ relay: String, _ peer: String?, _ requests: [NodeRequest]) throws {
        #expect(try RelayChoice(relay: relay, peer: peer).requests(in: Self.snapshot).map(\.request) == requests)
    }

    @Test("what came about is told with the relay's name, however it was written", arguments: ["fra1", "f4a1"])
    func success(_ relay: String) throws {
        #expect(try RelayChoice(relay: relay, peer: nil).success(in: Self.snapshot) == "its packets take fra1 now")
    }

    @Test(
        "a relay or peer that isn't there is told with where to look",
        arguments: [("nowhere", "ben"), ("fra1", "dora"), ("f4a", "ben"), ("fra1", "c1c"), ("", "ben"), ("fra1", "")])
    func unknown(_ relay: String, _ peer: String) throws {
        let problem = #expect(throws: CommandProblem.self) {
            _ = try RelayChoice(relay: relay, peer: peer).requests(in: Self.snapshot)
        }
        #expect(try #require(problem).message.contains("lists them"))
    }

    @Test("what fits two is refused, and both are listed")
    func ambiguous() throws {
        var snapshot = Self.snapshot
        snapshot.peers[0].name = "cleo"
        snapshot.peers[1].name = "clara"
        for (word, isRefused) in [("cl", true), ("cleo", false), ("cla", false)] {
            let choice = RelayChoice(relay: "fra1", peer: word)
            guard isRefused else {
                #expect(try choice.requests(in: snapshot).count == 1)
                continue
            }
            let problem = #expect(throws: CommandProblem.self) { _ = try choice.requests(in: snapshot) }
            let words = try #require(problem).message
            #expect(words.contains("cleo") && words.contains("clara") && words.contains("whole name"))
        }
    }

    @Test("a party without its host is told as that")
    func hostLeft() {
        var snapshot = Self.snapshot
        snapshot.parties[0].hostState = .left
        #expect(Report.status(snapshot).contains("Host       has left: "))
        snapshot.parties[0].hostState = .here
        #expect(!Report.status(snapshot).contains("Host "))
    }

    @Test("the dashboard's commands become requests")
    func dashboard() {
        #expect(SocketNodeClient.request(.host(partyName: "x")) == .host(party: "x"))
        #expect(SocketNodeClient.request(.join(invite: "i")) == .join(invite: "i"))
        let asking = NetworkConsent.asks(agreed: nil)
        #expect(SocketNodeClient.request(.join(invite: "i"), asking) == .join(invite: "i", consent: asking))
        let network = IPv4Network(around: 0x0a4d_0000, prefix: 16)
        #expect(
            SocketNodeClient.request(.host(partyName: "x", agreed: network), asking)
                == .host(party: "x", subnet: network, consent: .asks(agreed: network)))
        #expect(SocketNodeClient.request(.shutdownNode) == .shutdown)
        #expect(
            SocketNodeClient.request(.pinRelay(peer: Self.ben, relay: Self.fra))
                == .pinRelay(peer: Self.ben, relay: Self.fra))
    }
}

@Suite("Log lines")
struct LineLogTests {
    @Test("a line says when, how grave and what, and metadata in the order of its keys")
    func line() {
        let line = LineLog.line(.notice, "stopped", ["b": "2", "a": "1"], at: "2026-01-02 03:04:05")
        #expect(line == "2026-01-02 03:04:05 notice  stopped a=1 b=2")
    }

    @Test(
        "a message can't end the line, move the cursor or hide anything, and is cut",
        arguments: [
            "fake\r\n2026-01-01 00:00:00 notice  forged", "\u{1b}]0;OWNED\u{7}\u{1b}[2J\u{1b}[31mred",
            "a\u{202e}b\u{2066}c",
            "zero\u{200b}width\u{feff}", "\u{9b}2J", "line\u{2028}separator\u{85}",
            String(repeating: "x", count: 1 << 20),
        ])
    func cleaned(message: String) {
        let line = LineLog.line(.warning, message, ["why": "\(message)"], at: "2026-01-02 03:04:05")
        for text in [line, Output.oneLine("meshtui: \(message)")] {
            #expect(text.unicodeScalars.allSatisfy { PrintableLine.text(String($0)) != nil })
            #expect(text.count <= Output.longestLine)
        }
        #expect(line.hasPrefix("2026-01-02 03:04:05 warning "))
    }

    @Test(
        "the level comes from the environment",
        arguments: [("debug", Logger.Level.debug), ("loud", .info), (nil, .info)] as [(String?, Logger.Level)])
    func level(_ text: String?, _ level: Logger.Level) {
        #expect(LineLog(environment: Environment(text.map { ["MESHTUI_LOG": $0] } ?? [:])).logLevel == level)
    }
}
