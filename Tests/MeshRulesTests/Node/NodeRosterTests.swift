import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A node and the host's word")
struct NodeRosterTests {
    let party: TestParty
    let anna: TestPerson
    let ben: TestPerson
    let begin: ControlRequest

    init() throws {
        (party, anna, ben) = (try TestParty(), try .anna(), try .ben())
        begin = .begin(identity: anna.identity.publicKey, g0: nil)
    }

    private func begun(_ roster: Roster) -> ControlReply {
        .begun(
            Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: roster.bytes, ipv4: anna.ipv4))
    }

    private func laterEpoch(_ sequence: UInt32 = 2) throws -> Roster {
        let second = try EpochKeys(
            party: party.party, epoch: 2, key: Bytes32(SeededRandom.bytes(seed: 3, 32).span, at: 0))
        return try party.roster(sequence: sequence, epoch: 2, keys: second)
    }

    /// The node as it is after a restart from what it has stored.
    private func restarted(_ before: TestNode) throws -> TestNode {
        var stored = before.stored
        stored.incarnation += 1
        var node = try TestNode(anna, stored: stored, seed: 99)
        node.give(.network(TestNode.network))
        return node
    }

    private func joins(_ node: inout TestNode) -> Bool {
        node.takeRequests().contains { if case .joinParty = $0 { true } else { false } }
    }

    private static let rolledBack = "\(RosterWatch.Alarm.rolledBack)"

    @Test(
        "a roster is durable before anything follows from it, whichever epoch it is of", arguments: [1, 2] as [UInt32])
    func stored(epoch: UInt32) throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        _ = node.take()
        let kicked = Roster.Member(identity: ben.identity.publicKey, status: .kicked)
        let roster = try epoch == 1 ? party.roster(sequence: 2, members: [party.hostRow, kicked]) : laterEpoch()
        node.give(.event(.roster(roster.bytes)))
        let first = node.take().first
        #expect(first == .effect(.store(epoch == 1 ? .roster(roster.bytes) : .newestRoster(roster.bytes))))
        #expect(node.node.membership?.roster == roster)
    }

    @Test(
        "after a restart a server that serves an older roster again is refused and told once",
        arguments: [1, 2] as [UInt32])
    func rolledBack(epoch: UInt32) throws {
        var before = try TestNode.member(anna, of: party)
        let roster = try epoch == 1 ? party.roster(sequence: 2) : laterEpoch()
        before.give(.event(.roster(roster.bytes)))
        var node = try restarted(before)
        #expect(node.node.membership?.roster == roster)
        _ = node.take()
        node.give(.control(begin, begun(try party.roster())))
        let events = node.take()
        #expect(events.contains(.event(NodeEvent(.error, "party", Self.rolledBack))))
        #expect(!joins(&node))
        node.timeOut(at: at(8_000))
        node.give(.control(begin, begun(try party.roster())), at: at(8_100))
        #expect(!node.takeEvents().contains(Self.rolledBack))
        #expect(node.node.membership?.roster == roster)
    }

    @Test("the roster of a later epoch does not make what is stored useless: the party is there after a restart")
    func resumes() throws {
        var before = try TestNode.member(anna, of: party)
        before.give(.event(.peer(TestServer.info(try party.card(ben)))))
        before.give(.control(.heartbeat, .refused(.unauthorised)))
        let roster = try laterEpoch()
        before.give(.control(begin, begun(roster)))
        #expect(!joins(&before))
        let node = try restarted(before)
        #expect(node.node.membership?.roster == roster)
        #expect(node.node.membership?.keys.epoch == 1)
    }

    @Test("a server that has our roster again after a rollback takes this machine in")
    func mended() throws {
        var before = try TestNode.member(anna, of: party)
        let roster = try party.roster(sequence: 2)
        before.give(.event(.roster(roster.bytes)))
        var node = try restarted(before)
        node.give(.control(begin, begun(try party.roster())))
        node.timeOut(at: at(8_000))
        _ = node.take()
        node.give(.control(begin, begun(roster)), at: at(8_100))
        #expect(joins(&node))
    }

    @Test("the host puts its roster back on a server that was set back")
    func hostMends() throws {
        let founding = try Founding()
        let host = try founding.flow.registered(TestServer.joined(founding.roster.bytes))
        let next = try Roster.make(
            party: host.party, epoch: 1, sequence: 2, group: host.keys.group.publicKey, root: host.roster.root,
            subnet: host.roster.subnet, prefix: host.roster.prefix, name: "LAN night", members: host.roster.members,
            signer: SigningKey(seed: #require(host.stored.rootSeed)))
        var membership = host
        _ = try membership.accept(next)
        var step = Step(now: at(0), random: SeededRandom(seed: 8))
        let answer = Begun(
            nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: founding.roster.bytes,
            ipv4: TestParty.hostAddress)
        guard case .registerParty(let bytes, _, _) = try ReturnFlow.begun(answer, &membership, mayMove: true, &step)
        else {
            throw Refusal.kind
        }
        #expect(bytes == next.bytes)
    }

    /// A pong of ben's that tells of this roster.
    private func check(_ session: inout CheckSession, _ roster: Roster, at now: Instant) -> [UInt8] {
        var step = Step(now: now, random: SeededRandom(seed: 3))
        return session.seal(CheckMessage(.pong, transaction: 1), roster: roster, &step)
    }

    private func benSession() throws -> CheckSession {
        var other = try party.membership(of: ben)
        _ = try other.accept(party.card(anna))
        return try CheckSession(membership: other, peer: other.members[0], incarnation: 1)
    }

    @Test("peers with a newer roster that the server does not serve for half a minute: one alarm")
    func withheld() throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        var session = try benSession()
        let (old, newer) = (try party.roster(), try party.roster(sequence: 2))
        var alarms: [Int64] = []
        for second in stride(from: Int64(0), through: 120, by: 1) {
            let now = at(second * 1_000)
            node.give(.datagram(check(&session, newer, at: now), from: end("198.51.100.3:1")), at: now)
            let outputs = node.take()
            if outputs.contains(.effect(.control(.getParty))) {
                node.give(.control(.getParty, .party(roster: old.bytes, grant: nil)), at: now)
            }
            let events = node.takeEvents()
            if events.contains("\(RosterWatch.Alarm.withheld)") { alarms.append(second) }
        }
        #expect(alarms == [30])
    }

    @Test("a server that is merely late raises no alarm")
    func late() throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        _ = node.take()
        var session = try benSession()
        let (old, newer) = (try party.roster(), try party.roster(sequence: 2))
        for second in stride(from: Int64(0), through: 60, by: 5) {
            let now = at(second * 1_000)
            node.give(.datagram(check(&session, newer, at: now), from: end("198.51.100.3:1")), at: now)
            let served = second < 25 ? old : newer
            node.give(.control(.getParty, .party(roster: served.bytes, grant: nil)), at: now)
        }
        #expect(node.takeEvents() == [])
        #expect(node.node.membership?.roster == newer)
    }

    @Test("an answer that a newer roster has overtaken is no rollback")
    func overtaken() throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.event(.roster(try party.roster(sequence: 2).bytes)), at: at(60_000))
        node.give(.control(.getParty, .party(roster: try party.roster().bytes, grant: nil)), at: at(60_100))
        #expect(node.takeEvents() == [])
        node.give(.control(.getParty, .party(roster: try party.roster().bytes, grant: nil)), at: at(66_000))
        #expect(node.takeEvents() == [Self.rolledBack])
    }
}
