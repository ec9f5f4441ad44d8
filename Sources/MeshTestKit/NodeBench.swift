import MeshRules
import MeshWire

/// A node with its peers connected, and datagrams for it: for the benchmark of what one of them costs (Benchmarks/).
/// Public, because package access does not reach the benchmarks' own package.
public struct NodeBench: Sendable {
    private var node: Node
    private let now: Instant
    private let tag: Tag
    private let source: Endpoint
    private var next = 0
    /// Pings of a member, each good once.
    private let pings: [[UInt8]]
    private let strange: [UInt8]
    private let unknown: [UInt8]
    private let key = CheckKey(Bytes32())
    private let sealed: [UInt8]

    /// How many pings of a member there are.
    public var count: Int { pings.count }

    /// What could not be set up.
    public struct Failure: Error, CustomStringConvertible {
        /// One line.
        public let description: String
    }

    /// Connects so many machines in the fake world, which takes seconds, and takes the first one's node out of it.
    /// - Parameter pings: Datagrams of a member that are prepared.
    public init(peers: Int, pings wanted: Int) throws {
        var world = try World(seed: 7)
        world.addRelay()
        world.addSTUNServers()
        for number in 0...peers {
            world.start(try world.addMachine("m\(number)", in: world.addHousehold(.open)))
        }
        world.run(for: .seconds(1))
        guard let invite = world.host(0) else { throw Failure(description: "nobody hosts") }
        for machine in 1...peers { world.join(machine, invite) }
        world.run(for: .seconds(30))
        guard let node = world.machines[0].node, var member = world.machines[1].node,
            node.snapshot(now: world.now).peers.filter({ $0.state == .connected }).count == peers
        else { throw Failure(description: "not all are connected") }
        (self.node, now) = (node, world.now)
        source = Endpoint(world.machines[1].address, 51_820)
        // Nobody answers the member any more, so it asks ever again.
        let target = Endpoint(world.machines[0].address, 51_820)
        var (pings, time, turns) = ([[UInt8]](), world.now, 0)
        while pings.count < wanted, turns < 1_000_000 {
            turns += 1
            time = max(time, member.nextDeadline ?? time)
            member.handleTimeout(now: time)
            while let output = member.nextOutput() {
                guard case .transmit(let bytes, target) = output, bytes.count == 123 else { continue }
                pings.append(bytes)
            }
        }
        guard pings.count >= wanted, let first = pings.first else {
            throw Failure(description: "the member sent \(pings.count) pings")
        }
        tag = try CheckHead.decode(first.span).receiverTag
        self.pings = pings
        let message = Check(
            type: .ping, flags: 1, counter: 1, challenge: 2, echo: 3, transaction: 4, rosterRank: RosterRank(),
            rosterHash: Bytes8(), observed: nil, ext: [])
        let stranger = Tag(0x0102_0304_0506_0708)
        strange = message.seal(
            CheckHead(epochLow: 1, receiverTag: stranger, senderTag: stranger), nonce: (1, 2), key: key)
        unknown = message.seal(CheckHead(epochLow: 1, receiverTag: tag, senderTag: stranger), nonce: (1, 2), key: key)
        sealed = unknown
    }

    /// A check for somebody else's tag, as the packet filter drops it in the kernel.
    public mutating func takeStrangers() -> Int { take(strange) }

    /// A check for this machine's tag from nobody that it knows.
    public mutating func takeUnknown() -> Int { take(unknown) }

    /// A member's next ping, which is answered.
    public mutating func takeMembers() -> Int {
        next += 1
        return take(pings[next % pings.count])
    }

    /// The rival: a check of the same size is decoded and opened, and nothing else.
    public func open() -> Int {
        do throws(Refusal) { return Int(try Check.open(sealed.span, key: key).transaction) } catch { return -1 }
    }

    /// What the owner of a node does with each datagram: hand it over, carry out the outputs, set the timer.
    private mutating func take(_ bytes: [UInt8]) -> Int {
        node.handle(.datagram(bytes, from: source), now: now)
        var outputs = 0
        while node.nextOutput() != nil { outputs += 1 }
        return outputs &+ Int(truncatingIfNeeded: node.nextDeadline?.nanoseconds ?? 0) & 1
    }
}
