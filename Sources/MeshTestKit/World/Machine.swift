package import MeshRules
package import MeshWire

/// One machine of the fake world: a node with everything that carries out its effects.
package struct Machine: Sendable {
    struct Echo: Sendable {
        var id: UInt64
        var peer: PeerID
        var sentAt: Instant
    }

    /// Something that its node wanted, and when.
    package struct Deed: Sendable {
        /// Of the whole step.
        package let at: Instant
        /// A datagram, an effect, an event or an answer.
        package let output: NodeOutput
    }

    /// In traces, and in its party.
    package let name: String
    /// Its address on its own network.
    package let address: IPAddress
    /// What others see of it: its own address, or that of the outermost NAT.
    package let publicAddress: IPAddress
    /// The NATs before it, outermost first, by their position in `Internet.nats`.
    package let nats: [Int]
    /// WireGuard's.
    package internal(set) var publicKey: PublicKey
    let segment: Segment
    var wireGuardKey: Bytes32
    /// Machines with the same number mean to be in the same party.
    package internal(set) var circle: Int?

    /// Its disk.
    package internal(set) var store: MachineStore
    /// Nil while the machine is off.
    package internal(set) var node: Node?
    /// Set once a member has turned: its keys say what its node never would.
    package internal(set) var hostile: HostileMember?
    /// Somebody acts on this machine, honestly or not.
    var isOn: Bool { node != nil || hostile != nil }
    /// Its kernel's part.
    package internal(set) var wireGuard: WireGuardModel
    /// How often it was started.
    package internal(set) var run = 0
    /// Inside the tunnel; nil while the interface is down.
    package internal(set) var virtualAddress: IPAddress?
    /// When WireGuard got its first peer in this run.
    package internal(set) var firstPeerAt: Instant?
    /// How its commands ended, oldest first.
    package internal(set) var answers: [CommandAnswer] = []
    /// Its event log, oldest first, over all runs.
    package internal(set) var events: [NodeEvent] = []

    /// What its node wanted since somebody has begun to watch; nil while nobody does.
    package internal(set) var deeds: [Deed]?
    /// Datagrams of checks that left, over all runs.
    package internal(set) var sentChecks = 0
    /// The lid is closed: nothing is heard and nothing done before.
    package internal(set) var suspendedUntil: Instant?

    /// How often another machine with its identity has taken its event stream, over all runs.
    package internal(set) var streamsTaken = 0

    var clockOffset: Duration = .zero
    var party: PartyID?
    var bearer: String?
    var echoes: [Echo] = []
    var removals: [(key: PublicKey, at: Instant)] = []
    /// An output that has to wait, as a peer is never removed and added within 50 ms; those behind it wait too.
    var held: OutputBatch.Work?
    /// Checks for others never leave the kernel.
    var tags: [Tag] = []
    /// What is still to be carried out, one input after the other.
    var lane: [OutputBatch] = []
    /// How many of a hundred effects and transactions fail.
    var failing = 0
    /// Some of them have.
    var hasFailed = false
    var scheduledWake: Instant?
    /// Machines whose checks have arrived in this run, by position.
    var heardFrom: [Bool] = []
    var wakesInARow = 0
    var lastWake: Instant?

    /// Where WireGuard sends packets for another machine now.
    package func endpoint(of other: Machine) -> Endpoint? {
        wireGuard.samples(now: Instant()).first { $0.publicKey == other.publicKey }?.endpoint
    }
}
