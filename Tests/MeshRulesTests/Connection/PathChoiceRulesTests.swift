import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Staying and moving")
struct PathChoiceRulesTests {
    /// A path that was pinged each 100 ms; the letters say which pings were answered (`a`) and which were not (`-`).
    private func path(remote: String = "192.0.2.1:1", relay: Bytes8? = nil, answers: String) -> Path {
        var path = Path(remote: end(remote), relay: relay)
        path.pinged(1, at: at(0))
        _ = path.ponged(1, observed: nil, at: at(40))
        for (index, letter) in answers.enumerated() {
            let sent = at(Int64(100 * (index + 1)))
            path.pinged(UInt64(2 + index), at: sent)
            if letter == "a" { _ = path.ponged(UInt64(2 + index), observed: nil, at: sent + .milliseconds(40)) }
            _ = path.countMisses(at: sent + .milliseconds(250))
        }
        return path
    }

    @Test("three lost answers silence a clean path, and not one that loses answers all the time")
    func endurance() {
        let clean = path(answers: "aaaaaaaaaa---")
        #expect(clean.isSilent)
        #expect(!clean.isLossy)
        let lossy = path(answers: "aa-aa-aa-aaa---")
        #expect(lossy.isLossy)
        #expect(!lossy.isSilent)
        #expect(lossy.isUsable(at: at(2_000)))
        let dead = path(answers: "aa-aa-aa-aaa" + String(repeating: "-", count: 14))
        #expect(dead.isSilent)
    }

    @Test("a draining relay is the last choice, and left for whatever is proven")
    func draining() {
        var near = path(remote: "203.0.113.1:1", relay: Bytes8(1), answers: "aaa")
        let far = path(remote: "203.0.113.2:1", relay: Bytes8(2), answers: "aaa")
        func choice(_ paths: [Path], current: Endpoint?) -> Endpoint? {
            PathSelector.choose(paths, current: current, .staying, at: at(1_000)).map { paths[$0].remote }
        }
        #expect(choice([near, far], current: near.remote) == near.remote)
        near.isDraining = true
        #expect(choice([near, far], current: near.remote) == far.remote)
        #expect(choice([near, far], current: nil) == far.remote)
        #expect(choice([near], current: near.remote) == near.remote)
        #expect(ConnectionCoordinator.relayEndpoint([near, far], only: Bytes8(1), at: at(1_000)) == nil)
    }

    @Test("what is merely better waits when a pair has moved often; three moves are free, then one a minute")
    func budget() {
        var budget = PeerBudget().improvements
        for second in 0..<3 {
            let isFree = budget.take(at: at(Int64(second) * 1_000))
            #expect(isFree)
        }
        let fourth = [3_000, 59_000, 60_000, 61_000].map { budget.take(at: at($0)) }
        #expect(fourth == [false, false, true, false])
    }
}
