import MeshWire
import Testing

@testable import MeshCore

@Suite("A peer is not removed and added again within 50 ms")
struct RemovalPauseTests {
    private let start = ContinuousClock.now
    private let peer = PublicKey([UInt8](repeating: 1, count: 32)) ?? PublicKey()
    private let other = PublicKey([UInt8](repeating: 2, count: 32)) ?? PublicKey()

    @Test(
        "the pause is what is left of 50 ms",
        arguments: [(0, 50), (20, 30), (49, 1), (50, nil), (1_000, nil)] as [(Int, Int?)])
    func pause(after: Int, left: Int?) {
        var pause = RemovalPause()
        pause.removed(peer, now: start)
        #expect(
            pause.pause(before: peer, now: start + .milliseconds(after)) == left.map { Duration.milliseconds($0) })
    }

    @Test("it concerns the removed peer only, counted from the last removal")
    func perPeer() {
        var pause = RemovalPause()
        #expect(pause.pause(before: peer, now: start) == nil)
        pause.removed(peer, now: start)
        #expect(pause.pause(before: other, now: start) == nil)
        pause.removed(other, now: start + .milliseconds(10))
        pause.removed(peer, now: start + .milliseconds(40))
        #expect(pause.pause(before: peer, now: start + .milliseconds(60)) == .milliseconds(30))
        #expect(pause.pause(before: other, now: start + .milliseconds(20)) == .milliseconds(40))
    }
}
