import Testing

@testable import MeshLab

@Suite("Fault")
struct FaultTests {
    @Test(
        "a fault is the same as text and as a value",
        arguments: [
            (["cut", "a", "b"], Fault.cut("a", "b", oneWay: false)),
            (["cut", "a", "b", "one-way"], .cut("a", "b", oneWay: true)),
            (["mend", "a", "b"], .mend("a", "b")),
            (["loss", "a", "b", "12.5"], .loss("a", "b", percent: 12.5)),
            (["delay", "a", "b", "80.0"], .delay("a", "b", milliseconds: 80)),
        ])
    func text(words: [String], fault: Fault) throws {
        #expect(try Fault(words: words) == fault)
        #expect(fault.words == words)
    }

    @Test(
        "what makes no sense is refused",
        arguments: [
            [], ["cut"], ["cut", "a"],
            ["cut", "a", "a"],  // a site and itself
            ["cut", "a", "b", "twice"],
            ["mend", "a", "b", "c"],
            ["loss", "a", "b"], ["loss", "a", "b", "101"], ["loss", "a", "b", "much"], ["loss", "a", "b", "nan"],
            ["delay", "a", "b", "-1"], ["delay", "a", "b", "10001"],
            ["burn", "a", "b"],
        ])
    func refused(words: [String]) {
        #expect(throws: LabProblem.self) { try Fault(words: words) }
    }
}
