import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Who is accepted")
struct MembershipTests {
    let party: TestParty
    let anna: TestPerson
    let ben: TestPerson
    let cleo: TestPerson

    init() throws {
        (party, anna, ben, cleo) = (try TestParty(), try .anna(), try .ben(), try .cleo())
    }

    @Test("members are kept sorted by ID, each found by the tag of its machine")
    func members() throws {
        var membership = try party.membership(of: anna)
        for person in [ben, cleo] { _ = try membership.accept(party.card(person)) }
        #expect(membership.members.map(\.id) == [ben.id, cleo.id].sorted())
        #expect(membership.member(tag: party.keys.tag(of: ben.wg))?.id == ben.id)
        #expect(membership.member(tag: Tag(1)) == nil)
    }

    @Test("the higher sequence wins, the one held says nothing new, another card of equal sequence is refused")
    func sequence() throws {
        var membership = try party.membership(of: anna)
        let first = try party.card(ben, sequence: 5)
        let results = try [first, first, party.card(ben, sequence: 4), party.card(ben, sequence: 6, name: "benny")]
            .map { try membership.accept($0) }
        #expect(results.map { $0?.card.sequence } == [5, nil, nil, 6])
        #expect(membership.member(ben.id)?.card.name == "benny")
        let other = try party.card(ben, sequence: 6, name: "bernd")
        #expect(refusal { _ = try membership.accept(other) } == .duplicate)
        #expect(membership.member(ben.id)?.card.name == "benny")
    }

    @Test("a key or an address that somebody holds is refused, our own too")
    func duplicates() throws {
        var membership = try party.membership(of: anna)
        _ = try membership.accept(party.card(ben))
        let cards = try [
            party.card(cleo, wg: ben.wg), party.card(cleo, ipv4: ben.ipv4), party.card(cleo, wg: anna.wg),
            party.card(cleo, ipv4: anna.ipv4),
        ]
        let refusals = cards.map { card in refusal { _ = try membership.accept(card) } }
        #expect(refusals == [.duplicate, .duplicate, .duplicate, .duplicate])
        #expect(membership.members.map(\.id) == [ben.id])
    }

    @Test("the host's address is the host's alone")
    func fixedAddress() throws {
        var membership = try party.membership(of: anna)
        let card = try party.card(cleo, ipv4: TestParty.hostAddress)
        #expect(refusal { _ = try membership.accept(card) } == .address)
    }

    @Test("a newer roster names those who are out: kicked, unlisted in a closed party, at an address fixed to another")
    func outcasts() throws {
        let cases: [(Roster, [PeerID])] = try [
            (party.roster(sequence: 2), []),
            (
                party.roster(
                    sequence: 2, members: [party.hostRow, .init(identity: ben.identity.publicKey, status: .kicked)]),
                [ben.id]
            ),
            (party.roster(sequence: 2, flags: .closed), [ben.id, cleo.id].sorted()),
            (
                party.roster(
                    sequence: 2,
                    members: [party.hostRow, .init(identity: ben.identity.publicKey, status: .member, ipv4: cleo.ipv4)]),
                [ben.id, cleo.id].sorted()
            ),
        ]
        for (roster, expected) in cases {
            var membership = try party.membership(of: anna)
            for person in [ben, cleo] { _ = try membership.accept(party.card(person)) }
            let gone = try membership.accept(roster)
            #expect(gone == expected)
        }
    }

    @Test("who was kicked is not accepted again, however new the card")
    func kicked() throws {
        let row = Roster.Member(identity: ben.identity.publicKey, status: .kicked)
        var membership = try party.membership(of: anna, roster: party.roster(members: [party.hostRow, row]))
        let card = try party.card(ben, sequence: .max)
        #expect(refusal { _ = try membership.accept(card) } == .kicked)
    }

    @Test("an older roster changes nothing, another of equal rank raises the alarm, and the first is kept")
    func rosters() throws {
        let held = try party.roster(sequence: 3)
        var membership = try party.membership(of: anna, roster: held)
        let older = try membership.accept(party.roster(sequence: 2))
        #expect(older == nil)
        let same = try membership.accept(held)
        #expect(same == nil)
        let fork = try party.roster(sequence: 3, name: "another night")
        #expect(refusal { _ = try membership.accept(fork) } == .fork)
        #expect(membership.roster == held)
    }

    @Test("a key that is not the roster's makes no membership")
    func otherKey() throws {
        let other = try EpochKeys(party: party.party, epoch: 1, key: Bytes32())
        let roster = try party.roster(keys: other)
        #expect(throws: Refusal.epoch) { try party.membership(of: anna, roster: roster) }
    }

    /// Names of two others, and how they are shown; ID stands for the first four characters of the ID.
    static let names: [(String, String, String, String)] = [
        ("ben", "cleo", "ben", "cleo"),
        ("ben", "ben", "ben ID", "ben ID"),
        ("ben", "Ben", "ben ID", "Ben ID"),
        ("anna", "cleo", "anna ID", "cleo"),  // as this machine's own
        ("bill", "biIl", "bill ID", "biIl ID"),  // a capital i for an l
        ("tom", "t0m", "tom ID", "t0m ID"),
        ("carl", "саrl", "carl ID", "саrl ID"),  // Cyrillic с and а
        ("morna", "moma", "morna ID", "moma ID"),
        ("ann-lee", "ann lee", "ann-lee ID", "ann lee ID"),
        ("бен", "ben", "бен", "ben"),  // another word, not another letter
    ]

    @Test("equal and look-alike names get four characters of the ID", arguments: names)
    func displayNames(one: String, other: String, shownOne: String, shownOther: String) throws {
        var membership = try party.membership(of: anna)
        _ = try membership.accept(party.card(ben, name: one))
        _ = try membership.accept(party.card(cleo, name: other))
        func shown(_ text: String, _ id: PeerID) -> String {
            text.replacing("ID", with: String(id.hex.prefix(4)))
        }
        #expect(membership.displayName(of: ben.id) == shown(shownOne, ben.id))
        #expect(membership.displayName(of: cleo.id) == shown(shownOther, cleo.id))
    }

    @Test("a stranger is shown by its ID")
    func stranger() throws {
        #expect(try party.membership(of: anna).displayName(of: ben.id) == String(ben.id.hex.prefix(8)))
    }
}

@Suite("Sequences")
struct Sequence64Tests {
    @Test("rise with each use, and above all of an earlier start")
    func rises() {
        var sequence = Sequence64(incarnation: 3)
        let values = [sequence.next(), sequence.next()]
        #expect(values == [3 << 32 | 1, 3 << 32 | 2])
        var later = Sequence64(incarnation: 4)
        let next = later.next()
        #expect(next > values[1])
    }

    @Test("go on above a higher one that was met, never below")
    func goAbove() {
        var sequence = Sequence64(incarnation: 3)
        sequence.goAbove(9 << 32)
        sequence.goAbove(5)
        let next = sequence.next()
        #expect(next == 9 << 32 | 1)
    }

    @Test("stop at the last value, and never go on above one of the last incarnation", arguments: [0, 1 << 63, .max])
    func last(seen: UInt64) {
        var full = Sequence64(.max)
        let afterLast = full.next()
        #expect(afterLast == .max)
        var sequence = Sequence64(incarnation: 3)
        sequence.goAbove(seen)
        sequence.leap(.max)
        let next = sequence.next()
        #expect(next == (seen == 1 << 63 ? seen : 3 << 32) + 1)
    }
}
