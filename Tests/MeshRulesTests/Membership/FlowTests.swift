import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

/// What a control server answers, made by hand: the honest answer, for a test to spoil one part of.
struct TestServer {
    static let nonce = Bytes32(SeededRandom.bytes(seed: 91, 32).span, at: 0)
    static let address = ControlAddress(host: "198.51.100.9", port: 51821)

    static func joined(_ roster: [UInt8], peers: [PeerInfo] = []) -> Joined {
        Joined(token: "bearer", expires: 2_000_000_000, roster: roster, peers: peers, event: 0)
    }

    static func info(_ card: Card) -> PeerInfo {
        PeerInfo(card: card.bytes, nat: PeerNAT(), lastHeartbeat: 0, away: false, candidates: nil)
    }
}

/// A host that has founded its party, and what the server got from it.
struct Founding {
    var step = Step(now: at(0), random: SeededRandom(seed: 5))
    var flow: HostFlow
    let roster: Roster
    let welcomes: [SealedWelcome]
    let proof: JoinProof

    init() throws {
        let machine = try TestPerson("anna", seed: 11, ipv4: 0)
        flow = try HostFlow(
            partyName: "LAN night", memberName: "anna",
            control: .remote([TestServer.address], keyHash: nil),
            network: IPv4Network(around: TestParty.subnet, prefix: 16), wireGuardPrivate: machine.wgPrivate,
            incarnation: 1,
            step: &step)
        let request = try flow.begun(Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash))
        guard case .registerParty(let bytes, let welcomes, let proof) = request else { throw Refusal.kind }
        (roster, self.welcomes, self.proof) = (try Roster.decode(bytes.span), welcomes, proof)
    }

    func invite() throws -> InviteCode {
        try InviteCode(text: #require(flow.registered(TestServer.joined(roster.bytes)).stored.invite))
    }
}

@Suite("Hosting")
struct HostFlowTests {
    @Test("a host founds a party that a server can check: itself at the first address, its card bound to the nonce")
    func founds() throws {
        let founding = try Founding()
        let card = try Card.decode(founding.proof.card.span)
        #expect(try founding.roster.verify() == ())
        #expect(founding.roster.party == founding.flow.party)
        #expect(founding.roster.members.map(\.status) == [.host])
        #expect(founding.roster.member(card.identity)?.ipv4 == TestParty.hostAddress)
        #expect(try founding.roster.check(card) == ())
        let signature = try #require(Bytes64(founding.proof.signature))
        #expect(
            try JoinMessage.verify(
                signature, keyHash: TestParty.keyHash, nonce: TestServer.nonce, card: card.bytes,
                identity: card.identity) == ())
        let membership = try founding.flow.registered(TestServer.joined(founding.roster.bytes))
        #expect(membership.isHost)
        #expect(membership.address == IPAddress(v4: TestParty.hostAddress))
        #expect(membership.stored.rootSeed != nil)
    }

    @Test("the invite names the server by the key that it has shown")
    func invite() throws {
        let invite = try Founding().invite()
        #expect(invite.servers.map(\.keyHash) == [TestParty.keyHash])
        #expect(invite.servers.map(\.port) == [51821])
        #expect(invite.minEpoch == 1)
    }

    @Test("a name that can't be shown is refused before a key is drawn", arguments: ["", " x", "a\u{202e}b"])
    func name(name: String) throws {
        var step = Step(now: at(0), random: SeededRandom(seed: 5))
        let refused = commandRefusal {
            _ = try HostFlow(
                partyName: "LAN night", memberName: name, control: .local(serving: []),
                network: IPv4Network(around: TestParty.subnet, prefix: 16), wireGuardPrivate: Bytes32(), incarnation: 1,
                step: &step)
        }
        #expect({ if case .name(name, _)? = refused { true } else { false } }())
    }

    @Test("a server that knows the new party already, or changes it, is not believed")
    func lies() throws {
        var founding = try Founding()
        let known = commandRefusal {
            _ = try founding.flow.begun(
                Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: founding.roster.bytes))
        }
        #expect(known == .mistrust("it says that a party of this new key exists"))
        let changed = try TestParty().roster()
        let registered = commandRefusal {
            _ = try founding.flow.registered(TestServer.joined(changed.bytes))
        }
        #expect(registered == .mistrust("it changed the new party"))
    }

    @Test("a server whose key is not the one expected gets nothing")
    func otherKey() throws {
        var step = Step(now: at(0), random: SeededRandom(seed: 5))
        let machine = try TestPerson.anna()
        var flow = try HostFlow(
            partyName: "LAN night", memberName: "anna",
            control: .remote([TestServer.address], keyHash: Bytes16()),
            network: IPv4Network(around: TestParty.subnet, prefix: 16), wireGuardPrivate: machine.wgPrivate,
            incarnation: 1, step: &step)
        let refused = commandRefusal {
            _ = try flow.begun(Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash))
        }
        #expect(refused == .mistrust("its key is not the one expected"))
    }
}

