import MeshWire
import Testing

@Suite("WELCOME, GRANT, cards and rosters")
struct MembershipTests {
    static let vectors = ProtocolVectors.all

    @Test("a WELCOME is sealed to the vector's bytes and opened to its key")
    func welcome() throws {
        let sealed = try Welcome.seal(
            epoch: 1, epochKey: key("K1"), inviteKey: key("K0"), party: party(),
            nonce: bytes(Self.vectors.welcome.nonce))
        #expect(sealed.hex == Self.vectors.welcome.bytes)
        #expect(sealed.count == Welcome.size)
        let opened = try Welcome.open(sealed.span, inviteKey: key("K0"), party: party())
        #expect(opened.epoch == 1)
        #expect(try opened.epochKey == key("K1"))
    }

    @Test("a GRANT is sealed to the vector's bytes and opened by its member")
    func grant() throws {
        let sealed = try Grant.seal(
            epoch: 2, epochKey: key("K2"), peer: key16("peer_b"), wg: key("wg_b"),
            ephemeral: #require(Bytes32(hex: Self.vectors.grant.ephemeralPrivate)), party: party())
        #expect(sealed.hex == Self.vectors.grant.bytes)
        #expect(sealed.count == Grant.size)
        let opened = try Grant.open(
            sealed.span, own: key16("peer_b"), wgPrivate: key("wg_b_private"), party: party())
        #expect(opened.epoch == 2)
        #expect(try opened.epochKey == key("K2"))
    }

    @Test("no changed GRANT is opened")
    func grantMutations() throws {
        let good = try bytes(Self.vectors.grant.bytes)
        let (own, wg, party) = try (key16("peer_b"), key("wg_b_private"), party())
        let torture = DecoderTorture(good: good) { span throws(Refusal) in
            _ = try Grant.open(span, own: own, wgPrivate: wg, party: party)
        }
        // Each that reaches the key costs a curve operation, so these are fewer.
        #expect(torture.acceptedMutations(2_000, seed: 7) <= 2)
        #expect(torture.acceptedShorter() == [])
        #expect(torture.acceptsLonger() == false)
    }

    @Test("the vectors' cards say what they say, and both signatures count", arguments: 0..<2)
    func cards(index: Int) throws {
        let raw = try bytes(Self.vectors.card[index].bytes)
        let card = try Card.decode(raw)
        #expect(card.bytes == raw)
        #expect(try card.party == party())
        #expect(card.epoch == 1)
        #expect(try card.identity == key(index == 0 ? "identity_a" : "identity_b"))
        #expect(try card.peer == key16(index == 0 ? "peer_a" : "peer_b"))
        #expect(try card.wg == key(index == 0 ? "wg_a" : "wg_b"))
        #expect(card.sequence == (index == 0 ? 0x1_0000_0005 : 0x1_0000_0000))
        #expect(card.ipv4 == (index == 0 ? 0x0a42_0002 : 0x0a42_0003))
        #expect(card.name == (index == 0 ? "Zoë" : "bob"))
        #expect(card.ext == (index == 0 ? [] : [Field(type: 5, value: [1, 2])]))
        try card.verify(group: key("G1"))
        #expect(throws: Refusal.signature) { try card.verify(group: key("G2")) }
    }

    @Test("a card that we make has the vector's bytes up to its signatures, and they count")
    func makeCard() throws {
        let made = try Card.make(
            party: party(), epoch: 1, sequence: 0x1_0000_0000, wg: key("wg_b"), ipv4: 0x0a42_0003, name: "bob",
            ext: [Field(type: 5, value: [1, 2])], identity: SigningKey(seed: key("identity_b_seed")),
            group: SigningKey(seed: Derivation.groupSeed(key("K1"), party: party())))
        let vector = try bytes(Self.vectors.card[1].bytes)
        #expect(made.bytes.dropLast(128).elementsEqual(vector.dropLast(128)))
        #expect(made.bytes.count == 229 + "bob".utf8.count + 4)
        #expect(try refusal { try made.verify(group: key("G1")) } == nil)
    }

    @Test("a name of letters that aren't allowed hides, but doesn't refuse, its card")
    func hiddenName() throws {
        var raw = try bytes(Self.vectors.card[1].bytes)
        let name = 99
        raw.replaceSubrange(name..<name + 3, with: [0x61, 0x0a, 0x62])
        #expect(try Card.decode(raw).name == "")
    }

    @Test("the vectors' rosters say what they say, and their signatures count", arguments: 0..<2)
    func rosters(index: Int) throws {
        let vector = Self.vectors.roster[index]
        let raw = try bytes(vector.bytes)
        let roster = try Roster.decode(raw)
        #expect(try refusal { try roster.verify() } == nil)
        #expect(roster.bytes == raw)
        #expect(roster.hash.hex == vector.hash)
        #expect(roster.rank.bytes.hex == vector.rank)
        #expect(try roster.group == key(index == 0 ? "G1" : "G2"))
        #expect(try roster.signer == key(index == 0 ? "root" : "successor"))
        #expect(roster.flags == (index == 0 ? .keep : .closed))
        #expect(roster.subnet == 0x0a42_0000)
        #expect(roster.prefix == 16)
        #expect(roster.name == "Friday LAN")
        #expect(roster.members.map(\.status) == (index == 0 ? [.host] : [.member, .host, .kicked]))
        #expect(try roster.member(key("identity_a"))?.ipv4 == (index == 0 ? 0x0a42_0002 : 0))
    }

    @Test("a roster that we make has the vector's bytes up to its signature, and it counts")
    func makeRoster() throws {
        let party = try party()
        let root = try SigningKey(seed: key("root_seed"))
        let successor = try SigningKey(seed: key("successor_seed"))
        let members: [Roster.Member] = try [
            .init(identity: key("identity_a"), status: .member),
            .init(identity: key("identity_b"), status: .host),
            .init(identity: key("identity_c"), status: .kicked),
        ]
        let made = try Roster.make(
            flags: .closed, party: party, epoch: 2, sequence: 9, group: key("G2"), root: root.publicKey,
            subnet: 0x0a42_0000, prefix: 16,
            successors: [.make(successor.publicKey, party: party, position: 1, previous: root)],
            name: "Friday LAN", members: members, signer: successor)
        #expect(try refusal { try made.verify() } == nil)
        let vector = try Roster.decode(bytes(Self.vectors.roster[1].bytes))
        #expect(made.bytes.count == vector.bytes.count)
        #expect(made.rank == vector.rank)
        #expect(made.members == vector.members)
        #expect(made.successors.map(\.key) == vector.successors.map(\.key))
    }

    @Test("a party is handed over sixteen times at most", arguments: [16, 17, 255])
    func successors(count: Int) throws {
        let root = try SigningKey(seed: key("root_seed"))
        let successor = try SigningKey(seed: key("successor_seed"))
        let named = Roster.Successor.make(successor.publicKey, party: try party(), position: 1, previous: root)
        let made = {
            try Roster.make(
                party: try party(), epoch: 2, sequence: 9, group: key("G2"), root: root.publicKey,
                subnet: 0x0a42_0000, prefix: 16, successors: Array(repeating: named, count: count), name: "LAN",
                members: [], signer: successor)
        }
        guard count > 16 else { return #expect(try made().successors.count == count) }
        #expect(throws: Refusal.range) { _ = try made() }
        var bytes = try bytes(Self.vectors.roster[0].bytes)
        bytes[1 + 1 + 16 + 4 + 4 + 32 + 32 + 5] = UInt8(count)
        #expect(throws: Refusal.range) { _ = try Roster.decode(bytes.span) }
    }

    @Test("successors that a verified roster begins with are not verified again, and all others are")
    func knownSuccessors() throws {
        let party = try party()
        let root = try SigningKey(seed: key("root_seed"))
        let (first, second) = (try SigningKey(seed: key("successor_seed")), try SigningKey(seed: key("G1")))
        // Each signed for another position, so that verifying either finds it out.
        let forged: [Roster.Successor] = [
            .make(first.publicKey, party: party, position: 2, previous: root),
            .make(second.publicKey, party: party, position: 3, previous: first),
        ]
        func roster(_ successors: [Roster.Successor], _ signer: SigningKey) throws -> Roster {
            try Roster.make(
                party: party, epoch: 1, sequence: 1, group: key("G1"), root: root.publicKey, subnet: 0x0a42_0000,
                prefix: 16, successors: successors, name: "Friday LAN", members: [], signer: signer)
        }
        let (held, longer) = (try roster([forged[0]], first), try roster(forged, second))
        #expect(try refusal { try held.verify() } == .signature)
        #expect(try refusal { try held.verify(after: held) } == nil)
        #expect(try refusal { try longer.verify(after: held) } == .signature)
        #expect(try refusal { try longer.verify(after: longer) } == nil)
    }

    @Test("ranks compare by successors, then epoch, then sequence")
    func ranks() throws {
        let ascending = [
            RosterRank(), RosterRank(successors: 0, epoch: 0, sequence: 9),
            RosterRank(successors: 0, epoch: 1, sequence: 0), RosterRank(successors: 1, epoch: 0, sequence: 0),
        ]
        #expect(ascending.shuffled().sorted() == ascending)
        #expect(ascending.allSatisfy { RosterRank($0.bytes.span, at: 0) == $0 })
    }

    @Test("a join's message and signature are those of the vector")
    func join() throws {
        let join = Self.vectors.join
        let card = try bytes(Self.vectors.card[0].bytes)
        let (keyHash, nonce) = try (#require(Bytes16(hex: join.keyHash)), #require(Bytes32(hex: join.nonce)))
        #expect(JoinMessage.message(keyHash: keyHash, nonce: nonce, card: card).hex == join.message)
        let own = try JoinMessage.sign(
            keyHash: keyHash, nonce: nonce, card: card, identity: SigningKey(seed: key("identity_a_seed")))
        for signature in [own, try #require(Bytes64(hex: join.identitySig))] {
            #expect(
                try refusal {
                    try JoinMessage.verify(
                        signature, keyHash: keyHash, nonce: nonce, card: card, identity: key("identity_a"))
                } == nil)
        }
    }
}
