import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("The sealed checks of a pair")
struct CheckSessionTests {
    let roster: Roster
    var one: CheckSession
    var other: CheckSession
    var random = SeededRandom(seed: 21)

    init() throws {
        let pair = try TestPair()
        roster = pair.chooser.roster
        one = try pair.session(ofChooser: true)
        other = try pair.session(ofChooser: false)
    }

    /// Which end seals.
    enum Sender { case one, other }

    private mutating func seal(
        _ type: CheckType, by sender: Sender, transaction: UInt64 = 7, at now: Instant = at(0)
    ) -> [UInt8] {
        var step = Step(now: now, random: random.fork())
        let message = CheckMessage(type, flags: 1, transaction: transaction, observed: end("192.0.2.1:1"))
        return switch sender {
        case .one: one.seal(message, roster: roster, &step)
        case .other: other.seal(message, roster: roster, &step)
        }
    }

    private mutating func open(_ datagram: [UInt8], by receiver: Sender) -> Result<Check, Refusal> {
        do throws(Refusal) {
            return .success(try receiver == .one ? one.open(datagram.span) : other.open(datagram.span))
        } catch {
            return .failure(error)
        }
    }

    private func reason(_ result: Result<Check, Refusal>) -> Refusal? {
        if case .failure(let refusal) = result { refusal } else { nil }
    }

    @Test("two sessions understand each other, and tell which roster they hold")
    mutating func talk() throws {
        let ping = seal(.ping, by: .one)
        #expect(ping.count == 123)
        let check = try open(ping, by: .other).get()
        #expect(check.type == .ping)
        #expect(check.flags == 1)
        #expect(check.transaction == 7)
        #expect(check.observed == end("192.0.2.1:1"))
        #expect(check.rosterRank == roster.rank)
        #expect(check.rosterHash == roster.hash)
        #expect(check.counter == 1 << 32 | 1)
        let pong = seal(.pong, by: .other)
        #expect(try open(pong, by: .one).get().type == .pong)
    }

    @Test("a check that was seen before is refused, and so is one's own sent back")
    mutating func replay() {
        let ping = seal(.ping, by: .one)
        let results = [open(ping, by: .other), open(ping, by: .other), open(ping, by: .one)].map(reason)
        #expect(results == [nil, .replay, .tag])
    }

    @Test("a changed byte anywhere is refused")
    mutating func forged() throws {
        let ping = seal(.ping, by: .one)
        for index in [8, 16, 24, 36, 60, 122] {
            var forged = ping
            forged[index] ^= 1
            let result = open(forged, by: .other)
            #expect(reason(result) == .tag, "byte \(index)")
        }
        let result = open(ping, by: .other)
        #expect(reason(result) == nil)
    }

    @Test("candidates: the highest counter wins, an equal one repeats")
    mutating func candidates() {
        let older = seal(.candidates, by: .one)
        let newer = seal(.candidates, by: .one)
        let results = [newer, newer, older].map { open($0, by: .other) }
        #expect(results.map(reason) == [nil, nil, .replay])
    }

    @Test("pings that come in another order than they left are all taken")
    mutating func reordered() {
        let pings = (0..<5).map { _ in seal(.ping, by: .one) }
        let results = pings.reversed().map { open($0, by: .other) }
        #expect(results.allSatisfy { reason($0) == nil })
    }

    @Test(
        "a SWITCH counts only if it echoes one of our two latest challenges",
        arguments: [CheckType.switchPath, .switchAck])
    mutating func challenge(type: CheckType) {
        let unheard = seal(type, by: .one)
        let early = open(unheard, by: .other)
        #expect(reason(early) == .replay)
        // The other end speaks; its challenge is renewed every 10 s.
        _ = open(seal(.ping, by: .other, at: at(0)), by: .one)
        let first = seal(type, by: .one, at: at(0))
        let second = seal(type, by: .one, at: at(0))
        let third = seal(type, by: .one, at: at(0))
        let fresh = open(first, by: .other)
        #expect(reason(fresh) == nil)
        _ = seal(.ping, by: .other, at: at(10_000))
        let previous = open(second, by: .other)
        #expect(reason(previous) == nil)
        _ = seal(.ping, by: .other, at: at(20_000))
        let stale = open(third, by: .other)
        #expect(reason(stale) == .replay)
    }

    @Test("a check that was held back or repeated brings no old challenge back: the next SWITCH is taken")
    mutating func echo() {
        let list = seal(.candidates, by: .other)
        let held = seal(.ping, by: .other)
        for time in [0, 10_000, 20_000, 30_000] as [Int64] { _ = open(seal(.ping, by: .other, at: at(time)), by: .one) }
        let late = [list, list, held].map { reason(open($0, by: .one)) }
        #expect(late == [nil, nil, nil])
        let asked = open(seal(.switchPath, by: .one, at: at(30_000)), by: .other)
        #expect(reason(asked) == nil)
    }

    @Test("a check is fresh when its sender has heard one of the two latest challenges, and no recording is")
    mutating func fresh() throws {
        let unheard = try open(seal(.ping, by: .one), by: .other).get()
        #expect(!other.isFresh(unheard))
        _ = open(seal(.ping, by: .other), by: .one)
        let recorded = (0..<3).map { _ in seal(.ping, by: .one) }
        let first = try open(recorded[0], by: .other).get()
        #expect(other.isFresh(first))
        _ = seal(.ping, by: .other, at: at(10_000))
        let second = try open(recorded[1], by: .other).get()
        #expect(other.isFresh(second))
        other = try TestPair().session(ofChooser: false, incarnation: 2)
        _ = seal(.ping, by: .other, at: at(20_000))
        let third = try open(recorded[2], by: .other).get()
        #expect(!other.isFresh(third))
    }

    @Test("of two SWITCHes the newer counts: one that was held back is refused")
    mutating func heldSwitch() {
        _ = open(seal(.ping, by: .other), by: .one)
        let older = seal(.switchPath, by: .one)
        let newer = seal(.switchPath, by: .one)
        let results = [newer, older].map { reason(open($0, by: .other)) }
        #expect(results == [nil, .replay])
    }

    @Test("a session of a later start is taken, one of an earlier start is not")
    mutating func incarnations() throws {
        let pair = try TestPair()
        one = try pair.session(ofChooser: true, incarnation: 2)
        let later = open(seal(.ping, by: .one), by: .other)
        #expect(reason(later) == nil)
        one = try pair.session(ofChooser: true, incarnation: 1)
        let earlier = open(seal(.ping, by: .one), by: .other)
        #expect(reason(earlier) == .replay)
    }
}
