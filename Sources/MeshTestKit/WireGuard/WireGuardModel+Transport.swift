import MeshRules
import MeshWire

extension WireGuardModel {
    mutating func sendKeepalive(_ index: Int, _ now: Instant) {
        if peers[index].staged.isEmpty { stage([], index) }
        sendStaged(index, now)
    }

    mutating func sendStaged(_ index: Int, _ now: Instant) {
        guard !peers[index].staged.isEmpty else { return }
        guard let session = peers[index].sessions.current, session.isUsable(now: now) else {
            sendInitiation(index, isRetry: false, now)
            return
        }
        let packets = peers[index].staged
        peers[index].staged = []
        for packet in packets { transmit(packet, index, now) }
    }

    /// Encrypts and sends; the caller has made sure of a usable session.
    mutating func transmit(_ packet: [UInt8], _ index: Int, _ now: Instant) {
        guard let session = peers[index].sessions.current else { return }
        peers[index].sessions.current?.sent += 1
        let bytes = WireGuardBytes.data(
            receiver: session.remoteIndex, counter: session.sent, packet: packet,
            tag: WireGuardBytes.mix(session.secret, session.sent))
        authenticPacketTraverses(index, now)
        peers[index].timers.sendKeepalive = nil
        send(bytes, index)
        if !packet.isEmpty, peers[index].timers.newHandshake == nil {
            peers[index].timers.newHandshake =
                now + WireGuardConstants.keepaliveTimeout + WireGuardConstants.rekeyTimeout
                + random.duration(upTo: WireGuardConstants.jitter)
        }
        if session.isInitiator, now - session.created > WireGuardConstants.rekeyAfterTime {
            sendInitiation(index, isRetry: false, now)
        }
    }

    mutating func consumeData(_ bytes: [UInt8], from wireSource: Endpoint, _ now: Instant) -> Received? {
        let span = bytes.span
        let receiver = span.uint32(at: 4)
        guard let index = position(of: receiver) else { return nil }
        let source = guarded(index, receiver, wireSource)
        let counter = span.uint64(at: 8)
        guard let isNext = accept(receiver, counter, tag: span.uint64(at: bytes.count - 8), index, now) else {
            return nil
        }
        peers[index].endpoint = source
        if isNext {
            confirmNext(index)
            handshakeCompleted(index, now)
            sendStaged(index, now)
        }
        peers[index].rxBytes += UInt64(bytes.count)
        keepKeyFresh(index, now)
        authenticPacketTraverses(index, now)
        peers[index].timers.newHandshake = nil
        guard bytes.count > 32 else { return nil }
        if peers[index].timers.sendKeepalive == nil {
            peers[index].timers.sendKeepalive = now + WireGuardConstants.keepaliveTimeout
        } else {
            peers[index].needAnotherKeepalive = true
        }
        return Received(packet: Array(bytes[16..<bytes.count - 16]), from: peers[index].key)
    }

    /// Checks key, age and replay window of the session that a packet names.
    /// - Returns: Whether it was the unconfirmed session; nil when the packet is refused.
    private mutating func accept(
        _ receiver: ReceiverIndex, _ counter: UInt64, tag: UInt64, _ index: Int, _ now: Instant
    ) -> Bool? {
        func isGood(_ session: WireGuardSession) -> Bool {
            session.isUsable(now: now) && tag == WireGuardBytes.mix(session.secret, counter)
                && counter + WireGuardConstants.replayWindow > session.newest ?? 0
        }
        let sessions = peers[index].sessions
        if let session = sessions.current, session.localIndex == receiver {
            guard isGood(session) else { return nil }
            peers[index].sessions.current?.newest = max(session.newest ?? 0, counter)
            return false
        }
        if let session = sessions.next, session.localIndex == receiver {
            guard isGood(session) else { return nil }
            peers[index].sessions.next?.newest = counter
            return true
        }
        guard let session = sessions.previous, session.localIndex == receiver, isGood(session) else { return nil }
        peers[index].sessions.previous?.newest = max(session.newest ?? 0, counter)
        return false
    }

    private mutating func confirmNext(_ index: Int) {
        if let old = peers[index].sessions.previous { forget(old.localIndex) }
        peers[index].sessions.confirmNext()
    }

    /// An initiator that only receives begins the next handshake before its keys run out.
    private mutating func keepKeyFresh(_ index: Int, _ now: Instant) {
        guard !peers[index].sentLastMinuteHandshake, let session = peers[index].sessions.current,
            session.isInitiator,
            now - session.created > WireGuardConstants.rejectAfterTime - WireGuardConstants.keepaliveTimeout
                - WireGuardConstants.rekeyTimeout
        else { return }
        peers[index].sentLastMinuteHandshake = true
        sendInitiation(index, isRetry: false, now)
    }

    mutating func authenticPacketTraverses(_ index: Int, _ now: Instant) {
        guard let keepalive = peers[index].configuration.keepalive, keepalive > .zero else { return }
        peers[index].timers.persistentKeepalive = now + keepalive
    }
}
