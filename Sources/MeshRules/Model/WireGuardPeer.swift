package import MeshWire

/// A peer as WireGuard is told of it.
package struct WireGuardPeer: Equatable, Sendable {
    /// Names the peer.
    package var publicKey: PublicKey
    /// Of the pair.
    package var presharedKey: Bytes32
    /// Where WireGuard sends; `WireGuardPeer.dead` for the end that must not begin a handshake (DESIGN.md §3).
    package var endpoint: Endpoint
    /// The one address (/32) that the peer may use inside the tunnel.
    package var allowedIP: IPAddress
    /// Nil for none.
    package var keepalive: Duration?

    /// A peer of its parts.
    package init(
        publicKey: PublicKey, presharedKey: Bytes32, endpoint: Endpoint, allowedIP: IPAddress, keepalive: Duration?
    ) {
        (self.publicKey, self.presharedKey, self.endpoint) = (publicKey, presharedKey, endpoint)
        (self.allowedIP, self.keepalive) = (allowedIP, keepalive)
    }

    /// 127.0.0.1:9 (discard): packets go nowhere, yet the kernel holds them instead of refusing them.
    package static let dead = Endpoint(IPAddress(v4: 0x7f00_0001), 9)
}

/// What WireGuard says of a peer at one moment.
package struct WireGuardSample: Equatable, Sendable {
    /// Names the peer.
    package var publicKey: PublicKey
    /// Where it sends now; roaming may have moved it.
    package var endpoint: Endpoint?
    /// Since the last completed handshake by the machine's clock; nil when there was none since the peer was added.
    package var handshakeAge: Duration?
    /// The date of that handshake by the same clock, since 1970. It changes with each handshake and with nothing else.
    package var handshakeDate: Duration?
    /// Received, since the peer was added.
    package var rxBytes: UInt64
    /// Sent, since the peer was added.
    package var txBytes: UInt64
    /// Packets that the roaming guard of this peer has rewritten since it stands; nil when there is no guard.
    package var guardHits: UInt64?

    /// A sample of its parts.
    package init(
        publicKey: PublicKey, endpoint: Endpoint?, handshakeAge: Duration?, handshakeDate: Duration? = nil,
        rxBytes: UInt64, txBytes: UInt64, guardHits: UInt64? = nil
    ) {
        self.handshakeDate = handshakeDate
        (self.publicKey, self.endpoint, self.handshakeAge) = (publicKey, endpoint, handshakeAge)
        (self.rxBytes, self.txBytes, self.guardHits) = (rxBytes, txBytes, guardHits)
    }
}

/// A handshake message that this machine's WireGuard sent, seen on its way out.
package struct HandshakeSent: Equatable, Sendable {
    /// Types 1 and 2 of WireGuard's messages.
    package enum Kind: Sendable { case initiation, response }
    /// Begun by us, or answered.
    package var kind: Kind
    /// Our own receiver index: packets that answer carry it.
    package var index: ReceiverIndex
    /// Whom it was for, found by `mac1`.
    package var peer: PublicKey

    /// A message of its parts.
    package init(kind: Kind, index: ReceiverIndex, peer: PublicKey) {
        (self.kind, self.index, self.peer) = (kind, index, peer)
    }
}

/// The roaming guard of one pair in motion: arriving packets for `indexes` from an endpoint in `left` get the source
/// `wanted`, so that a late packet does not roam WireGuard back (DESIGN.md §3).
package struct RoamingGuardRule: Equatable, Sendable {
    /// Whose packets are guarded.
    package var peer: PublicKey
    /// Own receiver indexes of the pair.
    package var indexes: [ReceiverIndex]
    /// Late packets come from there.
    package var left: [Endpoint]
    /// Where WireGuard is to stay.
    package var wanted: Endpoint

    /// A rule of its parts.
    package init(peer: PublicKey, indexes: [ReceiverIndex], left: [Endpoint], wanted: Endpoint) {
        (self.peer, self.indexes, self.left, self.wanted) = (peer, indexes, left, wanted)
    }
}
