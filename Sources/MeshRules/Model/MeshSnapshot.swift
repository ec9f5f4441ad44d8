package import MeshWire

/// Everything a screen or `status --json` shows, as one immutable value (DESIGN.md §8). Lists are sorted, so that the
/// same state always makes the same snapshot.
package struct MeshSnapshot: Equatable, Sendable, Codable {
    /// This machine.
    package var node = NodeStatus()
    /// The NAT before it.
    package var nat = NATStatus()
    /// The party that it is in; none or one for now.
    package var parties: [PartyStatus] = []
    /// The other members, by their address.
    package var peers: [PeerStatus] = []
    /// All relays that it uses, by their ID.
    package var relays: [RelayStatus] = []
    /// The engine's jobs.
    package var tasks: [TaskStatus] = []
    /// The event log, oldest first.
    package var events: [EventStatus] = []

    /// Nothing is known.
    package init() {}
}

/// This machine.
package struct NodeStatus: Equatable, Sendable, Codable {
    /// What it calls itself.
    package var name = ""
    /// WireGuard's.
    package var publicKey: PublicKey?
    /// Who this machine is in its party.
    package var peerID: PeerID?
    /// Inside the tunnel; nil without a party.
    package var virtualIP: IPAddress?
    /// Name of WireGuard's interface.
    package var interface = ""
    /// WireGuard's UDP port; 0 before it listens.
    package var listenPort: UInt16 = 0
    /// Which WireGuard carries the packets: `wireguard-go`, or empty before it runs.
    package var backend = ""
    /// Whether the control plane answers; nil when there is none to ask.
    package var controlReachable: Bool?
    /// Why the node can do nothing yet, in one line that ends with what to do.
    package var problem: String?
    /// Where a party that this machine serves itself is reached; nil for everybody else.
    package var hosting: HostingStatus?
    /// What it was started with; nil from a node of the first version.
    package var started: StartSettings?
    /// Who is asked to let this machine into a party just now, such as `control server 192.0.2.1:51821`.
    package var asking: String?

    /// Nothing is known.
    package init() {}
}

/// What a node was started with, each setting as its option takes it.
package struct StartSettings: Equatable, Sendable, Codable {
    /// Absolute.
    package var stateFolder: String
    /// Name of WireGuard's interface.
    package var interface: String
    /// The UDP port wanted; `NodeStatus.listenPort` is the one that it has.
    package var listenPort: UInt16
    /// How the others see this machine.
    package var name: String
    /// The control server for parties hosted here; nil for one in the node's process.
    package var control: String?
    /// STUN servers, `HOST:PORT`.
    package var stun: [String]
    /// Relays given by hand.
    package var relays: [String]
    /// Whether a control server may be asked by plain HTTP over the internet.
    package var insecureHTTP: Bool

    /// Settings of their parts.
    package init(
        stateFolder: String, interface: String, listenPort: UInt16, name: String, control: String?, stun: [String],
        relays: [String], insecureHTTP: Bool
    ) {
        (self.stateFolder, self.interface, self.listenPort, self.name) = (stateFolder, interface, listenPort, name)
        (self.control, self.stun, self.relays, self.insecureHTTP) = (control, stun, relays, insecureHTTP)
    }
}

/// What is known of the NAT before this machine.
package struct NATStatus: Equatable, Sendable, Codable {
    /// By the name people use.
    package var type = NATType.unknown
    /// True when filtering was not measured, or only one operator answered.
    package var assumed = true
    /// RFC 4787 §4.1.
    package var mapping = NATBehaviour.unknown
    /// RFC 4787 §5.
    package var filtering = NATBehaviour.unknown
    /// Where STUN servers saw WireGuard's port.
    package var publicEndpoints: [Endpoint] = []

    /// Nothing was measured.
    package init() {}
}

/// A party that this machine is in.
package struct PartyStatus: Equatable, Sendable, Codable {
    /// H("party", root)[16].
    package var id: PartyID
    /// As the host has named it.
    package var name: String
    /// Who hosts it.
    package var hostID: PeerID
    /// Network and prefix length, such as 10.66.0.0/16.
    package var subnet: String
    /// This machine takes part in it now.
    package var active: Bool
    /// Where the host stands, as far as the control plane has told; nil before it has.
    package var hostState: HostState?

    /// `left`: the party has no host, and nobody can let others in. `away`: silent for five minutes.
    package enum HostState: String, Sendable, Codable, CaseIterable { case here, away, left }

    /// A row of its parts.
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
    /// Direct or through a relay.
    package var kind: PathKind
    /// Where WireGuard sends.
    package var endpoint: Endpoint
    /// Nil for a direct path.
    package var relayID: Bytes8?

    /// A path of its parts.
    package init(kind: PathKind, endpoint: Endpoint, relayID: Bytes8?) {
        (self.kind, self.endpoint, self.relayID) = (kind, endpoint, relayID)
    }
}

