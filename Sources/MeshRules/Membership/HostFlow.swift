package import MeshWire

/// A host founding a party: begin (to learn the server's nonce and key), then register (PROTOCOL.md §3, §6).
package struct HostFlow: Sendable {
    /// Follows from the new root key.
    package let party: PartyID
    private let partyName: String
    private let control: ControlTarget
    private let root: SigningKey
    private let identity: SigningKey
    private let keys: EpochKeys
    private let secret: Bytes16
    private let welcomeNonce: [UInt8]
    private let wireGuardPrivate: Bytes32
    private let wireGuard: PublicKey
    private let network: IPv4Network
    private let started: UInt64
    private var stored: StoredParty
    private var sequence: Sequence64
    private var founded: (roster: Roster, card: Card)?

    /// Draws every key of the new party, which keeps `network` for good.
    package init(
        partyName: String, memberName: String, control: ControlTarget, network: IPv4Network, wireGuardPrivate: Bytes32,
        incarnation: UInt32, started: UInt64 = 0, step: inout Step
    ) throws(CommandRefusal) {
        let wanted = try CommandRefusal.named(party: partyName)
        let name = try CommandRefusal.named(memberName)
        let rootSeed = step.random32()
        let epochKey = step.random32()
        let identitySeed: Bytes32
        do throws(Refusal) {
            root = try SigningKey(seed: rootSeed)
            party = Derivation.partyID(root: root.publicKey)
            identitySeed = Derivation.identitySeed(wireGuardPrivate, party: party)
            identity = try SigningKey(seed: identitySeed)
            keys = try EpochKeys(party: party, epoch: 1, key: epochKey)
            wireGuard = try KeyAgreement.publicKey(of: wireGuardPrivate)
        } catch {
            throw .mistrust("\(error)")
        }
        secret = step.random16()
        welcomeNonce = step.randomBytes(12)
        stored = StoredParty(
            party: party, rootSeed: rootSeed, identitySeed: identitySeed, invite: nil, epoch: 1, epochKey: epochKey,
            servers: [], memberName: name)
        (self.partyName, self.control, self.network) = (wanted, control, network)
        (self.wireGuardPrivate, self.started) = (wireGuardPrivate, started)
        sequence = Sequence64(incarnation: incarnation)
    }

    /// Where the party is to be registered.
    package var target: ControlTarget { control }
    /// What it begins with.
    package var firstRequest: ControlRequest { .begin(identity: identity.publicKey, g0: nil) }

    /// The server's nonce came: make roster, invite, WELCOME and card.
    package mutating func begun(_ begun: Begun) throws(CommandRefusal) -> ControlRequest {
        guard begun.roster == nil else { throw .mistrust("it says that a party of this new key exists") }
        if case .remote(_, let known?) = control, known != begun.keyHash {
            throw .mistrust("its key is not the one expected")
        }
        do throws(Refusal) {
            let address = network.address + 1
            let host = Roster.Member(identity: identity.publicKey, status: .host, ipv4: address)
            let roster = try Roster.make(
                party: party, epoch: 1, sequence: 1, group: keys.group.publicKey, root: root.publicKey,
                subnet: network.address, prefix: network.prefix, name: partyName, members: [host],
                signer: root)
            let card = try Card.make(
                party: party, keys: keys, sequence: sequence.next(), identity: identity, wg: wireGuard, ipv4: address,
                name: stored.memberName, started: started)
            let invite = try InviteCode(
                party: party, secret: secret, minEpoch: 1, servers: servers(keyHash: begun.keyHash), hosts: [])
            stored.invite = invite.text
            if case .remote = control { stored.servers = invite.servers }
            founded = (roster, card)
            let inviteKey = Derivation.inviteKey(secret, party: party)
            let welcome = Welcome.seal(
                epoch: 1, epochKey: keys.key, inviteKey: inviteKey, party: party, nonce: welcomeNonce)
            let g0 = try EpochKeys(party: party, epoch: 0, key: inviteKey).group.publicKey
            return .registerParty(
                roster: roster.bytes, welcomes: [SealedWelcome(g0: g0, welcome: welcome)],
                proof: JoinProof.make(card: card, begun: begun, identity: identity))
        } catch {
            throw .mistrust("\(error)")
        }
    }

    /// The party is registered.
    package func registered(_ joined: Joined) throws(CommandRefusal) -> Membership {
        guard let founded, joined.roster == founded.roster.bytes else { throw .mistrust("it changed the new party") }
        do throws(Refusal) {
            return try Membership(
                stored: stored, roster: founded.roster, ownCard: founded.card, wireGuardPrivate: wireGuardPrivate,
                sequence: sequence, started: started)
        } catch {
            throw .mistrust("\(error)")
        }
    }

    private func servers(keyHash: Bytes16) -> [InviteCode.Server] {
        let addresses =
            switch control {
            case .local(let serving): serving
            case .remote(let addresses, _): addresses
            }
        return addresses.prefix(Membership.invitedAddresses).map { InviteCode.Server($0, keyHash: keyHash) }
    }
}

extension JoinProof {
    /// A card tied to the server's nonce by its identity.
    package static func make(card: Card, begun: Begun, identity: SigningKey) -> JoinProof {
        let signature = JoinMessage.sign(
            keyHash: begun.keyHash, nonce: begun.nonce, card: card.bytes, identity: identity)
        return JoinProof(card: card.bytes, nonce: begun.nonce, signature: signature.bytes)
    }
}
