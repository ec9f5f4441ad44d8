package import MeshWire

/// A member meeting its control plane again, after a restart or when its bearer has expired: begin without an invite,
/// then join with a fresh card. A host whose server has lost the party, or its last roster, registers it anew.
package enum ReturnFlow {
    /// What a return begins with.
    package static func firstRequest(_ membership: Membership) -> ControlRequest {
        .begin(identity: membership.identity.publicKey, g0: nil)
    }

    /// The server's nonce came: the request that follows, with a fresh card in `membership`.
    /// - Parameter mayMove: False until the server has refused the present address: its word alone moves nobody.
    /// - Throws: Why nothing is asked of this server, or why this machine is a member no more.
    package static func begun(
        _ begun: Begun, _ membership: inout Membership, mayMove: Bool, _ step: inout Step
    ) throws(Refusal) -> ControlRequest {
        let servers = membership.stored.servers
        // The proof below is for the server of this key alone: another one could not use it, nor should it be made.
        guard servers.isEmpty || servers.contains(where: { $0.keyHash == begun.keyHash }) else { throw .identity }
        var isKnown = false
        if let bytes = begun.roster {
            let served = try Roster.decode(bytes.span)
            _ = try membership.accept(served)
            // A server that was set back: the host mends it by registering again, nobody else has to do with it.
            isKnown = served.rank == membership.roster.rank
            guard isKnown || membership.isHost else { throw .rank }
        }
        guard membership.roster.epoch == membership.keys.epoch else { throw .epoch }
        try membership.renewCard(ipv4: membership.addressToReturn(named: begun.ipv4, mayMove: mayMove))
        try membership.roster.admit(membership.ownCard)
        let proof = JoinProof.make(card: membership.ownCard, begun: begun, identity: membership.identity)
        // A server tells nothing to an identity that it doesn't know (any more): the card shows that it is a member's.
        if isKnown || !membership.isHost { return .joinParty(g0: nil, proof: proof) }
        return .registerParty(
            roster: membership.roster.bytes, welcomes: try membership.welcomes(nonce: step.randomBytes(12)),
            proof: proof)
    }
}

extension Membership {
    /// The host's roster decides, then the address that this member has. The one that the server names counts when it
    /// refuses the other, and no member has it (PROTOCOL.md §3).
    fileprivate func addressToReturn(named: UInt32?, mayMove: Bool) -> UInt32 {
        if let fixed = roster.fixedAddress(of: identity.publicKey) { return fixed }
        guard mayMove, let named, !members.contains(where: { $0.card.ipv4 == named }) else { return ownCard.ipv4 }
        return named
    }

    /// The WELCOME of the stored invite, sealed again for a server that has lost it. `nonce`: 12 fresh random bytes.
    package func welcomes(nonce: [UInt8]) throws(Refusal) -> [SealedWelcome] {
        guard let text = stored.invite else { return [] }
        let invite = try InviteCode(text: text)
        let inviteKey = Derivation.inviteKey(invite.secret, party: party)
        let g0 = try EpochKeys(party: party, epoch: 0, key: inviteKey).group.publicKey
        let sealed = Welcome.seal(
            epoch: keys.epoch, epochKey: keys.key, inviteKey: inviteKey, party: party, nonce: nonce)
        return [SealedWelcome(g0: g0, welcome: sealed)]
    }
}
