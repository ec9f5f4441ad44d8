import MeshRules
import MeshWire

/// What a member has from its last join.
struct RemoteSession: Sendable {
    /// Who took it in: events come from there.
    var server: ControlAddress
    var peer: PeerID
    /// The newest bearer.
    var token: String
    /// The last event heard.
    var event: UInt64
}
