import MeshTestKit
import MeshWire

@testable import MeshRules

/// A party made by hand: its keys are drawn from a seed, so that every failure replays.
struct TestParty {
    static let subnet: UInt32 = 0x0a42_0000
    static let hostAddress = subnet + 1
    static let keyHash = Bytes16(SeededRandom.bytes(seed: 90, 16).span, at: 0)
    let root: SigningKey
    let host: SigningKey
    let keys: EpochKeys
    let party: PartyID

    init(seed: UInt64 = 1) throws {
        var random = SeededRandom(seed: seed)
        root = try SigningKey(seed: random.word32())
        host = try SigningKey(seed: random.word32())
        party = Derivation.partyID(root: root.publicKey)
        keys = try EpochKeys(party: party, epoch: 1, key: random.word32())
    }

    /// Its roster; without `members` the host alone is listed.
    func roster(
        sequence: UInt32 = 1, epoch: UInt32 = 1, flags: Roster.Flags = [], name: String = "LAN night",
        members: [Roster.Member]? = nil, keys other: EpochKeys? = nil, subnet: UInt32 = TestParty.subnet
    ) throws -> Roster {
        let listed = members ?? [Roster.Member(identity: host.publicKey, status: .host, ipv4: Self.hostAddress)]
        return try Roster.make(
            flags: flags, party: party, epoch: epoch, sequence: sequence, group: (other ?? keys).group.publicKey,
            root: root.publicKey, subnet: subnet, prefix: 16, name: name, members: listed, signer: root)
    }

    /// The row that fixes the host's address.
    var hostRow: Roster.Member { Roster.Member(identity: host.publicKey, status: .host, ipv4: Self.hostAddress) }

    func card(
        _ person: TestPerson, sequence: UInt64 = 1 << 32 | 1, ipv4: UInt32? = nil, name: String? = nil,
        wg: PublicKey? = nil
    ) throws -> Card {
        try Card.make(
            party: party, keys: keys, sequence: sequence, identity: person.identity, wg: wg ?? person.wg,
            ipv4: ipv4 ?? person.ipv4, name: name ?? person.name)
    }

    /// What `person` holds after joining: nobody else yet.
    func membership(of person: TestPerson, roster: Roster? = nil, invite: String? = nil) throws -> Membership {
        let own = try card(person)
        let server = InviteCode.Server(keyHash: Self.keyHash, host: .address(address("198.51.100.9")), port: 51821)
        let stored = StoredParty(
            party: party, rootSeed: nil, identitySeed: person.identity.seed, invite: invite, epoch: 1,
            epochKey: keys.key, servers: [server], memberName: person.name)
        return try Membership(
            stored: stored, roster: roster ?? self.roster(), ownCard: own, wireGuardPrivate: person.wgPrivate,
            sequence: Sequence64(incarnation: 1))
    }
}

/// One machine and who sits at it.
struct TestPerson {
    let name: String
    let identity: SigningKey
    let wgPrivate: Bytes32
    let wg: PublicKey
    let ipv4: UInt32

    init(_ name: String, seed: UInt64, ipv4: UInt32) throws {
        var random = SeededRandom(seed: seed)
        self.name = name
        identity = try SigningKey(seed: random.word32())
        wgPrivate = random.word32()
        wg = try KeyAgreement.publicKey(of: wgPrivate)
        self.ipv4 = ipv4
    }

    var id: PeerID { Derivation.peerID(identity: identity.publicKey) }

    static func anna() throws -> TestPerson { try TestPerson("anna", seed: 11, ipv4: TestParty.subnet + 2) }
    static func ben() throws -> TestPerson { try TestPerson("ben", seed: 12, ipv4: TestParty.subnet + 3) }
    static func cleo() throws -> TestPerson { try TestPerson("cleo", seed: 13, ipv4: TestParty.subnet + 4) }
}

extension SeededRandom {
    mutating func word32() -> Bytes32 { Bytes32(bytes(32).span, at: 0) }
    static func bytes(seed: UInt64, _ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(count)
    }
}
