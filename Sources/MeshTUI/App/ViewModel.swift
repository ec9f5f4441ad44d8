import MeshRules
import MeshWire

/// The newest snapshot, rounded and steadied for the eye. Two snapshots that look alike make equal view models, and then
/// nothing is drawn.
struct ViewModel: Equatable, Sendable {
    private(set) var node = NodeSummary()
    private(set) var parties: [PartyRow] = []
    private(set) var peers: [PeerRow] = []
    private(set) var relays: [RelayRow] = []
    private(set) var events: [EventRow] = []

    private var peerMemory: [PeerID: PeerMemory] = [:]
    private var relayLatency: [Bytes8: SteadyNumber] = [:]

    /// The party that this machine is in.
    var activeParty: PartyRow? { parties.first { $0.active } }

    func peer(_ id: PeerID?) -> PeerRow? { peers.first { $0.id == id } }
    func relay(_ id: Bytes8?) -> RelayRow? { relays.first { $0.id == id } }

    /// Takes a snapshot; `utcOffset` is the person's time zone in seconds east of Greenwich.
    mutating func take(_ snapshot: MeshSnapshot, utcOffset: Int) {
        node = Self.summary(snapshot)
        takePeers(snapshot)
        takeRelays(snapshot)
        parties = snapshot.parties.map { Self.party($0, snapshot) }
        events = snapshot.events.suffix(200).map { EventRow($0, utcOffset: utcOffset) }
    }

    private mutating func takePeers(_ snapshot: MeshSnapshot) {
        let regions = Dictionary(snapshot.relays.map { ($0.id, SafeText.sanitised($0.region, limit: 32)) }) { $1 }
        var memory: [PeerID: PeerMemory] = [:]
        peers = snapshot.peers.map { peer in
            var known = peerMemory[peer.id] ?? PeerMemory()
            defer { memory[peer.id] = known }
            return known.row(peer, regions: regions)
        }
        peerMemory = memory
    }

    private mutating func takeRelays(_ snapshot: MeshSnapshot) {
        let names = Dictionary(peers.map { ($0.id, $0.name) }) { $1 }
        var memory: [Bytes8: SteadyNumber] = [:]
        relays = snapshot.relays.map { relay in
            var latency = relayLatency[relay.id] ?? SteadyNumber()
            latency.take(relay.latencyMs)
            memory[relay.id] = latency
            return RelayRow(
                id: relay.id, region: SafeText.sanitised(relay.region, limit: 32), endpoint: "\(relay.endpoint)",
                latency: latency.shown, registered: relay.registered, users: relay.usedBy.compactMap { names[$0] },
                error: relay.lastError.map { SafeText.sanitised($0) })
        }
        relayLatency = memory
    }

    private static func summary(_ snapshot: MeshSnapshot) -> NodeSummary {
        let endpoints = snapshot.nat.publicEndpoints
        let more = endpoints.count > 1 ? " +\(endpoints.count - 1)" : ""
        return NodeSummary(
            name: SafeText.sanitised(snapshot.node.name, limit: 64), address: snapshot.node.virtualIP?.description,
            interface: SafeText.sanitised(snapshot.node.interface, limit: 16), backend: snapshot.node.backend,
            natType: snapshot.nat.type, natIsAssumed: snapshot.nat.assumed,
            publicEndpoint: endpoints.first.map { "\($0)\(more)" }, controlReachable: snapshot.node.controlReachable,
            problem: snapshot.node.problem.map { SafeText.sanitised($0) },
            asking: snapshot.node.asking.map { SafeText.sanitised($0) })
    }

    private static func party(_ party: PartyStatus, _ snapshot: MeshSnapshot) -> PartyRow {
        let members = snapshot.peers.filter { $0.partyID == party.id }
        let host = members.first { $0.id == party.hostID }.map { SafeText.sanitised($0.name, limit: 64) }
        let known: PartyRow.Host? =
            party.hostState == .left
            ? .left : host.map { .member($0) } ?? (party.hostID == snapshot.node.peerID ? .me : nil)
        return PartyRow(
            id: party.id, name: SafeText.sanitised(party.name, limit: 64), subnet: party.subnet, active: party.active,
            host: known, members: members.count + (party.active ? 1 : 0))
    }
}
