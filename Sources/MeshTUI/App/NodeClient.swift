import MeshRules
import MeshWire

/// The node as the dashboard knows it: something behind a socket that tells how things stand and takes commands.
protocol NodeClient: Sendable {
    /// How things stand, one to ten times a second; a node that does not answer is told as a problem.
    func snapshots() -> AsyncStream<MeshSnapshot>
    /// Has the node do something and waits for what became of it; gives up when its task is cancelled.
    func perform(_ command: NodeCommand) async -> CommandOutcome
}

/// What a person can tell the node to do from the screen.
enum NodeCommand: Equatable, Sendable {
    /// `agreed`: the network that the person has said yes to.
    case host(partyName: String, agreed: IPv4Network? = nil)
    case join(invite: String, agreed: IPv4Network? = nil)
    case leave
    /// Answered by the text of the invite.
    case invite
    case pinRelay(peer: PeerID, relay: Bytes8)
    case releaseRelay(peer: PeerID)
    /// Stop the host or join that is under way.
    case stopEntering
    /// Try again now what the node needs and did not get.
    case retry
    case shutdownNode
}

extension NodeCommand {
    /// The same host or join, with a yes to the network.
    func agreeing(to network: IPv4Network) -> NodeCommand {
        switch self {
        case .host(let name, _): .host(partyName: name, agreed: network)
        case .join(let invite, _): .join(invite: invite, agreed: network)
        default: self
        }
    }
}

/// What became of a command.
enum CommandOutcome: Equatable, Sendable {
    /// Done, with the answer if it has one.
    case done(String?)
    /// Not done; one line that ends with what to do.
    case refused(String)
    /// Nothing is changed before the person has agreed to the party's network.
    case asks(IPv4Network)
}
