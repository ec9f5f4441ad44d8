import Crypto
import MeshRules
import MeshWire

/// A party with all its secrets, and as many members as a test asks for. Everything follows from small numbers, so that
/// the same test always sees the same bytes.
struct PartyFixture {
    struct Member {
        let identity: SigningKey
        let wg: PublicKey
        var name: String
        var peer: PeerID { Derivation.peerID(identity: identity.publicKey) }
    }

    let root: SigningKey
    let party: PartyID
    let epochKey: Bytes32
    let group: SigningKey
    /// The public half of the invite's group key.
    let g0: PublicKey
    let welcome: [UInt8]
    let host: Member
    static let subnet: UInt32 = 0x0a42_0000
    static let hostAddress: UInt32 = 0x0a42_0001

    init(_ number: UInt8 = 1) throws {
        root = try SigningKey(seed: Self.bytes(number, 1))
        party = Derivation.partyID(root: root.publicKey)
        epochKey = Self.bytes(number, 2)
        group = try SigningKey(seed: Derivation.groupSeed(epochKey, party: party))
        let inviteKey = Derivation.inviteKey(Bytes16(Self.bytes(number, 3).bytes.span, at: 0), party: party)
        g0 = try SigningKey(seed: Derivation.groupSeed(inviteKey, party: party)).publicKey
        welcome = Welcome.seal(
            epoch: 1, epochKey: epochKey, inviteKey: inviteKey, party: party, nonce: Array(repeating: 0, count: 12))
        host = try Self.member(0)
    }

    static func member(_ number: UInt8) throws -> Member {
        Member(
            identity: try SigningKey(seed: bytes(number, 100)), wg: bytes(number, 101),
            name: number == 0 ? "Host" : "Friend \(number)")
    }

    static func bytes(_ number: UInt8, _ kind: UInt8) -> Bytes32 {
        Bytes32([kind, number] + [UInt8](repeating: 7, count: 30)) ?? Bytes32()
    }

    var welcomes: [SealedWelcome] { [SealedWelcome(g0: g0, welcome: welcome)] }

    func roster(
        sequence: UInt32 = 1, epoch: UInt32 = 1, flags: Roster.Flags = [], group: SigningKey? = nil,
        members: [Roster.Member] = [], signer: SigningKey? = nil, subnet: UInt32 = PartyFixture.subnet
    ) throws -> Roster {
        let hostRow = Roster.Member(identity: host.identity.publicKey, status: .host, ipv4: subnet + 1)
        return try Roster.make(
            flags: flags, party: party, epoch: epoch, sequence: sequence, group: (group ?? self.group).publicKey,
            root: root.publicKey, subnet: subnet, prefix: 16, name: "Fridays", members: [hostRow] + members,
            signer: signer ?? root)
    }

    func card(
        _ member: Member, at ipv4: UInt32, sequence: UInt64 = 1, epoch: UInt32 = 1, group: SigningKey? = nil,
        party: PartyID? = nil, wg: PublicKey? = nil
    ) throws -> Card {
        try Card.make(
            party: party ?? self.party, epoch: epoch, sequence: sequence, wg: wg ?? member.wg, ipv4: ipv4,
            name: member.name, identity: member.identity, group: group ?? self.group)
    }

    func proof(_ card: Card, _ begun: Begun, by member: Member) -> JoinProof {
        let signature = JoinMessage.sign(
            keyHash: begun.keyHash, nonce: begun.nonce, card: card.bytes, identity: member.identity)
        return JoinProof(card: card.bytes, nonce: begun.nonce, signature: signature.bytes)
    }
}
