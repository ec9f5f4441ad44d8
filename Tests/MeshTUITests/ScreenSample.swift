import MeshRules
import MeshWire

@testable import MeshTUI

/// Snapshots and states that the tests draw.
enum ScreenSample {
    static let partyID = PartyID()

    static func peerID(_ number: UInt8) -> PeerID { PeerID(Array(repeating: number, count: 16)) ?? PeerID() }

    static func endpoint(_ text: String) -> Endpoint { Endpoint(text) ?? Endpoint(IPAddress(), 0) }

    /// A node in no party.
    static func alone() -> MeshSnapshot {
        var snapshot = MeshSnapshot()
        snapshot.node.name = "alice"
        snapshot.node.interface = "mesh0"
        snapshot.node.backend = "wireguard-go"
        snapshot.node.controlReachable = true
        snapshot.nat.type = .portRestrictedCone
        snapshot.nat.assumed = true
        snapshot.nat.publicEndpoints = [endpoint("203.0.113.7:51820")]
        snapshot.events = [
            EventStatus(at: 3600, level: .info, subject: "nat", message: "port-restricted cone, one server answered"),
            EventStatus(at: 3661, level: .notice, subject: "bob", message: "a direct path took over"),
            EventStatus(at: 3722, level: .warning, subject: "carol", message: "4 % of the checks are unanswered"),
            EventStatus(at: 3783, level: .error, subject: "sgp1", message: "the relay does not answer"),
        ]
        snapshot.relays = zip(UInt64(1)..., [("fra1", 12.0), ("nyc1", 94), ("sgp1", nil)] as [(String, Double?)]).map {
            number, relay in
            var status = RelayStatus(
                id: Bytes8(number), region: relay.0, endpoint: endpoint("198.51.100.\(number):51822"))
            status.latencyMs = relay.1
            status.registered = number < 3
            return status
        }
        return snapshot
    }

    /// A party of five.
    static func party() -> MeshSnapshot {
        var snapshot = alone()
        snapshot.node.virtualIP = IPAddress("10.66.0.1")
        snapshot.node.peerID = peerID(99)
        snapshot.parties = [
            PartyStatus(
                id: partyID, name: "Friday LAN", hostID: peerID(99), subnet: "10.66.0.0/16", active: true)
        ]
        snapshot.peers = [
            peer(1, "bob", .connected, .direct, 15, .fullCone), peer(2, "carol", .degraded, .relay, 210, .symmetric),
            peer(3, "世界さん", .reconnecting, nil, nil, .open),
            peer(4, "dave-with-a-long-name", .away, nil, nil, .unknown),
        ]
        snapshot.peers[1].lossPct = 4
        snapshot.peers[1].pin = PinStatus(relayID: Bytes8(1), by: .me)
        snapshot.peers[2].reconnectAttempts = 2
        snapshot.relays[0].usedBy = [peerID(2)]
        return snapshot
    }

    private static func peer(
        _ number: UInt8, _ name: String, _ state: PeerState, _ kind: PathKind?, _ latency: Double?, _ nat: NATType
    ) -> PeerStatus {
        var peer = PeerStatus(
            id: peerID(number), partyID: partyID, name: name,
            virtualIP: IPAddress("10.66.0.\(number + 1)") ?? IPAddress())
        (peer.state, peer.natType, peer.latencyMs) = (state, nat, latency)
        peer.path = kind.map {
            PathStatus(kind: $0, endpoint: endpoint("198.51.100.9:51820"), relayID: $0 == .relay ? Bytes8(1) : nil)
        }
        if let latency {
            peer.jitterMs = 2
            peer.lastHandshakeAgeS = 20
            peer.latencyHistory = (0..<60).map { $0 == 40 && number == 2 ? nil : latency + Double($0 % 4) }
        }
        return peer
    }

    /// A state that has seen one snapshot.
    static func state(_ snapshot: MeshSnapshot, _ width: Int = 80, _ height: Int = 24) -> AppState {
        var state = AppState()
        state.size = Size(width, height)
        _ = update(&state, .snapshot(snapshot), now: Instant())
        return state
    }

    /// The screen of a state as lines.
    static func canvas(_ state: AppState) -> Canvas {
        var canvas = Canvas(state.size)
        render(state, into: &canvas)
        return canvas
    }
}