/// A person's choice of relay for a pair.
package struct PinStatus: Equatable, Sendable, Codable {
    /// Whose choice it is.
    package enum By: String, Sendable, Codable { case me, peer }
    /// The relay chosen.
    package var relayID: Bytes8
    /// Who chose it.
    package var by: By
    /// What the other one of the two has chosen, which does not count.
    package var overruled: Bytes8?

    /// A pin of its parts.
    package init(relayID: Bytes8, by: By, overruled: Bytes8? = nil) {
        (self.relayID, self.by, self.overruled) = (relayID, by, overruled)
    }

    /// This end has chosen one, be it overruled.
    package var hasMine: Bool { by == .me || overruled != nil }
}

/// Another member of the party, as this machine sees it.
package struct PeerStatus: Equatable, Sendable, Codable {
    /// H("peer", identity)[16].
    package var id: PeerID
    /// The party it is a member of.
    package var partyID: PartyID
    /// With four characters of the ID where another's looks alike.
    package var name: String
    /// Inside the tunnel.
    package var virtualIP: IPAddress
    /// As it says itself.
    package var natType = NATType.unknown
    /// Where the pair stands.
    package var state = PeerState.discovering
    /// Nil while there is none.
    package var path: PathStatus?
    /// The choice that counts; nil without one.
    package var pin: PinStatus?
    /// Round trip through the tunnel or, before that, of the checks; milliseconds.
    package var latencyMs: Double?
    /// Of the current path's checks; milliseconds.
    package var jitterMs: Double?
    /// Unanswered checks of the current path, per cent of the last hundred.
    package var lossPct: Double = 0
    /// Received from it since WireGuard has it as a peer.
    package var rxBytes: UInt64 = 0
    /// Sent to it since WireGuard has it as a peer.
    package var txBytes: UInt64 = 0
    /// Seconds since WireGuard's last handshake.
    package var lastHandshakeAgeS: Double?
    /// Tries since the last path was lost.
    package var reconnectAttempts = 0
    /// Why it is not connected, and when a silent one was last heard.
    package var lastError: String?
    /// The last samples of latency, oldest first; nil is a sample without an answer.
    package var latencyHistory: [Double?] = []

    /// A peer that nothing is known of beyond its card.
    package init(id: PeerID, partyID: PartyID, name: String, virtualIP: IPAddress) {
        (self.id, self.partyID, self.name, self.virtualIP) = (id, partyID, name, virtualIP)
    }
}

/// A relay that this machine knows.
package struct RelayStatus: Equatable, Sendable, Codable {
    /// H("relay", key)[8].
    package var id: Bytes8
    /// Its operator's word for where it stands.
    package var region: String
    /// Where it was reached last, or is tried now.
    package var endpoint: Endpoint
    /// HELLO to OK; milliseconds.
    package var latencyMs: Double?
    /// Whether this machine is registered there now.
    package var registered = false
    /// Why this machine is not registered, or that the relay is about to stop.
    package var lastError: String?
    /// Peers whose packets it carries now.
    package var usedBy: [PeerID] = []

    /// A relay that has not answered yet.
    package init(id: Bytes8, region: String, endpoint: Endpoint) {
        (self.id, self.region, self.endpoint) = (id, region, endpoint)
    }
}

/// A background job of the engine.
package struct TaskStatus: Equatable, Sendable, Codable {
    /// What it does now.
    package enum State: String, Sendable, Codable { case running, waiting, finished, failed, cancelled }
    /// What it is for.
    package var name: String
    /// What it does now.
    package var state: State
    /// How often it was started.
    package var runs: Int
    /// Why it failed last.
    package var lastError: String?

    /// A job of its parts.
    package init(name: String, state: State, runs: Int, lastError: String?) {
        (self.name, self.state, self.runs, self.lastError) = (name, state, runs, lastError)
    }
}

/// A line of the event log.
package struct EventStatus: Equatable, Sendable, Codable {
    /// How much it matters.
    package enum Level: String, Sendable, Codable { case info, notice, warning, error }
    /// Seconds since 1970.
    package var at: Double
    /// How much it matters.
    package var level: Level
    /// What it is about: a peer's name, a relay's region, `nat`, `party`.
    package var subject: String
    /// One line.
    package var message: String

    /// A line of its parts.
    package init(at: Double, level: Level, subject: String, message: String) {
        (self.at, self.level, self.subject, self.message) = (at, level, subject, message)
    }
}
