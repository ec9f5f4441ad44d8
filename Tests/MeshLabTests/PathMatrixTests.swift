import Testing

@testable import MeshLab

@Suite("PathMatrix")
struct PathMatrixTests {
    @Test(
        "which path two NATs allow",
        arguments: [
            (Site.Kind.open, Site.Kind.symmetric, PathMatrix.Path.direct),
            (.fullCone, .symmetric, .direct),
            (.restrictedCone, .symmetric, .direct),
            (.portRestricted, .symmetric, .relay),
            (.doubleNAT, .symmetric, .relay),
            (.symmetric, .symmetric, .relay),
            (.portRestricted, .portRestricted, .direct),
            (.doubleNAT, .portRestricted, .direct),
            (.open, .open, .direct),
            (.open, .udpBlocked, .none),
        ])
    func expected(a: Site.Kind, b: Site.Kind, path: PathMatrix.Path) {
        #expect(PathMatrix.expected(a, b) == path)
        #expect(PathMatrix.expected(b, a) == path)
    }

    @Test("the triangle marks what came out otherwise than expected, and what was not tried")
    func text() throws {
        let sites = try ["open1", "cone1", "symmetric1"].map { try Scenario.standard.site(named: $0) }
        var matrix = PathMatrix()
        matrix.record(sites[0], sites[1], path: .direct, latencyMs: 40)
        matrix.record(sites[2], sites[0], path: .relay, latencyMs: 90)
        let expected = """
                        open1       cone1
            cone1       direct
            symmetric1  relay !     ?
            """
        #expect(matrix.text(sites: sites.map(\.name)) == expected)
        #expect(matrix.surprises.map(\.a) == ["symmetric1"])
    }

    @Test("everybody meets everybody once, nobody two at a time", arguments: [0, 1, 2, 3, 7, 8])
    func tournament(count: Int) {
        let rounds = Tournament.rounds(of: Array(0..<count))
        let pairs = rounds.joined().map { Set([$0, $1]) }
        #expect(Set(pairs).count == count * (count - 1) / 2)
        #expect(pairs.count == Set(pairs).count)
        for round in rounds { #expect(Set(round.flatMap { [$0, $1] }).count == 2 * round.count) }
    }

    @Test("the status of a node tells path and latency, and other words tell nothing")
    func status() throws {
        let text =
            #"{"peers":[{"name":"b","path":{"kind":"relay","endpoint":"1.2.3.4:5"},"latencyMs":12.5}],"node":{}}"#
        let status = try #require(PairStatus(json: text))
        #expect(status.path == .relay)
        #expect(status.latencyMs == 12.5)
        #expect(PairStatus(json: #"{"peers":[]}"#)?.path == PathMatrix.Path.none)
        #expect(PairStatus(json: #"{"peers":[{"path":null}]}"#)?.path == PathMatrix.Path.none)
        #expect(PairStatus(json: "no node answers") == nil)
    }
}
