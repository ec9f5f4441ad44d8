import MeshRules
package import MeshWire

/// A member of the party that lies. It holds what every member holds (an ordinary machine was in the party before and
/// left its keys on its disk) and has no node: it answers pings as a peer should, and all else is what a test or a seed
/// wants said. Its lies are sealed, so that they reach the rules that an outsider never gets to.
package struct HostileMember: Sendable {
    /// The machine that is lied to.
    package let victim: Int
    /// As the party knows the liar.
    package let id: PeerID
    /// Its pongs and acknowledgements leave; without them none of its addresses is ever proven.
    package var answers = true
    /// Every check that it has sealed so far, to be sent again.
    package private(set) var sealed: [[UInt8]] = []
    private let roster: Roster
    private var session: CheckSession
    private var random: SeededRandom

    init(
        keys: Membership, against member: Member, on victim: Int, incarnation: UInt32, random: SeededRandom
    ) throws(Refusal) {
        (self.victim, self.random, id, roster) = (victim, random, keys.id, keys.roster)
        session = try CheckSession(membership: keys, peer: member, incarnation: incarnation)
    }

    mutating func seal(_ message: CheckMessage, at now: Instant) -> [UInt8] {
        var step = Step(now: now, random: random.fork())
        let bytes = session.seal(message, roster: roster, &step)
        sealed.append(bytes)
        return bytes
    }

    /// What a peer would answer: a pong to a ping, an acknowledgement to a SWITCH.
    mutating func answer(_ datagram: [UInt8], from source: Endpoint, at now: Instant) -> [UInt8]? {
        guard let check = try? session.open(datagram.span), answers else { return nil }
        switch check.type {
        // Flag 1: its WireGuard has the victim.
        case .ping:
            return seal(CheckMessage(.pong, flags: 1, transaction: check.transaction, observed: source), at: now)
        case .switchPath: return seal(CheckMessage(.switchAck, transaction: check.transaction), at: now)
        default: return nil
        }
    }

    mutating func randomWord() -> UInt64 { random.next() }
}

/// Something that a member says and should not.
package enum Lie: Equatable, Sendable {
    /// A list of where it is said to be reached, through the control plane. `asks`: for the victim's own list (flag 1).
    case candidates([Endpoint], asks: Bool)
    /// Whatever a check can carry, as if it were a list.
    case fields([Field], asks: Bool)
    /// A ping that seems to come from anywhere.
    case ping(from: Endpoint, flags: UInt8)
    /// Move the pair to this endpoint; flags as PROTOCOL.md §5 has them.
    case switchPath(to: Endpoint, flags: UInt8)
    /// One of the checks sealed before, once more, from anywhere.
    case again(Int, from: Endpoint)
    /// It leaves the party by the server's word, and is back under the same card a moment later.
    case leaveAndReturn
}

extension World {
    /// A member that the victim knows turns: its node ends, and its keys serve lies from now on.
    package mutating func turn(_ machine: Int, against victim: Int) {
        let disk = machines[machine].store.load()
        do throws(Refusal) {
            guard let party = disk.party, let bytes = disk.roster else { throw .epoch }
            let cards = disk.cards.compactMap { try? Card.decode($0.span) }
            guard let own = cards.first(where: { $0.wg == machines[machine].publicKey }),
                let other = cards.first(where: { $0.wg == machines[victim].publicKey })
            else { throw .identity }
            var keys = try Membership(
                stored: party, roster: try Roster.decode(bytes.span), ownCard: own,
                wireGuardPrivate: machines[machine].wireGuardKey, sequence: Sequence64(incarnation: disk.incarnation))
            guard let member = try keys.accept(other) else { throw .identity }
            machines[machine].hostile = try HostileMember(
                keys: keys, against: member, on: victim, incarnation: disk.incarnation, random: random.fork())
            machines[machine].node = nil
            machines[machine].held = nil
            note(machine, "turns against \(machines[victim].name)")
        } catch {
            violate("\(machines[machine].name) can't turn: \(error)")
        }
    }

    /// Keeps all that a machine does from now on, and forgets what it did before.
    package mutating func watch(_ machine: Int) { machines[machine].deeds = [] }

    /// The liar answers nothing any more: its paths fall silent.
    package mutating func silence(_ machine: Int) { machines[machine].hostile?.answers = false }

