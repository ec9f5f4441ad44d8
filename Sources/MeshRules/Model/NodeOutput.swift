package import MeshWire

/// What a node wants done, in order. `OutputBatch` says which outputs of one input wait for which: a record is durable and
/// a roaming guard in force before what relies on it begins.
package enum NodeOutput: Equatable, Sendable {
    /// A datagram from WireGuard's port, TTL 63.
    case transmit([UInt8], to: Endpoint)
    case effect(Effect)
    case event(NodeEvent)
    /// The outcome of a command.
    case answer(CommandAnswer)
}

/// A change outside the node.
package enum Effect: Equatable, Sendable {
    case store(Record)
    /// Connect to this control plane and follow its events; nil closes the connection.
    case useControl(ControlTarget?, party: PartyID)
    case control(ControlRequest)
    /// Give the interface its address and route; nil takes both away.
    case configureInterface(InterfaceAddress?)
    /// From now on the kernel hands over checks for these tags only; at first it does for none.
    case receive([Tag])
    case addPeer(WireGuardPeer)
    case setEndpoint(Endpoint, of: PublicKey)
    case removePeer(PublicKey)
    case guardRoaming(RoamingGuardRule)
    case endGuard(PublicKey)
    /// Ask WireGuard now, not at the next second.
    case sampleWireGuard
    /// ICMP echo through the tunnel; answered by `NodeInput.echo`.
    case echo(PeerID, IPAddress)
}

/// The party's address of this machine.
package struct InterfaceAddress: Equatable, Sendable {
    /// Inside the tunnel.
    package var address: IPAddress
    /// Length of the party's network prefix.
    package var prefix: Int

    /// An address and its network.
    package init(address: IPAddress, prefix: Int) { (self.address, self.prefix) = (address, prefix) }
}

/// How a command ended.
package enum CommandAnswer: Equatable, Sendable {
    /// In the party; the host's answer holds the invite.
    case joined(partyName: String, invite: String?)
    case left
    case pinned
    case released
    case refused(CommandRefusal)
}

/// Why a command was not carried out, and what to do.
package enum CommandRefusal: Error, Equatable, Sendable {
    /// A node is in one party at a time.
    case alreadyIn(partyName: String)
    case notInParty
    case busy
    /// A host or join that `leave` has ended.
    case stopped
    case name(String, NameProblem)
    case partyName(String, NameProblem)
    /// Of the party, which meets this of the machine.
    case network(IPv4Network, LocalRoute)
    /// One that no party may have.
    case badNetwork(IPv4Network)
    /// A control server that is loopback or link-local, without the option for it.
    case onlyHere(ControlAddress)
    /// Everything between 10.66.0.0/16 and 10.127.0.0/16 is in use here.
    case noFreeNetwork
    /// The party's, which nobody has agreed to on this machine yet: nothing was changed.
    case notAgreed(IPv4Network)
    case invite(Refusal)
    case control(ControlRefusal)
    case unknownPeer
    case unknownRelay
    /// The pin is kept, but the pair's other end has pinned this relay, and of two pins the chooser's counts.
    case overruled(relay: String)
    /// It was done, but what must outlive the node is not on its disk; why.
    case notStored(String)
    /// It was done, but the machine's network could not be set up for it; why.
    case incomplete(String)
    /// What the control plane said does not hold.
    case mistrust(String)
    /// The epoch is above 1: rotation comes with a later version.
    case newerEpoch
}

extension CommandRefusal: CustomStringConvertible {
    /// One line that says what to do.
    package var description: String {
        switch self {
        case .alreadyIn(let name): "this machine is in the party “\(name)” already: leave it first (meshtui leave)"
        case .notInParty: "this machine is in no party: host one (meshtui host NAME) or join one (meshtui join)"
        case .busy: "another host or join is under way: wait for it, or stop it with meshtui leave"
        case .stopped: "it was stopped before the control server had answered: host or join again"
        case .name(let name, let problem):
            "“\(name)” can't be a member's name, \(problem): use 1 to 32 bytes of letters, digits, spaces and -_."
        case .partyName(let name, let problem):
            "“\(name)” can't be a party's name, \(problem): use 1 to 32 bytes of letters, digits, spaces, emoji and -_.'()&!#,+"
        case .network(let network, let route):
            "the party's network \(network) meets \(route) on this machine, whose addresses are left alone: take that away, or have the party hosted with another network (meshtui host NAME --subnet 10.99.0.0/16)"
        case .badNetwork(let network):
            "\(network) can't be a party's network: give one of 16 to 30 bits in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"
        case .onlyHere(let server):
            "a control server at \(server.host) can be reached from one machine or its link alone: host with an address that the others reach, or start the node with --allow-loopback to try things out"
        case .noFreeNetwork:
            "this machine has routes to all of 10.66.0.0/16 to 10.127.0.0/16: give another network with --subnet (meshtui host NAME --subnet 192.168.77.0/24)"
        case .notAgreed(let network):
            "the party's network is \(network), which nobody has agreed to on this machine: answer the question, or give --yes"
        case .invite(let refusal): Self.words(invite: refusal)
        case .control(let refusal): "\(refusal)"
        case .unknownPeer: "there is no such peer: meshtui peers lists them"
        case .unknownRelay: "there is no such relay: meshtui relays lists them"
        case .overruled(let relay):
            "the other end has pinned relay \(relay), and of your two pins that one counts: ask there to release it"
        case .notStored(let why): "done, but only until the node stops, for it could not be stored: \(why)"
        case .incomplete(let why): "done, but this machine's network is not set up for it; it is tried again: \(why)"
        case .mistrust(let why):
            "the control server can't be trusted, \(why): check its address, or ask the host for a new invite"
        case .newerEpoch: "the party's keys were renewed by a newer MeshTUI: update this one"
        }
    }

    /// A member's name as it was typed, composed.
    package static func named(_ typed: String) throws(CommandRefusal) -> String {
        do throws(NameProblem) { return try MemberName(typed: typed).text } catch { throw .name(typed, error) }
    }

    /// A party's name as it was typed, composed.
    package static func named(party typed: String) throws(CommandRefusal) -> String {
        do throws(NameProblem) { return try PartyName(typed: typed).text } catch { throw .partyName(typed, error) }
    }

    /// In the order in which an invite is checked (PROTOCOL.md §2), then what it holds.
    private static func words(invite refusal: Refusal) -> String {
        switch refusal {
        case .prefix: "this is no invite, it does not begin with mtui1: copy all of what the host has sent"
        case .base32: "this invite has a letter that stands in none: copy it again, and nothing around it"
        case .version, .newer:
            "this invite has a version that this MeshTUI can't read: copy it again, and update MeshTUI if it is right"
        case .short: "this invite is cut short: copy all of it"
        case .long: "this invite has something behind its end: copy it again, and nothing around it"
        case .checksum: "this invite has a typing mistake: copy it again"
        default: "this invite holds what none may, \(refusal): ask the host for a new one"
        }
    }
}

/// A line for the event log.
package struct NodeEvent: Equatable, Sendable {
    /// How much it matters.
    package var level: EventStatus.Level
    /// A peer's name, a relay's region, `nat`, `party`, `control`.
    package var subject: String
    /// One line.
    package var message: String

    /// A line of its parts.
    package init(_ level: EventStatus.Level, _ subject: String, _ message: String) {
        (self.level, self.subject, self.message) = (level, subject, message)
    }
}
