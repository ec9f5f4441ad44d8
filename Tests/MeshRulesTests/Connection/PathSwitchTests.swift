import MeshWire
import Testing

@testable import MeshRules

@Suite("Changing the path")
struct PathSwitchTests {
    static let wanted = end("192.0.2.1:51820")

    @Test("SWITCH is asked every 200 ms until it is acknowledged")
    func asks() {
        var change = PathSwitch()
        change.begin(Self.wanted, flags: 0, transaction: 7, at: at(0))
        let dues = [0, 199, 200].map { change.handleTimeout(at: at($0)) }
        #expect(dues == [.ask(transaction: 7), .nothing, .ask(transaction: 7)])
        let paths = [8, 7].map { change.acknowledged($0) }
        #expect(paths == [nil, Self.wanted])
        #expect(change.phase == .idle)
        #expect(change.deadline == nil)
    }

    @Test("nobody answers: it is given up after ten")
    func givesUp() throws {
        var change = PathSwitch()
        change.begin(Self.wanted, flags: 0, transaction: 7, at: at(0))
        var asks = 0
        while let due = change.deadline {
            switch change.handleTimeout(at: due) {
            case .ask: asks += 1
            case .gaveUp(let path): #expect(path == Self.wanted)
            case .nothing: break
            }
        }
        #expect(asks == 10)
    }

    @Test("the same wish again does not begin anew")
    func idempotent() {
        var change = PathSwitch()
        change.begin(Self.wanted, flags: 0, transaction: 7, at: at(0))
        _ = change.handleTimeout(at: at(0))
        change.begin(Self.wanted, flags: 0, transaction: 9, at: at(50))
        let path = change.acknowledged(7)
        #expect(path == Self.wanted)
    }

    @Test("the guard stands until its counter has been still for two seconds")
    func guardStands() {
        var watch = RoamingWatch()
        let old = end("203.0.113.1:1")
        watch.moved(from: old, to: Self.wanted, at: at(0))
        #expect(watch.left == [old])
        let mayGo = [1_000, 2_900, 3_000].map { watch.sampled(hits: 5, at: at($0)) }
        #expect(mayGo == [false, false, true])
        #expect(!watch.standing)
        #expect(watch.hasJustLeft(old, at: at(5_000)))
        #expect(!watch.hasJustLeft(old, at: at(6_001)))
        #expect(!watch.hasJustLeft(Self.wanted, at: at(3_000)))
    }

    @Test("moving back takes the wanted path out of those left")
    func back() {
        var watch = RoamingWatch()
        let old = end("203.0.113.1:1")
        watch.moved(from: old, to: Self.wanted, at: at(0))
        watch.moved(from: Self.wanted, to: old, at: at(500))
        #expect(watch.left == [Self.wanted])
    }
}
