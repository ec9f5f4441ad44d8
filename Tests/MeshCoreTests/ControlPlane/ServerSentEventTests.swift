import MeshCore
import MeshRules
import MeshWire
import Testing

@Suite("Server-Sent Events")
struct ServerSentEventTests {
    private static let card: [UInt8] = (0...255).map { UInt8($0) }
    private static let events: [ControlEvent] = [
        .peer(
            PeerInfo(
                card: card, nat: PeerNAT(type: .portRestrictedCone, mapping: .endpointIndependent, filtering: .unknown),
                lastHeartbeat: 2_000_000_000, away: true, candidates: [0, 255])),
        .peer(PeerInfo(card: [], nat: PeerNAT(), lastHeartbeat: 0, away: false, candidates: nil)),
        .left(PeerID(PartyFixture.bytes(1, 1).bytes.span, at: 0)), .roster(card), .grant([1]),
        .signal(from: PeerID(), check: card), .relays,
    ]

    @Test("every event survives the way, however the bytes are cut", arguments: [1, 2, 7, 100, 10_000])
    func roundTrip(chunk: Int) throws {
        var bytes = ServerSentEvent.ping
        for (number, event) in Self.events.enumerated() {
            let (name, data) = ControlEventCodec.encode(event)
            bytes += ServerSentEvent(id: "\(number)", name: name, data: data).bytes + ServerSentEvent.ping
        }
        var parser = ServerSentEventParser()
        var told: [ServerSentEvent] = []
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            let events = parser.feed(bytes[start..<min(start + chunk, bytes.count)])
            told += try #require(events)
        }
        #expect(told.map(\.id) == Self.events.indices.map { "\($0)" })
        #expect(try told.map { try ControlEventCodec.decode(name: $0.name, data: $0.data) } == Self.events)
    }

    @Test("line ends of other systems, several data lines and unknown fields are understood")
    func dialects() throws {
        var parser = ServerSentEventParser()
        let text = "retry: 5\r\nid:7\r\nevent: x\r\ndata: a\r\ndata:b\r\nnonsense\r\n\r\nid: 8\n\n"
        let events = parser.feed(text.utf8)
        #expect(events == [ServerSentEvent(id: "7", name: "x", data: Array("a\nb".utf8))])
    }

    @Test(
        "an event without an end is refused at its bound, whatever its lines are",
        arguments: ["A", "data: x\n", "id: 7\n", "event: peer\r\n", ": ping\n", "\r", "data:\n"])
    func endless(line: String) {
        var parser = ServerSentEventParser()
        var accepted = 0
        while accepted <= 2 * ServerSentEventParser.largestEvent, parser.feed(line.utf8) == [] {
            accepted += line.utf8.count
        }
        #expect(accepted <= ServerSentEventParser.largestEvent)
        #expect(accepted > ServerSentEventParser.largestEvent - line.utf8.count)
    }

    @Test("any number of events of the largest size passes")
    func largest() {
        var parser = ServerSentEventParser()
        let head = "data: "
        let data = String(repeating: "x", count: ServerSentEventParser.largestEvent - head.utf8.count - 2)
        for _ in 0..<4 {
            let events = parser.feed("\(head)\(data)\n\n".utf8)
            #expect(events?.map(\.data.count) == [data.utf8.count])
        }
    }

    @Test("an event of a newer server is passed over, a broken one is refused")
    func unknown() throws {
        #expect(try ControlEventCodec.decode(name: "party-cake", data: []) == nil)
        #expect(throws: ControlJSON.Unreadable.self) { try ControlEventCodec.decode(name: "left", data: [0x7b]) }
    }
}
