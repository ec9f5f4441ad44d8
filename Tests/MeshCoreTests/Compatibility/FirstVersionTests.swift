import Foundation
import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("What the first version has left", .timeLimit(.minutes(2)))
struct FirstVersionTests {
    // MARK: - Its state folder

    @Test(
        "its state folder opens: identity, party, members, pin and last path are kept",
        arguments: [FirstVersion.Owner.host, .member])
    func folder(owner: FirstVersion.Owner) async throws {
        let (stored, key) = try await FirstVersion.load(owner)
        let party = try #require(stored.party)
        #expect(stored.incarnation == 2)
        #expect("\(party.party)" == "a4d050feff444ebed9acc5095028e139")
        #expect(party.memberName == (owner == .host ? "Ada" : "Zoë"))
        #expect((party.invite != nil) == (owner == .host))
        #expect((party.rootSeed != nil) == (owner == .host))
        #expect(stored.cards.count == 2)
        let cards = try stored.cards.map { try Card.decode($0.span) }
        #expect(cards.map(\.name).sorted() == ["Ada", "Zoë"])
        let identity = try SigningKey(seed: party.identitySeed).publicKey
        #expect(cards.first { $0.identity == identity }?.wg == key.publicKey)
        #expect(stored.relays.map(\.region).sorted() == ["east", "west"])
        guard owner == .member else { return }
        let ada = try #require(cards.first { $0.name == "Ada" }).peer
        #expect(stored.pins == [ada: try #require(stored.relays.first { $0.region == "west" }).id])
        #expect(stored.lastPaths[ada] == Endpoint("203.0.113.30:51820"))
    }

    @Test("opened again by this version it goes on counting, and nothing of it is lost")
    func openedAgain() async throws {
        try await FirstVersion.withFolder(of: .member) { folder in
            var first = try await NodeStore.open(folder: folder).load()
            let second = try await NodeStore.open(folder: folder).load()
            #expect(second.incarnation == first.incarnation + 1)
            first.incarnation = second.incarnation
            #expect(first == second)
        }
    }

    @Test(
        "a node of this version is back in the party before anybody has answered",
        arguments: [FirstVersion.Owner.host, .member])
    func resumes(owner: FirstVersion.Owner) async throws {
        let (node, outputs) = try await FirstVersion.node(owner)
        let snapshot = node.snapshot(now: Instant())
        #expect(snapshot.parties.map(\.name) == ["Friday LAN"])
        #expect(snapshot.parties.map(\.subnet) == ["10.66.0.0/16"])
        #expect(snapshot.peers.map(\.name) == [owner == .host ? "Zoë" : "Ada"])
        #expect(snapshot.node.problem == nil)
        let address = try #require(IPAddress(owner == .host ? "10.66.0.1" : "10.66.0.177"))
        #expect(outputs.contains(.effect(.configureInterface(InterfaceAddress(address: address, prefix: 16)))))
        #expect((node.invite != nil) == (owner == .host))
    }

    @Test("its control server's folder opens: party, members and addresses are there, and its key is the invite's")
    func controlFolder() async throws {
        try await FirstVersion.withFolder(of: .control) { folder in
            let records = try await SQLiteControlStore(folder: folder).load()
            let cards = try records.compactMap { record in
                if case .peer(_, let peer) = record { try Card.decode(peer.card.span) } else { nil }
            }
            #expect(cards.map(\.name).sorted() == ["Ada", "Zoë"])
            let zoe = try #require(cards.first { $0.name == "Zoë" })
            let state = try await ControlServerState.open(folder: folder, clock: { 1_796_000_000 })
            let begin = ControlRequest.begin(identity: zoe.identity, g0: nil)
            let reply = await state.service.perform(begin, party: zoe.party, from: .anonymous, source: .inProcess)
            guard case .begun(let begun) = reply else { throw Refusal.kind }
            #expect(begun.ipv4 == zoe.ipv4)
            #expect("\(begun.keyHash)" == Self.controlKeyHash)
            let served = try #require(begun.roster)
            let roster = try Roster.decode(served.span)
            try roster.verify()
            #expect(roster.party == zoe.party && roster.name == "Friday LAN")
        }
    }

    private static let controlKeyHash = "f16d718256231b90c81a7d5c2d5362b5"

    // MARK: - Its bytes

    @Test("its invite names the party and its server, and reads the same when it is written again")
    func invite() throws {
        let text = try FirstVersion.wire().invite
        let invite = try InviteCode(text: text)
        #expect("\(invite.party)" == "a4d050feff444ebed9acc5095028e139")
        #expect(invite.servers.map { "\($0.host):\($0.port)" } == ["192.0.2.1:51821"])
        #expect(invite.text == text)
    }

