import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("What a control plane keeps of its events")
struct EventFeedsTests {
    private func party(_ number: UInt8) -> PartyID { PartyID([UInt8](repeating: number, count: 16).span, at: 0) }
    private func peer(_ number: UInt8) -> PeerID { PeerID([UInt8](repeating: number, count: 16).span, at: 0) }

    private func signal(
        in party: PartyID, from sender: PeerID, to receiver: PeerID, _ check: [UInt8]
    ) -> Change {
        Change(party: party, to: .one(receiver), event: .signal(from: sender, check: check))
    }

    private func heard(_ feeds: inout EventFeeds, _ party: PartyID, _ peer: PeerID, after: UInt64) async
        -> [ServedEvent]
    {
        let stream = feeds.subscribe(party: party, peer: peer, after: after) { _ in }
        feeds.keep { _, _ in false }
        var events: [ServedEvent] = []
        for await event in stream { events.append(event) }
        return events
    }

    @Test("a flood of one member pushes out its own signals and nobody else's")
    func memberShare() async {
        var feeds = EventFeeds(after: 0)
        feeds.send(signal(in: party(1), from: peer(2), to: peer(1), [42]))
        for number in 0..<2_000 {
            feeds.send(signal(in: party(1), from: peer(3), to: peer(1), [UInt8(truncatingIfNeeded: number)]))
        }
        let events = await heard(&feeds, party(1), peer(1), after: 0)
        #expect(events.count == EventFeeds.keptSignals + 1)
        #expect(events.first == .event(1, .signal(from: peer(2), check: [42])))
    }

    @Test("what is kept in all has a bound in bytes, and the party with most pays for it")
    func byteBound() async {
        var feeds = EventFeeds(after: 0, limit: 100_000)
        feeds.send(signal(in: party(1), from: peer(2), to: peer(1), [42]))
        let roster = [UInt8](repeating: 0, count: 3_000)
        for number in UInt8(0)..<200 {
            feeds.send(Change(party: party(2 + number % 5), to: .all(except: nil), event: .roster(roster)))
            #expect(feeds.bytes <= 100_000)
        }
        let small = await heard(&feeds, party(1), peer(1), after: 0)
        #expect(small == [.event(1, .signal(from: peer(2), check: [42]))])
        let large = await heard(&feeds, party(2), peer(1), after: 1)
        guard case .resync = large.first else {
            Issue.record("a listener was not told that it has missed something")
            return
        }
    }

    @Test("nothing is kept of a party that is gone")
    func goneParty() async {
        var feeds = EventFeeds(after: 0)
        for number in UInt8(0)..<100 {
            feeds.send(signal(in: party(1), from: peer(number), to: peer(1), [UInt8](repeating: 1, count: 1_000)))
        }
        #expect(feeds.bytes > 100_000)
        feeds.forget(party(1))
        #expect(feeds.bytes == 0)
    }
}
