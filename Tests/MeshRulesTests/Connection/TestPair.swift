import MeshTestKit
import MeshWire

@testable import MeshRules

/// Two members of one party who have accepted each other's cards; the first has the lower WireGuard key.
struct TestPair {
    let party: TestParty
    let chooser: Membership
    let other: Membership

    init() throws {
        party = try TestParty()
        let people = try [TestPerson.anna(), TestPerson.ben()].sorted { $0.wg < $1.wg }
        var first = try party.membership(of: people[0])
        var second = try party.membership(of: people[1])
        _ = try first.accept(second.ownCard)
        _ = try second.accept(first.ownCard)
        (chooser, other) = (first, second)
    }

    func session(ofChooser: Bool, incarnation: UInt32 = 1) throws -> CheckSession {
        let own = ofChooser ? chooser : other
        return try CheckSession(membership: own, peer: own.members[0], incarnation: incarnation)
    }
}