    /// The liar says something to its victim, now.
    package mutating func lie(_ lie: Lie, by machine: Int) {
        guard var liar = machines[machine].hostile else { return }
        let transaction = liar.randomWord()
        let own = Endpoint(machines[machine].address, Self.port)
        switch lie {
        case .candidates(let ends, let asks):
            let list = ends.map { Candidate(kind: .reflexive, endpoint: $0) }
            let fields = CandidateList(nat: 1, mapping: 1, filtering: 1, candidates: list).fields
            return self.lie(.fields(fields, asks: asks), by: machine)
        case .fields(let fields, let asks):
            let message = CheckMessage(.candidates, flags: asks ? 1 : 0, transaction: transaction, fields: fields)
            let check = liar.seal(message, at: now)
            machines[machine].hostile = liar
            return give(.event(.signal(from: liar.id, check: check)), to: liar.victim)
        case .ping(let source, let flags):
            let check = liar.seal(CheckMessage(.ping, flags: flags, transaction: transaction), at: now)
            spoof(check, from: source, to: liar.victim)
        case .switchPath(let end, let flags):
            let message = CheckMessage(.switchPath, flags: flags, transaction: transaction, observed: end)
            spoof(liar.seal(message, at: now), from: own, to: liar.victim)
        case .again(let index, let source):
            guard !liar.sealed.isEmpty else { return }
            spoof(liar.sealed[index % liar.sealed.count], from: source, to: liar.victim)
        case .leaveAndReturn:
            let card = machines[liar.victim].store.card(of: liar.id)
            give(.event(.left(liar.id)), to: liar.victim)
            if let card {
                let info = PeerInfo(card: card, nat: PeerNAT(), lastHeartbeat: wallClock, away: false, candidates: nil)
                give(.event(.peer(info)), to: liar.victim)
            }
        }
        machines[machine].hostile = liar
    }

    /// A datagram whose source address is whatever its sender has written there.
    private mutating func spoof(_ bytes: [UInt8], from source: Endpoint, to machine: Int) {
        let destination = Endpoint(machines[machine].publicAddress, Self.port)
        route(Packet(bytes: bytes, source: source, destination: destination, origin: nil), from: .internet)
    }

    /// A liar gets a check, at whatever port of its address.
    mutating func hear(_ packet: Packet, byLiar machine: Int) {
        guard let answer = machines[machine].hostile?.answer(packet.bytes, from: packet.source, at: now) else { return }
        route(
            Packet(bytes: answer, source: packet.destination, destination: packet.source, origin: machine),
            from: machines[machine].segment)
    }
}

/// Lies of all kinds at random times, drawn from a seed.
package struct HostileScript: Sendable {
    /// A lie and its time, in order of time.
    package private(set) var steps: [(after: Duration, lie: Lie)] = []

    /// - Parameters:
    ///   - liar: Where the liar is reached.
    ///   - strangers: Addresses of people who have nothing to do with the party.
    package init(seed: UInt64, liar: IPAddress, strangers: [IPAddress], length: Duration) {
        var random = SeededRandom(seed: seed &+ 0x11e5)
        func anywhere(_ random: inout SeededRandom) -> Endpoint {
            Endpoint(strangers[random.below(strangers.count)], UInt16(1 + random.below(60_000)))
        }
        func own(_ random: inout SeededRandom) -> Endpoint { Endpoint(liar, UInt16(51_820 + random.below(3))) }
        var time = Duration.zero
        while time < length {
            // Bursts and pauses: what refills in a pause must not be more than its rate.
            time += random.chance(0.005) ? random.duration(upTo: .seconds(8)) : random.duration(upTo: .milliseconds(20))
            let lie: Lie
            switch random.below(8) {
            case 0...2:
                let ends = (0..<random.below(14)).map { _ in
                    random.chance(0.2) ? own(&random) : anywhere(&random)
                }
                lie = .candidates(ends, asks: random.chance(0.7))
            case 3, 4: lie = .ping(from: anywhere(&random), flags: UInt8(random.below(4)))
            case 5:
                lie = .switchPath(
                    to: random.chance(0.9) ? own(&random) : anywhere(&random), flags: UInt8(random.below(4)))
            case 6: lie = .again(random.below(1_000), from: anywhere(&random))
            default: lie = random.chance(0.1) ? .leaveAndReturn : .switchPath(to: own(&random), flags: 0)
            }
            steps.append((time, lie))
        }
    }
}
