import MeshRules
import MeshWire
import Testing

@testable import MeshControlServer

@Suite("What a connection may cost")
struct ConnectionRulesTests {
    private enum Event { case received, headRead, answerBegun, answered, outputClosed, sent(UInt64, waiting: Bool) }

    private static let rows: [(events: [(Int, Event)], ends: Int?)] = [
        ([], 10),
        ([(9, .received)], 10),  // half a head
        ([(2, .headRead)], 32),
        ([(2, .headRead), (20, .received)], 32),  // half a body
        ([(2, .headRead), (3, .answerBegun)], nil),  // an event stream
        ([(2, .headRead), (3, .answerBegun), (4, .answered)], 79),
        ([(2, .headRead), (3, .answerBegun), (4, .answered), (50, .received)], 60),
        ([(2, .headRead), (3, .answerBegun), (4, .answered), (50, .received), (59, .received)], 60),
        ([(2, .headRead), (3, .answerBegun), (4, .answered), (5, .outputClosed)], 15),
        ([(2, .headRead), (3, .answerBegun), (4, .outputClosed), (5, .answered)], 14),
        ([(2, .headRead), (3, .answerBegun), (3, .sent(9, waiting: true))], 18),
        ([(2, .headRead), (3, .answerBegun), (3, .sent(9, waiting: true)), (9, .sent(9, waiting: true))], 18),
        ([(2, .headRead), (3, .answerBegun), (3, .sent(9, waiting: true)), (9, .sent(10, waiting: true))], 24),
        ([(2, .headRead), (3, .answerBegun), (3, .sent(9, waiting: true)), (9, .sent(10, waiting: false))], nil),
    ]

    @Test("10 s to a head, 30 s to a body, 15 s for a write without progress", arguments: rows.indices)
    func deadlines(_ row: Int) {
        let start = ContinuousClock.now
        var deadlines = ConnectionDeadlines(limits: ConnectionLimits(), now: start)
        for (second, event) in Self.rows[row].events {
            let now = start.advanced(by: .seconds(second))
            switch event {
            case .received: deadlines.received(now: now)
            case .headRead: deadlines.headRead(now: now)
            case .answerBegun: deadlines.answerBegun(now: now)
            case .answered: deadlines.answered(now: now)
            case .outputClosed: deadlines.outputClosed(now: now)
            case .sent(let count, let waiting): deadlines.wrote(sent: count, waiting: waiting, now: now)
            }
        }
        #expect(deadlines.deadline.map { start.duration(to: $0) } == Self.rows[row].ends.map { .seconds($0) })
    }

    private func source(_ number: UInt32) -> SourceBlock { SourceBlock(IPAddress(v4: number)) }

    @Test("a source has its share and no more, and gets it back when it leaves")
    func shares() {
        var book = ConnectionBook(all: 10, ofSource: 2)
        let first = (1...3).map { book.enter($0, from: source(1)) }
        #expect(first == [.admitted, .admitted, .refused])
        let other = book.enter(4, from: source(2))
        book.leave(1)
        book.leave(1)
        let again = (5...6).map { book.enter($0, from: source(1)) }
        #expect(other == .admitted && again == [.admitted, .refused])
        #expect(book.count == 3)
    }

    @Test("a full server closes who has waited longest, and never who has a request under way")
    func replacing() {
        var book = ConnectionBook(all: 3, ofSource: 2)
        for id in UInt64(1)...3 { _ = book.enter(id, from: source(UInt32(id))) }
        book.setWaiting(1, false)
        let fourth = book.enter(4, from: source(4))
        #expect(fourth == .replaces(2))
        // 3 has asked meanwhile, and waits again: 4 has waited longer.
        book.setWaiting(3, false)
        book.setWaiting(3, true)
        let fifth = book.enter(5, from: source(5))
        #expect(fifth == .replaces(4))
        for id in [UInt64(1), 3, 5] { book.setWaiting(id, false) }
        let sixth = book.enter(6, from: source(6))
        #expect(sixth == .refused && book.count == 3)
    }

    @Test("connections that come and go for days leave nothing behind")
    func churn() {
        var book = ConnectionBook(all: 8, ofSource: 4)
        for id in UInt64(1)...20_000 {
            _ = book.enter(id, from: source(UInt32(id % 100)))
            book.setWaiting(id, false)
            book.setWaiting(id, true)
            if id % 3 != 0 { book.leave(id) }
        }
        #expect(book.count <= 8)
        #expect(book.remembered <= 17)
    }

    @Test("an address that floods is told to wait, and others are served")
    func budget() {
        var budget = RequestBudget()
        let (first, second) = (IPAddress(v4: 0xc000_0201), IPAddress(v4: 0xc000_0202))
        let served = (0..<1_000).count { _ in budget.spend(first, now: .zero) }
        let other = budget.spend(second, now: .zero)
        let early = budget.spend(first, now: .milliseconds(10))
        let later = budget.spend(first, now: .milliseconds(100))
        #expect(served == Int(RequestBudget.burst))
        #expect(other && !early && later)
    }

    @Test("a site of 256 households has four times the budget of one")
    func siteBudget() {
        var budget = RequestBudget()
        let served = (0..<10_000).count { number in
            let address = IPAddress(high: 0x2001_0db8_0001_0000 | UInt64(number % 256) << 8, low: 1)
            return budget.spend(address, now: .zero)
        }
        #expect(served == 4 * Int(RequestBudget.burst))
    }

    @Test("a flood of sources gives nobody an empty bucket back")
    func crowdedBudget() {
        var budget = RequestBudget()
        let flooder = IPAddress(v4: 0xc000_0201)
        while budget.spend(flooder, now: .zero) {}
        for number in UInt32(0)..<50_000 { _ = budget.spend(IPAddress(v4: 0xcb00_0000 + number), now: .zero) }
        let again = budget.spend(flooder, now: .zero)
        #expect(!again)
    }
}
