package import MeshWire

/// Everything a screen or `status --json` shows, as one immutable value (DESIGN.md §8). Lists are sorted, so that the
/// same state always makes the same snapshot.
package struct MeshSnapshot: Equatable, Sendable, Codable {
    package var node = NodeStatus()
    package var nat = NATStatus()
    package var parties: [PartyStatus] = []
    package var peers: [PeerStatus] = []
    package var relays: [RelayStatus] = []
    package var tasks: [TaskStatus] = []
    package var events: [EventStatus] = []

    package init() {}
}

/// This machine.
package struct NodeStatus: Equatable, Sendable, Codable {
    package var name = ""
    package var publicKey: PublicKey?
    /// Who this machine is in its party.
    package var peerID: PeerID?
    package var virtualIP: IPAddress?
    package var interface = ""
    package var listenPort: UInt16 = 0
    /// Which WireGuard carries the packets: `wireguard-go`, or empty before it runs.
    package var backend = ""
    /// Whether the control plane answers; nil when there is none to ask.
    package var controlReachable: Bool?
    /// Why the node can do nothing yet, in one line that ends with what to do.
    package var problem: String?

    package init() {}
}

/// What is known of the NAT before this machine.
package struct NATStatus: Equatable, Sendable, Codable {
    package var type = NATType.unknown
    /// True when filtering was not measured, or only one operator answered.
    package var assumed = true
    package var mapping = NATBehaviour.unknown
    package var filtering = NATBehaviour.unknown
    package var publicEndpoints: [Endpoint] = []

    package init() {}
}

/// A party that this machine is in.
package struct PartyStatus: Equatable, Sendable, Codable {
    package var id: PartyID
    package var name: String
    package var hostID: PeerID
    /// Network and prefix length, such as 10.66.0.0/16.
    package var subnet: String
    package var active: Bool

    package init(id: PartyID, name: String, hostID: PeerID, subnet: String, active: Bool) {
        (self.id, self.name, self.hostID, self.subnet, self.active) = (id, name, hostID, subnet, active)
    }
}

/// Where a pair of peers stands (DESIGN.md §5).
package enum PeerState: String, Sendable, Codable, CaseIterable {
    case discovering, checking, connected, degraded, reconnecting, failed, away
}

/// The two kinds of path.
package enum PathKind: String, Sendable, Codable, CaseIterable { case direct, relay }

/// The path that a pair's packets take now.
package struct PathStatus: Equatable, Sendable, Codable {
    package var kind: PathKind
    package var endpoint: Endpoint
    package var relayID: Bytes8?

    package init(kind: PathKind, endpoint: Endpoint, relayID: Bytes8?) {
        (self.kind, self.endpoint, self.relayID) = (kind, endpoint, relayID)
    }
}

/// A person's choice of relay for a pair.
package struct PinStatus: Equatable, Sendable, Codable {
    /// Whose choice it is.
    package enum By: String, Sendable, Codable { case me, peer }
    package var relayID: Bytes8
    package var by: By

    package init(relayID: Bytes8, by: By) { (self.relayID, self.by) = (relayID, by) }
}

/// Another member of the party, as this machine sees it.
package struct PeerStatus: Equatable, Sendable, Codable {
    package var id: PeerID
    package var partyID: PartyID
    package var name: String
    package var virtualIP: IPAddress
    package var natType = NATType.unknown
    package var state = PeerState.discovering
    package var path: PathStatus?
    package var pin: PinStatus?
    /// Round trip through the tunnel or, before that, of the checks; milliseconds.
    package var latencyMs: Double?
    package var jitterMs: Double?
    /// Unanswered checks of the current path, per cent of the last hundred.
    package var lossPct: Double = 0
    package var rxBytes: UInt64 = 0
    package var txBytes: UInt64 = 0
    /// Seconds since WireGuard's last handshake.
    package var lastHandshakeAgeS: Double?
    package var reconnectAttempts = 0
    package var lastError: String?
    /// The last samples of latency, oldest first; nil is a sample without an answer.
    package var latencyHistory: [Double?] = []

    package init(id: PeerID, partyID: PartyID, name: String, virtualIP: IPAddress) {
        (self.id, self.partyID, self.name, self.virtualIP) = (id, partyID, name, virtualIP)
    }
}

/// A relay that this machine knows.
package struct RelayStatus: Equatable, Sendable, Codable {
    package var id: Bytes8
    package var region: String
    package var endpoint: Endpoint
    package var latencyMs: Double?
    /// Whether this machine is registered there now.
    package var registered = false
    package var lastError: String?
    package var usedBy: [PeerID] = []

    package init(id: Bytes8, region: String, endpoint: Endpoint) {
        (self.id, self.region, self.endpoint) = (id, region, endpoint)
    }
}

/// A background job of the engine.
package struct TaskStatus: Equatable, Sendable, Codable {
    package enum State: String, Sendable, Codable { case running, waiting, finished, failed, cancelled }
    package var name: String
    package var state: State
    package var runs: Int
    package var lastError: String?

    package init(name: String, state: State, runs: Int, lastError: String?) {
        (self.name, self.state, self.runs, self.lastError) = (name, state, runs, lastError)
    }
}

/// A line of the event log.
package struct EventStatus: Equatable, Sendable, Codable {
    package enum Level: String, Sendable, Codable { case info, notice, warning, error }
    /// Seconds since 1970.
    package var at: Double
    package var level: Level
    /// What it is about: a peer's name, a relay's region, `nat`, `party`.
    package var subject: String
    package var message: String

    package init(at: Double, level: Level, subject: String, message: String) {
        (self.at, self.level, self.subject, self.message) = (at, level, subject, message)
    }
}
