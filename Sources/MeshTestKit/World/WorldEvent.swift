import MeshRules
import MeshWire

/// Something that is due in the fake world. What is meant for a machine names the run it belongs to: a machine that was
/// restarted in between doesn't hear of it.
enum WorldEvent: Sendable {
    case arrives(Packet, NetworkHost, Segment)
    case wake(machine: Int, run: Int)
    case input(machine: Int, run: Int, MachineInput)
    case control(ControlCall)
    case push(Subscription, ControlEvent)
    case flow(Int)
    case fault(Fault)
    case housekeeping
}

/// What the surroundings of a node tell it, some time after it has happened.
enum MachineInput: Sendable {
    case handshake(HandshakeSent)
    /// `isRegular` ones come each second, the others were asked for.
    case sample(isRegular: Bool)
    case echoTimeout(UInt64)
    case reply(ControlRequest, ControlReply)
    case controlReachable(Bool)
    case failed(OutputBatch.Failure)
    case eventsTaken
    case subscribe(Subscription)
    case carryOn
}

/// A request on its way to the control plane.
struct ControlCall: Sendable {
    var machine: Int
    var run: Int
    var party: PartyID
    var bearer: String?
    var request: ControlRequest
}

/// A machine that follows the events of its party.
struct Subscription: Equatable, Sendable {
    var machine: Int
    var run: Int
    var party: PartyID
    var peer: PeerID
}

/// What can go wrong, and come right again.
package enum Fault: Equatable, Sendable {
    /// Between the public addresses of two machines' households, both ways or only from the first to the second.
    case cut(Int, Int, oneWay: Bool)
    case mend(Int, Int)
    case cutFromRelay(Int, relay: Int)
    case mendToRelay(Int, relay: Int)
    case stop(Int)
    case start(Int)
    /// As when a lid is closed: nothing is heard and nothing done for so long, and nothing is forgotten.
    case suspend(Int, Duration)
    case rebootNAT(Int)
    case restartRelay(Int)
    /// The relay says in every answer that it is about to stop.
    case drainRelay(Int)
    /// The relay does not trust the control plane's tokens any more.
    case distrustControl(relay: Int)
    /// WireGuard's process ends and is started anew with the same peers.
    case restartWireGuard(Int)
    /// An interface of a container comes or goes, with an address that no packet takes.
    case otherInterface(Int, isThere: Bool)
    /// Somebody takes all peers out of WireGuard.
    case removePeers(Int)
    /// So many of a hundred changes that the machine wants fail: records, peers, endpoints, guards, the interface.
    case failEffects(Int, percent: Int)
    case controlDown(Bool)
    /// For all pairs without a link of their own.
    case standardLink(Link)
    /// Steps a machine's wall clock.
    case clockStep(Int, Duration)
}
