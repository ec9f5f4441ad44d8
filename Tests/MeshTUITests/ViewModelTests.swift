import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

struct ViewModelTests {
    @Test(
        "a steady number ignores what is too small to matter",
        arguments: [
            ([12.0, 12.9, 11.1], 12), ([12, 13.5], 14), ([100, 104], 100), ([100, 106], 106), ([0.3], 0),
            ([0, 0.9], 0),
            ([-1], nil), ([1e300], 999_999), ([.infinity], nil),
        ] as [([Double], Int?)])
    func steadyNumber(_ values: [Double], _ expected: Int?) {
        var number = SteadyNumber()
        for value in values { number.take(value) }
        #expect(number.shown == expected)
    }

    @Test("a lost measurement shows nothing at once")
    func steadyNumberLoss() {
        var number = SteadyNumber()
        number.take(12)
        number.take(nil)
        #expect(number.shown == nil)
        #expect(SteadyNumber.milliseconds(nil) == "–")
        #expect(SteadyNumber.milliseconds(0) == "<1 ms")
        #expect(SteadyNumber.milliseconds(12_345) == "12 s")
    }

    @Test(
        "ages go in coarse steps",
        arguments: [
            (0.0, "just now"), (4.9, "just now"), (7, "5 s ago"), (29, "15 s ago"), (59, "45 s ago"), (61, "1 min ago"),
            (7200, "2 h ago"), (200_000, "2 d ago"), (-.infinity, "just now"),
        ] as [(Double, String)])
    func ages(_ seconds: Double, _ expected: String) {
        #expect(CoarseAge.text(seconds: seconds) == expected)
    }

    @Test(
        "the sparkline's scale is fixed and logarithmic",
        arguments: [(0.0, 0), (1, 0), (5, 1), (13, 2), (30, 3), (70, 4), (170, 5), (400, 6), (500, 7), (9999, 7)])
    func sparklineLevels(_ milliseconds: Double, _ level: Int) {
        #expect(Sparkline.level(milliseconds) == level)
    }

    @Test("a sparkline's cell shows the worst of its samples, and loss before that")
    func sparklineSteps() {
        let history = SampleHistory([1, 1, 5, 400, 30, nil, 70, 70, 900])
        let steps = Sparkline.steps(history, perStep: 2)
        #expect(
            steps == Array(repeating: .none, count: 6) + [.level(0), .level(6), .loss, .level(4)])
        #expect(Sparkline.text(steps, .braille) == "······▁▇╳▅")
    }

    @Test("the graph's scale rises at once and falls reluctantly")
    func graphScale() {
        var scale = GraphScale()
        var tops: [Double] = []
        for highest in [5.0, 25, 15, 11, 9, 20_000] {
            scale.take(highest)
            tops.append(scale.top)
        }
        #expect(tops == [10, 30, 30, 30, 10, 5000])
    }

    @Test("snapshots that look alike make equal view models")
    func quiet() {
        var view = ViewModel()
        view.take(ScreenSample.party(), utcOffset: 0)
        let before = view
        var later = ScreenSample.party()
        later.peers[0].latencyMs = 15.4
        later.peers[0].rxBytes += 5000
        later.peers[0].lastHandshakeAgeS = 22
        view.take(later, utcOffset: 0)
        #expect(view == before)
    }

    @Test("a new sample keeps the places of the others")
    func history() {
        var history = SampleHistory([1, 2, nil])
        history.take([1, 2, nil, 4])
        #expect(history.end == 4)
        history.take([nil, 4, 5, 6])
        #expect(history.end == 6)
        #expect(history[3] == .some(4) && history[2] == .some(nil) && history[1] == nil)
        history.take([nil, 4, 5, 6])
        #expect(history.end == 6)
        history.take([50, 60])
        #expect(history.end == 8)
        #expect(history.worst(2..<6) == .none)
        #expect(history.worst(6..<8) == .value(60))
    }

    @Test("what others chose is sanitised before it is shown")
    func hostile() {
        var snapshot = ScreenSample.party()
        snapshot.peers[0].name = "\u{1b}]0;pwned\u{7}bob\u{202e}"
        snapshot.events = [EventStatus(at: 0, level: .info, subject: "a\nb", message: "\u{1b}[2J")]
        var view = ViewModel()
        view.take(snapshot, utcOffset: 3600)
        #expect(view.peers[0].name == "]0;pwnedbob")
        #expect(view.events[0].subject == "a b")
        #expect(view.events[0].message == "[2J")
        #expect(view.events[0].time == "01:00:00")
    }

    @Test("a party is yours when its host is nobody else")
    func hosts() {
        var view = ViewModel()
        view.take(ScreenSample.party(), utcOffset: 0)
        #expect(view.parties.map(\.host) == [.me])
        #expect(view.parties.map(\.members) == [5])
        var other = ScreenSample.party()
        other.parties[0].hostID = ScreenSample.peerID(1)
        view.take(other, utcOffset: 0)
        #expect(view.activeParty?.host == .member("bob"))
    }
}
