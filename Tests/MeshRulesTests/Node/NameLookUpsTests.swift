import MeshWire
import Testing

@testable import MeshRules

@Suite("When names are looked up")
struct NameLookUpsTests {
    private static let (a, b, c) = (IPAddress(v4: 0xc000_0201), IPAddress(v4: 0xc000_0202), IPAddress(v4: 0xc000_0203))
    private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    /// Carries a name that gives one list of addresses (none: it fails) through a while.
    /// - Returns: The seconds at which it was asked for.
    private func asked(_ lookUps: inout NameLookUps, _ answer: [IPAddress], from: Int64 = 0, until end: Int64)
        -> [Int64]
    {
        (from...end).filter { second in
            let names = lookUps.begin(at: at(second))
            for name in names { _ = lookUps.answered(name, answer, at: at(second)) }
            return !names.isEmpty
        }
    }

    @Test("a name that is found is asked for again every three minutes, one that is not at growing pauses")
    func pace() {
        var found = NameLookUps()
        found.want(["x"], at: at(0))
        let timesFound = asked(&found, [Self.a], until: 600)
        #expect(timesFound == [0, 180, 360, 540])
        var lost = NameLookUps()
        lost.want(["x"], at: at(0))
        let timesLost = asked(&lost, [], until: 700)
        #expect(timesLost == [0, 5, 15, 35, 75, 155, 315, 495, 675])
        #expect(lost.missing == ["x"])
    }

    @Test("all names are asked for side by side, and none again while it is under way")
    func sideBySide() {
        var lookUps = NameLookUps()
        lookUps.want(["dead", "x", "y", "x"], at: at(0))
        let first = lookUps.begin(at: at(0))
        #expect(first == ["dead", "x", "y"])
        let hasMoved = lookUps.answered("y", [Self.b], at: at(0))
        #expect(hasMoved)
        #expect(lookUps.address(of: "y") == Self.b)
        #expect(lookUps.deadline == at(5))
        // The name server of one says nothing for minutes: the others go on as if it were not there.
        let hasFoundX = lookUps.answered("x", [Self.a], at: at(1))
        #expect(hasFoundX)
        let second = lookUps.begin(at: at(5))
        #expect(second == [])
        #expect(lookUps.missing == ["dead"])
        #expect(lookUps.deadline == at(180))
        let third = lookUps.begin(at: at(181))
        #expect(third == ["x", "y"])
        let hasFoundDead = lookUps.answered("dead", [Self.c], at: at(200))
        #expect(hasFoundDead)
        #expect(lookUps.missing == [] && lookUps.address(of: "dead") == Self.c)
    }

    @Test("a failed look-up drops nothing")
    func failure() {
        var lookUps = NameLookUps()
        lookUps.want(["x"], at: at(0))
        _ = asked(&lookUps, [Self.a], until: 0)
        let count = asked(&lookUps, [], from: 1, until: 900).count
        #expect(count == 9)
        #expect(lookUps.address(of: "x") == Self.a)
        #expect(lookUps.missing == [])
    }

    @Test("an address that answers is kept although the name gives others")
    func kept() {
        var lookUps = NameLookUps()
        lookUps.want(["x"], at: at(0))
        _ = asked(&lookUps, [Self.a], until: 0)
        _ = asked(&lookUps, [Self.b, Self.c], from: 1, until: 1_000)
        #expect(lookUps.address(of: "x") == Self.a)
    }

    @Test(
        "an address that is silent is left for another of the name's",
        arguments: [([b], b), ([b, c], b), ([a, b, c], b), ([c, a], c), ([a], a)] as [([IPAddress], IPAddress)])
    func silent(_ answer: [IPAddress], _ expected: IPAddress) {
        var lookUps = NameLookUps()
        lookUps.want(["x"], at: at(0))
        _ = asked(&lookUps, [Self.a], until: 0)
        lookUps.heard(silent: [Self.a], at: at(20))
        #expect(lookUps.deadline == at(20))
        let again = lookUps.begin(at: at(20))
        #expect(again == ["x"])
        let hasMoved = lookUps.answered("x", answer, at: at(20))
        #expect(hasMoved == (expected != Self.a))
        #expect(lookUps.address(of: "x") == expected)
    }

    @Test("a silence that the name server can't end is asked about at growing pauses, and its end at the usual one")
    func silence() {
        var lookUps = NameLookUps()
        lookUps.want(["x"], at: at(0))
        _ = asked(&lookUps, [Self.a], until: 0)
        lookUps.heard(silent: [Self.a], at: at(10))
        let whileSilent = asked(&lookUps, [Self.a], from: 10, until: 100)
        #expect(whileSilent == [10, 15, 25, 45, 85])
        lookUps.heard(silent: [], at: at(100))
        let afterwards = asked(&lookUps, [Self.a], from: 100, until: 500)
        #expect(afterwards == [280, 460])
    }

    @Test("names that are wanted no longer are not asked for, and the others keep what is known")
    func wanted() {
        var lookUps = NameLookUps()
        lookUps.want(["x", "y"], at: at(0))
        _ = asked(&lookUps, [Self.a], until: 0)
        lookUps.want(["y", "z"], at: at(1))
        let begun = lookUps.begin(at: at(1))
        #expect(begun == ["z"])
        #expect(lookUps.address(of: "y") == Self.a && lookUps.address(of: "x") == nil)
        let hasMoved = lookUps.answered("x", [Self.b], at: at(2))
        #expect(!hasMoved)
    }
}