    @Test("its datagrams are read: HELLO, CHALLENGE, OK, STUN, checks in both directions and the switch")
    func datagrams() async throws {
        var kinds: [String: Int] = [:]
        let member = try await FirstVersion.session(of: .member).session
        let host = try await FirstVersion.session(of: .host).session
        for datagram in try FirstVersion.wire().datagrams {
            let bytes = try #require([UInt8](hex: datagram.bytes))
            let kind: String
            switch Datagram.classify(bytes.span) {
            case .stun: kind = "stun"
            case .relay: kind = try Self.relayKind(bytes, by: datagram.by)
            case .check:
                var end = datagram.by == "member" ? host : member
                do throws(Refusal) {
                    let check = try end.open(bytes.span)
                    #expect(check.rosterRank == RosterRank(successors: 0, epoch: 1, sequence: 1))
                    kind = "\(check.type) by \(datagram.by)"
                } catch {
                    // A recorded SWITCH and its answer are authentic, and echo no challenge of this run.
                    #expect(error == .replay)
                    kind = "switch by \(datagram.by)"
                }
            case .wireGuard, .unknown: kind = "unknown"
            }
            kinds[kind, default: 0] += 1
        }
        #expect(
            Set(kinds.keys) == [
                "stun", "HELLO", "CHALLENGE", "OK", "ping by member", "ping by other", "pong by member",
                "pong by other", "switch by member", "switch by other",
            ], "\(kinds)")
    }

    private static func relayKind(_ bytes: [UInt8], by: String) throws -> String {
        if by == "member" {
            let hello = try Hello.decode(bytes.span)
            #expect(hello.token.wg == (try wireCard().wg))
            return "HELLO"
        }
        if (try? Challenge.decode(bytes.span)) != nil { return "CHALLENGE" }
        _ = try HelloOK.decode(bytes.span)
        return "OK"
    }

    private static func wireCard() throws -> Card {
        let join = try FirstVersion.wire().exchange("/peers")
        let body = try ControlJSON.decode(ControlJSON.Join.self, from: Array(join.body.utf8))
        return try Card.decode(body.card.bytes.span)
    }

    @Test("its pings are answered, and the first version's end opens the answer")
    func answers() async throws {
        var (node, _) = try await FirstVersion.node(.member)
        var host = try await FirstVersion.session(of: .host).session
        let opener = try await FirstVersion.session(of: .member).session
        let source = try #require(Endpoint("203.0.113.30:51820"))
        var answered = 0
        for datagram in try FirstVersion.wire().datagrams where datagram.by == "other" {
            let bytes = try #require([UInt8](hex: datagram.bytes))
            guard case .check = Datagram.classify(bytes.span) else { continue }
            var member = opener
            guard let asked = try? member.open(bytes.span), asked.type == .ping else { continue }
            node.handle(.datagram(bytes, from: source), now: Instant())
            for case .transmit(let sent, let to) in FirstVersion.drain(&node) {
                guard to == source, let check = try? host.open(sent.span), check.type == .pong else { continue }
                #expect(check.transaction == asked.transaction)
                #expect(check.observed == source)
                answered += 1
            }
        }
        #expect(answered > 0)
    }

    // MARK: - Its JSON

    @Test("its server's answers and events are read")
    func answersOfServer() async throws {
        let wire = try FirstVersion.wire()
        let identity = try await FirstVersion.session(of: .member).membership.identity.publicKey
        let invite = try InviteCode(text: wire.invite)
        func reply(_ request: ControlRequest, _ name: String) throws -> ControlReply {
            try ControlRoute.reply(to: request, from: Array(try wire.exchange(name).answer.utf8))
        }
        let begin = ControlRequest.begin(identity: identity, g0: nil)
        guard case .begun(let begun) = try reply(begin, "/begin") else { throw Refusal.kind }
        #expect(begun.ipv4 == IPAddress("10.66.0.177")?.v4)
        #expect(begun.keyHash == invite.servers[0].keyHash)
        let served = try #require(begun.roster)
        let roster = try Roster.decode(served.span)
        try roster.verify()
        #expect(roster.name == "Friday LAN")
        let welcome = try #require(begun.welcome)
        let opened = try Welcome.open(welcome.span, inviteKey: invite.key, party: invite.party)
        #expect(opened.epoch == 1)
        let join = ControlRequest.joinParty(g0: nil, proof: JoinProof(card: [], nonce: Bytes32(), signature: []))
        guard case .joined(let joined) = try reply(join, "/peers") else { throw Refusal.kind }
        let first = try #require(joined.peers.first)
        let host = try Card.decode(first.card.span)
        try roster.check(host)
        #expect(host.name == "Ada" && host.started == nil)
        guard case .relays(let relays, let token?) = try reply(.relays, "GET /v1/relays") else { throw Refusal.kind }
        #expect(relays.map(\.region).sorted() == ["east", "west"])
        #expect(try RelayToken.decode(token.span).wg == Self.wireCard().wg)
        var parser = ServerSentEventParser()
        let events = try #require(parser.feed(Array(try wire.exchange("/events").answer.utf8)))
        let told = try events.compactMap { try ControlEventCodec.decode(name: $0.name, data: $0.data) }
        #expect(told.contains { if case .peer = $0 { true } else { false } })
        #expect(told.count == events.count)
    }

    @Test("its member's requests are read, and its proof counts")
    func requestsOfMember() throws {
        let wire = try FirstVersion.wire()
        let begin = try ControlJSON.decode(
            ControlJSON.Begin.self, from: Array(try wire.exchange("/begin").body.utf8))
        let join = try ControlJSON.decode(ControlJSON.Join.self, from: Array(try wire.exchange("/peers").body.utf8))
        let card = try Card.decode(join.card.bytes.span)
        #expect(begin.identity.value == card.identity)
        let server = try InviteCode(text: wire.invite).servers[0]
        try JoinMessage.verify(
            try #require(Bytes64(join.sig.bytes)), keyHash: server.keyHash, nonce: join.nonce.value,
            card: card.bytes, identity: card.identity)
        let update = try wire.exchange("PUT")
        _ = try ControlJSON.decode(ControlJSON.Update.self, from: Array(update.body.utf8))
        let signal = try wire.exchange("/signal")
        _ = try ControlJSON.decode(ControlJSON.Signal.self, from: Array(signal.body.utf8))
    }
}
