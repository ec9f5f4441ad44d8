package import MeshRules
package import MeshWire

/// One machine's WireGuard as wireguard-go behaves: handshakes with their retries, three sessions a peer, rekeying,
/// roaming, keepalives. Everything that makes changing a path hard is in here, and nothing of its cryptography.
package struct WireGuardModel: Sendable {
    /// A datagram that leaves its port.
    package struct Transmit: Sendable {
        /// UDP's payload.
        package var bytes: [UInt8]
        /// The peer's endpoint when it left.
        package var destination: Endpoint
    }

    /// A decrypted packet.
    package struct Received: Sendable {
        /// Inside the tunnel.
        package var packet: [UInt8]
        /// Whose session it came through.
        package var from: PublicKey
    }

    /// Its own.
    package let publicKey: PublicKey
    /// What is to be sent, in order; whoever drives the model takes it out.
    package var transmits: [Transmit] = []
    /// Handshake messages that left, as the log rule reports them.
    package var handshakes: [HandshakeSent] = []
    var peers: [WireGuardModelPeer] = []
    var random: SeededRandom
    /// How far this machine's wall clock is from the world's: handshakes carry a timestamp.
    package var clockOffset: Duration = .zero
    // Index → position in `peers`. Looked up, never walked.
    private var owners: [ReceiverIndex: PublicKey] = [:]

    /// A WireGuard without peers.
    package init(publicKey: PublicKey, random: SeededRandom) {
        (self.publicKey, self.random) = (publicKey, random)
    }

    // MARK: What the node sets

    /// Adds a peer; with a keepalive the first packet leaves at once.
    package mutating func add(_ peer: WireGuardPeer, now: Instant) {
        remove(peer.publicKey)
        peers.append(WireGuardModelPeer(peer))
        if let keepalive = peer.keepalive, keepalive > .zero { sendKeepalive(peers.count - 1, now) }
    }

    /// A new process with the same peers: no session, no handshake, no counters.
    package mutating func restart(now: Instant) {
        let before = peers
        for peer in before { remove(peer.key) }
        for peer in before {
            var same = peer.configuration
            if let endpoint = peer.endpoint { same.endpoint = endpoint }
            add(same, now: now)
        }
    }

    /// Sends there from now on, until an authentic packet comes from elsewhere.
    package mutating func setEndpoint(_ endpoint: Endpoint, of key: PublicKey) {
        guard let index = position(of: key) else { return }
        peers[index].endpoint = endpoint
    }

    /// Forgets a peer and its sessions.
    package mutating func remove(_ key: PublicKey) {
        guard let index = position(of: key) else { return }
        for own in peers[index].sessions.indexes { owners[own] = nil }
        if let pending = peers[index].pending { owners[pending.index] = nil }
        peers.remove(at: index)
    }

    /// A roaming guard is in force, or another one instead.
    package mutating func setGuard(_ rule: RoamingGuardRule) {
        guard let index = position(of: rule.peer) else { return }
        // The counter goes on over a change of the rule, as a named counter would.
        peers[index].roamingGuard = RoamingGuardModel(rule: rule, hits: peers[index].roamingGuard?.hits ?? 0)
    }

    /// The guard of a peer goes.
    package mutating func endGuard(of key: PublicKey) {
        guard let index = position(of: key) else { return }
        peers[index].roamingGuard = nil
    }

    /// What `wg show dump` would say, sorted by key.
    package func samples(now: Instant) -> [WireGuardSample] {
        peers.map { peer in
            // The date stays what it was when the machine's clock is set; the age is what is left of it now.
            let date = peer.handshakeDate
            return WireGuardSample(
                publicKey: peer.key, endpoint: peer.endpoint,
                handshakeAge: date.map { max(self.date(now) - $0, .zero) },
                handshakeDate: date, rxBytes: peer.rxBytes, txBytes: peer.txBytes, guardHits: peer.roamingGuard?.hits)
        }.sorted { $0.publicKey < $1.publicKey }
    }

    /// The machine's clock, which may have been set.
    func date(_ now: Instant) -> Duration { .nanoseconds((now + clockOffset).nanoseconds) }

    /// It was added and not removed.
    package func hasPeer(_ key: PublicKey) -> Bool { position(of: key) != nil }

    // MARK: Packets of the tunnel

    /// A packet for an address inside the tunnel.
    /// - Returns: False when no peer has the address.
    package mutating func send(_ packet: [UInt8], to address: IPAddress, now: Instant) -> Bool {
        guard let index = peers.firstIndex(where: { $0.configuration.allowedIP == address }) else { return false }
        if let session = peers[index].sessions.current, session.isUsable(now: now), peers[index].staged.isEmpty {
            transmit(packet, index, now)
            return true
        }
        stage(packet, index)
        sendStaged(index, now)
        return true
    }

    /// A datagram from the wire, after the roaming guard.
    package mutating func receive(_ bytes: [UInt8], from source: Endpoint, now: Instant) -> Received? {
        guard bytes.count >= 32 else { return nil }
        switch bytes[0] {
        case 1 where bytes.count == 148: consumeInitiation(bytes, from: source, now)
        case 2 where bytes.count == 92: consumeResponse(bytes, from: source, now)
        case 4: return consumeData(bytes, from: source, now)
        default: break
        }
        return nil
    }

    /// When a timer is due.
    package var nextDeadline: Instant? {
        var least = Int64.max
        for index in peers.indices { least = min(least, peers[index].timers.next) }
        return least == .max ? nil : Instant(nanoseconds: least)
    }

    // MARK: Shared by the parts

    func position(of key: PublicKey) -> Int? { peers.firstIndex { $0.key == key } }

    func position(of index: ReceiverIndex) -> Int? { owners[index].flatMap { position(of: $0) } }

    mutating func newIndex(for peer: Int) -> ReceiverIndex {
        while true {
            let index = ReceiverIndex(truncatingIfNeeded: random.next())
            if owners[index] == nil {
                owners[index] = peers[peer].key
                return index
            }
        }
    }

    mutating func forget(_ index: ReceiverIndex) { owners[index] = nil }

    mutating func stage(_ packet: [UInt8], _ index: Int) {
        if peers[index].staged.count >= WireGuardConstants.stagedPackets { peers[index].staged.removeFirst() }
        peers[index].staged.append(packet)
    }

    mutating func send(_ bytes: [UInt8], _ index: Int) {
        peers[index].txBytes += UInt64(bytes.count)
        guard let endpoint = peers[index].endpoint else { return }
        transmits.append(Transmit(bytes: bytes, destination: endpoint))
    }
}
