import MeshRules
import MeshWire

extension WireGuardModel {
    mutating func sendInitiation(_ index: Int, isRetry: Bool, _ now: Instant) {
        if !isRetry { peers[index].attempts = 0 }
        if let last = peers[index].lastSentHandshake, now - last < WireGuardConstants.rekeyTimeout { return }
        peers[index].lastSentHandshake = now
        if let old = peers[index].pending { forget(old.index) }
        let pending = WireGuardModelPeer.Pending(index: newIndex(for: index), ephemeral: random.next())
        peers[index].pending = pending
        let bytes = WireGuardBytes.initiation(
            sender: pending.index, ephemeral: pending.ephemeral, initiator: publicKey, responder: peers[index].key,
            timestamp: UInt64(bitPattern: (now + clockOffset).nanoseconds))
        authenticPacketTraverses(index, now)
        peers[index].timers.sendKeepalive = nil
        send(bytes, index)
        handshakes.append(HandshakeSent(kind: .initiation, index: pending.index, peer: peers[index].key))
        peers[index].timers.retransmitHandshake =
            now + WireGuardConstants.rekeyTimeout + random.duration(upTo: WireGuardConstants.jitter)
    }

    mutating func consumeInitiation(_ bytes: [UInt8], from source: Endpoint, _ now: Instant) {
        let span = bytes.span
        let initiator = PublicKey(span, at: 40)
        guard Mac1Key(publicKey: publicKey).matches(span), let index = position(of: initiator) else { return }
        let timestamp = span.uint64(at: 88)
        if let last = peers[index].lastTimestamp, timestamp <= last { return }
        if let last = peers[index].lastInitiation, now - last < WireGuardConstants.initiationSpacing { return }
        peers[index].lastTimestamp = timestamp
        peers[index].lastInitiation = now
        authenticPacketTraverses(index, now)
        peers[index].timers.newHandshake = nil
        peers[index].endpoint = source
        peers[index].rxBytes += UInt64(bytes.count)
        respond(index, to: span.uint32(at: 4), ephemeral: span.uint64(at: 8), now)
    }

    /// The own initiation that was under way is lost: this is what makes crossing handshakes go wrong.
    private mutating func respond(_ index: Int, to remote: ReceiverIndex, ephemeral: UInt64, _ now: Instant) {
        if let own = peers[index].pending {
            forget(own.index)
            peers[index].pending = nil
        }
        peers[index].lastSentHandshake = now
        let own = newIndex(for: index)
        let ours = random.next()
        let secret = secret(index, initiator: peers[index].key, responder: publicKey, ephemeral, ours)
        let bytes = WireGuardBytes.response(
            sender: own, receiver: remote, ephemeral: ours, proof: WireGuardBytes.mix(secret, 2),
            initiator: peers[index].key)
        begin(
            WireGuardSession(localIndex: own, remoteIndex: remote, secret: secret, isInitiator: false, created: now),
            index, now)
        authenticPacketTraverses(index, now)
        peers[index].timers.sendKeepalive = nil
        send(bytes, index)
        handshakes.append(HandshakeSent(kind: .response, index: own, peer: peers[index].key))
    }

    mutating func consumeResponse(_ bytes: [UInt8], from wireSource: Endpoint, _ now: Instant) {
        let span = bytes.span
        let receiver = span.uint32(at: 8)
        guard Mac1Key(publicKey: publicKey).matches(span), let index = position(of: receiver) else { return }
        let source = guarded(index, receiver, wireSource)
        guard let pending = peers[index].pending, pending.index == receiver else { return }
        let secret = secret(
            index, initiator: publicKey, responder: peers[index].key, pending.ephemeral, span.uint64(at: 12))
        guard span.uint64(at: 44) == WireGuardBytes.mix(secret, 2) else { return }
        peers[index].pending = nil
        peers[index].endpoint = source
        peers[index].rxBytes += UInt64(bytes.count)
        authenticPacketTraverses(index, now)
        peers[index].timers.newHandshake = nil
        begin(
            WireGuardSession(
                localIndex: receiver, remoteIndex: span.uint32(at: 4), secret: secret, isInitiator: true, created: now),
            index, now)
        handshakeCompleted(index, now)
        sendKeepalive(index, now)
    }

    /// Rotates the sessions and frees the indexes of those that fell out.
    mutating func begin(_ session: WireGuardSession, _ index: Int, _ now: Instant) {
        let before = peers[index].sessions.indexes
        peers[index].sessions.begin(session)
        let after = peers[index].sessions.indexes
        for old in before where !after.contains(old) { forget(old) }
        peers[index].timers.zeroKeys = now + WireGuardConstants.rejectAfterTime * 3
    }

    mutating func handshakeCompleted(_ index: Int, _ now: Instant) {
        peers[index].timers.retransmitHandshake = nil
        peers[index].attempts = 0
        peers[index].sentLastMinuteHandshake = false
        peers[index].handshakeDate = date(now)
    }

    /// The nft rule stands before WireGuard: it also rewrites what WireGuard then refuses.
    mutating func guarded(_ index: Int, _ receiver: ReceiverIndex, _ source: Endpoint) -> Endpoint {
        guard peers[index].roamingGuard != nil else { return source }
        return peers[index].roamingGuard?.source(of: receiver, from: source) ?? source
    }

    /// Differs unless both ends hold the same preshared key, identities and ephemerals.
    private func secret(
        _ index: Int, initiator: PublicKey, responder: PublicKey, _ first: UInt64, _ second: UInt64
    ) -> UInt64 {
        WireGuardBytes.mix(
            WireGuardBytes.mix(initiator), WireGuardBytes.mix(responder),
            WireGuardBytes.mix(peers[index].configuration.presharedKey), first, second)
    }
}
