import MeshWire

/// A party whose control plane is the host itself: where others find it.
extension Membership {
    /// Addresses that an invite names at most: more cost a guest time, and an invite has 255 bytes.
    package static let invitedAddresses = 4

    /// The host's own process serves the party.
    package var servesItself: Bool { isHost && stored.servers.isEmpty }

    /// What the host gives to friends now: the same secret, with today's addresses if the host serves the party itself.
    /// - Parameter serving: where it is reached, the most useful first; the invite as it was when there is none.
    package func invite(serving: [ControlAddress]) -> String? {
        guard servesItself, let text = stored.invite, let old = try? InviteCode(text: text),
            let keyHash = old.servers.first?.keyHash, !serving.isEmpty
        else { return stored.invite }
        let servers = serving.prefix(Self.invitedAddresses).map { InviteCode.Server($0, keyHash: keyHash) }
        let fresh = try? InviteCode(
            party: old.party, secret: old.secret, minEpoch: old.minEpoch, servers: servers, hosts: old.hosts,
            other: old.other)
        return fresh?.text ?? stored.invite
    }

    /// Where the invite says that the host is: its next start takes that port again.
    package var invited: [ControlAddress] {
        guard let text = stored.invite, let invite = try? InviteCode(text: text) else { return [] }
        return invite.servers.map { ControlAddress(host: $0.host.text, port: $0.port) }
    }

    /// Where the host serves the party inside the tunnel, as its card says (PROTOCOL.md §3, ext field 3): the way that is
    /// left when its other addresses have changed. Nil for the host, and where a server serves the party.
    package var tunnelAddress: ControlAddress? {
        guard !isHost, let host = roster.members.first(where: { $0.status == .host }),
            let card = members.first(where: { $0.card.identity == host.identity })?.card, let port = card.servedPort
        else { return nil }
        return ControlAddress(host: "\(IPAddress(v4: card.ipv4))", port: port)
    }

    /// Where this member finds its control plane: the host of a party without a server has it in process.
    package var target: ControlTarget {
        if stored.servers.isEmpty { return .local(serving: invited) }
        let servers = stored.servers.map { ControlAddress(host: $0.host.text, port: $0.port) }
        return .remote(servers + [tunnelAddress].compactMap(\.self), keyHash: stored.servers[0].keyHash)
    }
}

extension InviteCode.Server {
    /// A server at an address, or at a name.
    init(_ address: ControlAddress, keyHash: Bytes16) {
        self.init(
            keyHash: keyHash, host: IPAddress(address.host).map { .address($0) } ?? .name(address.host),
            port: address.port)
    }
}
