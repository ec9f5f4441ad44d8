import MeshRules
import MeshWire

/// A pair of transport keys.
struct WireGuardSession: Equatable, Sendable {
    /// Packets for us carry it.
    var localIndex: ReceiverIndex
    /// Packets of ours carry it.
    var remoteIndex: ReceiverIndex
    /// Stands for the keys: both ends have it and nobody else.
    var secret: UInt64
    var isInitiator: Bool
    var created: Instant
    var sent: UInt64 = 0
    var newest: UInt64?

    func isUsable(now: Instant) -> Bool { now - created < WireGuardConstants.rejectAfterTime }
}

/// The three sessions that an end holds: packets in flight when the keys change still count.
struct WireGuardSessions: Equatable, Sendable {
    var previous: WireGuardSession?
    var current: WireGuardSession?
    /// Made as responder and not confirmed by a packet yet.
    var next: WireGuardSession?

    /// A completed handshake (wireguard-go's BeginSymmetricSession).
    mutating func begin(_ session: WireGuardSession) {
        guard session.isInitiator else {
            next = session
            previous = nil
            return
        }
        previous = next ?? current
        next = nil
        current = session
    }

    /// The first packet under the unconfirmed session makes it the current one.
    mutating func confirmNext() {
        previous = current
        current = next
        next = nil
    }

    var indexes: [ReceiverIndex] { [previous, current, next].compactMap { $0?.localIndex } }
}
