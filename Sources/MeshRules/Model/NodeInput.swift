package import MeshWire

/// Everything that can happen to a node.
package enum NodeInput: Sendable {
    /// A control datagram that arrived on WireGuard's port, at this address of the machine where that is known.
    case datagram([UInt8], from: Endpoint, at: IPAddress? = nil)
    case command(Command)
    /// The answer to a request that left as `Effect.control`.
    case control(ControlRequest, ControlReply)
    case event(ControlEvent)
    /// The connection to the control plane came up (`true`) or was lost. After it came up, events may have been missed.
    case controlReachable(Bool)
    /// The connection stands, but events were missed.
    case eventsMissed
    /// Another connection with this member's identity has taken the event stream.
    case eventsTaken
    /// What WireGuard says of all its peers: each second, and soon after `Effect.sampleWireGuard`.
    case wireGuard([WireGuardSample])
    case handshake(HandshakeSent)
    /// WireGuard's process was started anew; its peers are back, its sessions are not.
    case wireGuardRestarted
    /// At the start, and whenever addresses or the port change.
    case network(LocalNetwork)
    /// The answer to `Effect.echo`; nil when there was none within its time.
    case echo(PeerID, Duration?)
    /// The control plane in this process is served on this TCP port.
    case controlServed(port: UInt16)
    /// The STUN servers and the relays that a person configured, once resolved.
    case servers(stun: [STUNServer], relays: [RelayInfo])
    /// Effects that did not come about, and why: one that failed with those left out because of it, or the records of one
    /// transaction.
    case failed([Effect], String)
    /// Whether somebody watches a screen now: measuring is denser then.
    case watched(Bool)
}

/// What a person asks of a node. `Command` is answered by exactly one `NodeOutput.answer`.
package enum Command: Equatable, Sendable {
    /// `network`: what the party gets; nil for the first free one.
    case host(partyName: String, memberName: String, control: ControlTarget, network: IPv4Network? = nil)
    /// `agreed`: networks that a person lets this machine have; nil for any.
    case join(InviteCode, memberName: String, agreed: [IPv4Network]? = nil)
    case leave
    case pinRelay(PeerID, relay: Bytes8)
    case releaseRelay(PeerID)
}