@Suite("Joining")
struct JoinFlowTests {
    let founding: Founding
    let host: Membership
    let invite: InviteCode
    let machine: TestPerson

    init() throws {
        founding = try Founding()
        host = try founding.flow.registered(TestServer.joined(founding.roster.bytes))
        invite = try founding.invite()
        machine = try TestPerson.ben()
    }

    private func flow() throws -> JoinFlow {
        return try JoinFlow(
            invite: invite, memberName: "ben", wireGuardPrivate: machine.wgPrivate, incarnation: 1)
    }

    private func begun(_ spoil: (inout Begun) throws -> Void = { _ in }) throws -> Begun {
        var begun = Begun(
            nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: founding.roster.bytes,
            ipv4: TestParty.subnet + 2, welcome: founding.welcomes[0].welcome)
        try spoil(&begun)
        return begun
    }

    @Test("a friend with the invite becomes a member whose card the host accepts")
    func joins() throws {
        var flow = try flow()
        guard case .begin(_, let g0) = flow.firstRequest else { throw Refusal.kind }
        #expect(g0 == founding.welcomes[0].g0)
        guard case .joinParty(let named, let proof) = try flow.begun(begun()) else { throw Refusal.kind }
        #expect(named == g0)
        var host = host
        let member = try host.accept(Card.decode(proof.card.span))
        #expect(member?.address == address("10.66.0.2"))
        let friend = try flow.joined(TestServer.joined(founding.roster.bytes))
        #expect(friend.keys.key == host.keys.key)
        #expect(friend.stored.rootSeed == nil)
        #expect(!friend.isHost)
        #expect(
            friend.keys.presharedKey(friend.wireGuard, host.wireGuard)
                == host.keys.presharedKey(host.wireGuard, friend.wireGuard))
    }

    /// What the server says instead of the truth, and how it is refused.
    static let lies: [(String, CommandRefusal)] = [
        ("another key", .mistrust("its key is not the invite's")),
        ("no welcome", .mistrust("its answer lacks a part")),
        ("no address", .mistrust("its answer lacks a part")),
        ("the roster of another party", .mistrust("\(Refusal.party)")),
        ("a roster with a forged signature", .mistrust("\(Refusal.signature)")),
        ("a WELCOME sealed with another invite", .mistrust("\(Refusal.tag)")),
        ("a WELCOME of another epoch", .mistrust("\(Refusal.epoch)")),
        ("an address outside the subnet", .mistrust("\(Refusal.address)")),
        ("the network's own address", .mistrust("\(Refusal.address)")),
        ("the broadcast address", .mistrust("\(Refusal.address)")),
        ("the host's address", .mistrust("\(Refusal.address)")),
    ]

    @Test("each lie of a server is refused in its own words", arguments: lies)
    func lie(what: String, expected: CommandRefusal) throws {
        let epochKey = host.keys.key
        let answer = try begun { begun in
            switch what {
            case "another key": begun.keyHash = Bytes16()
            case "no welcome": begun.welcome = nil
            case "no address": begun.ipv4 = nil
            case "the roster of another party": begun.roster = try TestParty().roster().bytes
            case "a roster with a forged signature": begun.roster?[26] ^= 1
            case "a WELCOME sealed with another invite":
                begun.welcome = Welcome.seal(
                    epoch: 1, epochKey: epochKey, inviteKey: Bytes32(), party: invite.party,
                    nonce: [UInt8](repeating: 0, count: 12))
            case "a WELCOME of another epoch":
                begun.welcome = Welcome.seal(
                    epoch: 2, epochKey: epochKey, inviteKey: invite.key, party: invite.party,
                    nonce: [UInt8](repeating: 0, count: 12))
            case "an address outside the subnet": begun.ipv4 = 0x0a43_0002
            case "the network's own address": begun.ipv4 = TestParty.subnet
            case "the broadcast address": begun.ipv4 = TestParty.subnet | 0xffff
            default: begun.ipv4 = TestParty.hostAddress
            }
        }
        var flow = try flow()
        #expect(commandRefusal { _ = try flow.begun(answer) } == expected)
    }

    @Test("an answer out of turn, or a changed party, ends the join")
    func joinedLies() throws {
        var flow = try flow()
        let early = commandRefusal {
            _ = try flow.joined(TestServer.joined(founding.roster.bytes))
        }
        #expect(early == .mistrust("it answered out of turn"))
        _ = try flow.begun(begun())
        let other = try TestParty().roster()
        let changed = commandRefusal { _ = try flow.joined(TestServer.joined(other.bytes)) }
        #expect(changed == .mistrust("\(Refusal.party)"))
    }

    @Test("an invite without a server can't be used yet")
    func noServer() throws {
        let bare = try InviteCode(party: invite.party, secret: invite.secret, minEpoch: 1, servers: [], hosts: [])
        let refused = commandRefusal {
            _ = try JoinFlow(
                invite: bare, memberName: "ben", wireGuardPrivate: machine.wgPrivate, incarnation: 1)
        }
        #expect(refused == .invite(.range))
    }
}
