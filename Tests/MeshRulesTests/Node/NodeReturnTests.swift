import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A node on its way back")
struct NodeReturnTests {
    let party: TestParty
    let anna: TestPerson
    let begin: ControlRequest

    init() throws {
        (party, anna) = (try TestParty(), try .anna())
        begin = .begin(identity: anna.identity.publicKey, g0: nil)
    }

    /// When each try came, for a server that never answers.
    private func tries(seed: UInt64) throws -> [Duration] {
        let membership = try party.membership(of: anna)
        var stored = StoredNode(incarnation: 2)
        (stored.party, stored.roster) = (membership.stored, membership.roster.bytes)
        stored.cards = [membership.ownCard.bytes]
        var node = try TestNode(anna, stored: stored, seed: seed)
        node.give(.network(TestNode.network))
        _ = node.take()
        node.give(.control(begin, .refused(.unreachable("no route"))))
        var waits: [Duration] = []
        var last = at(0)
        for millisecond in stride(from: Int64(0), to: 400_000, by: 50) {
            node.timeOut(at: at(millisecond))
            guard node.takeRequests().contains(begin) else { continue }
            waits.append(at(millisecond) - last)
            last = at(millisecond)
            node.give(.control(begin, .refused(.unreachable("no route"))), at: last)
        }
        return waits
    }

    @Test("tries grow apart from five seconds to a minute, and differ from machine to machine")
    func pace() throws {
        let waits = try tries(seed: 41)
        for (wait, least) in zip(waits, [5, 10, 20, 40, 40, 40] as [Int64]) {
            #expect(wait >= .seconds(least) && wait <= .seconds(least) * 3 / 2 + .milliseconds(50))
        }
        #expect(waits.allSatisfy { $0 <= .seconds(60) })
        #expect(try tries(seed: 42) != waits)
    }

    @Test("why it does not work is told once, not with each try; after a success the tries begin close together")
    func toldOnce() throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(1_000))
        var told = 0
        for turn in 1...6 as ClosedRange<Int64> {
            let now = at(turn * 100_000)
            node.timeOut(at: now)
            node.give(.control(begin, .refused(.unreachable("no route"))), at: now)
            told += node.takeEvents().count { $0.contains("no route") }
        }
        #expect(told == 1)
        node.timeOut(at: at(700_000))
        try node.comeBack(party.roster(), ipv4: anna.ipv4, peers: [], at: at(700_000))
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(701_000))
        _ = node.take()
        node.give(.control(begin, .refused(.unreachable("no route"))), at: at(701_000))
        node.timeOut(at: at(708_600))
        #expect(node.takeRequests().contains(begin))
    }

    @Test("a state folder that was set back goes on above the card that the server has of it")
    func setBack() throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(1_000))
        let known: UInt64 = 9 << 32 | 3
        var now = at(2_000)
        for _ in 0..<4 {
            let begun = Begun(
                nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: try party.roster().bytes, ipv4: anna.ipv4)
            node.give(.control(begin, .begun(begun)), at: now)
            guard case .joinParty(_, let proof)? = node.takeRequests().last else { throw Refusal.kind }
            if try Card.decode(proof.card.span).sequence > known { break }
            node.give(.control(.joinParty(g0: nil, proof: proof), .refused(.rule(.rank))), at: now)
            now = now + .seconds(60)
            node.timeOut(at: now)
        }
        let own = try #require(node.node.membership?.ownCard)
        #expect(own.sequence > known)
        #expect(node.stored.cards == [own.bytes])
        #expect(Sequence64(node.node.helloCounters.first.value).incarnation == Sequence64(own.sequence).incarnation)
    }

    @Test("a server that always calls a card too old uses up no more than some starts")
    func lyingServer() throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(1_000))
        var now = at(2_000)
        for _ in 0..<50 {
            let begun = Begun(
                nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: try party.roster().bytes, ipv4: anna.ipv4)
            node.give(.control(begin, .begun(begun)), at: now)
            guard case .joinParty(_, let proof)? = node.takeRequests().last else { throw Refusal.kind }
            node.give(.control(.joinParty(g0: nil, proof: proof), .refused(.rule(.rank))), at: now)
            now = now + .seconds(60)
            node.timeOut(at: now)
        }
        #expect(node.node.incarnation < 100_000)
        #expect(node.node.control.problem?.contains("later start than there can be") == true)
    }

    @Test("an own card that comes with a list is gone above, a forged one is not", arguments: [true, false])
    func ownCardMet(isGenuine: Bool) throws {
        var node = try TestNode.member(anna, of: party)
        var card = try party.card(anna, sequence: 7 << 32 | 5).bytes
        if !isGenuine { card[card.count - 1] ^= 1 }
        let info = PeerInfo(card: card, nat: PeerNAT(), lastHeartbeat: 0, away: false, candidates: nil)
        node.give(.control(.getPeers, .peers([info])))
        #expect(node.node.incarnation == (isGenuine ? 8 : 2))
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(1_000))
        try node.comeBack(party.roster(), ipv4: anna.ipv4, peers: [], at: at(1_000))
        let sequence = try #require(node.node.membership?.ownCard.sequence)
        #expect(isGenuine == (sequence > 8 << 32))
    }

    @Test("an own card with the highest sequence of all uses up nothing", arguments: [UInt64.max, 0xffff_fffe << 32])
    func highestCard(sequence: UInt64) throws {
        var node = try TestNode.member(anna, of: party)
        let card = try party.card(anna, sequence: sequence)
        let info = PeerInfo(card: card.bytes, nat: PeerNAT(), lastHeartbeat: 0, away: false, candidates: nil)
        node.give(.control(.getPeers, .peers([info])))
        #expect(node.node.incarnation == 2)
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(1_000))
        try node.comeBack(party.roster(), ipv4: anna.ipv4, peers: [], at: at(1_000))
        #expect(node.node.membership != nil)
    }

    @Test("after a restart an own card from a later start raises every counter")
    func storedCard() throws {
        let membership = try party.membership(of: anna)
        var stored = StoredNode(incarnation: 2)
        (stored.party, stored.roster) = (membership.stored, membership.roster.bytes)
        stored.cards = [try party.card(anna, sequence: 30 << 32 | 1).bytes]
        var node = try TestNode(anna, stored: stored)
        node.give(.network(TestNode.network))
        #expect(node.node.incarnation == 31)
        #expect(node.node.helloCounters.first.value == 31 << 32)
    }

    @Test("events that were missed are asked for without a word to a person")
    func missed() throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.eventsMissed, at: at(1_000))
        let outputs = node.take()
        let asked: [NodeOutput] = [ControlRequest.getParty, .getPeers, .relays].map { .effect(.control($0)) }
        #expect(Array(outputs.prefix(asked.count)) == asked)
        #expect(!outputs.contains { if case .event = $0 { true } else { false } })
    }
}
