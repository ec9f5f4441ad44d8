import Foundation
import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("What PROTOCOL.md refuses because of what is held")
struct HeldRefusalTests {
    let vectors: RefusalVectors

    init() throws { vectors = try RefusalVectors.read() }

    @Test("what runs here, and what runs at the relay, is all that MeshWireTests leaves out")
    func complete() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let other = try String(
            contentsOf: folder.appending(path: "MeshWireTests/RefusalVectorTests.swift"), encoding: .utf8)
        let start = try #require(other.range(of: "runInMeshRules: Set<String> = [")).upperBound
        let end = try #require(other.range(of: "]", range: start..<other.endIndex)).lowerBound
        let lines = other[start..<end].split(separator: "\n").map { $0.drop { $0 == " " } }
        let named = Set(lines.filter { !$0.isEmpty }.map { String($0.dropFirst().dropLast(2)) })
        #expect(named == RefusalVectors.runHere.union(RefusalVectors.runAtTheRelay))
        #expect(named.isSubset(of: Set(vectors.refusals.map(\.what))))
    }

    @Test("is refused for the reason named", arguments: RefusalVectors.runHere.sorted())
    func refused(what: String) throws {
        let vector = try #require(vectors.refusals.first { $0.what == what })
        let expected = try #require(Refusal(rawValue: vector.refusal))
        if what.hasPrefix("WELCOME") {
            #expect(try welcome(vector) == .mistrust("\(expected)"))
        } else if what.hasPrefix("card with") {
            #expect(try heldCard(vector) == expected)
        } else if what.hasPrefix("card") {
            let card = try vectors.card(hex: vector.input)
            let roster = try vectors.roster(vector.given?.roster)
            #expect(throws: expected) { try roster.check(card) }
        } else {
            let roster = try vectors.roster(hex: vector.input)
            let held = try vectors.roster(vector.given?.heldRoster)
            #expect(throws: expected) { try roster.supersedes(held) }
        }
    }

    /// A friend with the vectors' invite, and a server that serves this WELCOME.
    private func welcome(_ vector: RefusalVectors.Refused) throws -> CommandRefusal? {
        let given = try InviteCode(text: vectors.invite[0].text)
        let invite = try InviteCode(
            party: given.party, secret: given.secret, minEpoch: vector.given?.minEpoch ?? 1, servers: given.servers,
            hosts: [])
        var flow = try JoinFlow(
            invite: invite, memberName: "anna", wireGuardPrivate: vectors.key("wg_a_private"), incarnation: 1)
        let roster = try vectors.roster(vector.given?.roster)
        let begun = try Begun(
            nonce: Bytes32(), keyHash: invite.servers[0].keyHash, roster: roster.bytes, ipv4: roster.subnet + 77,
            welcome: vectors.bytes(vector.input))
        return commandRefusal { _ = try flow.begun(begun) }
    }

    /// A third member who holds the vectors' card and gets this one.
    private func heldCard(_ vector: RefusalVectors.Refused) throws -> Refusal? {
        let roster = try vectors.roster(vector.given?.roster)
        let keys = try EpochKeys(party: roster.party, epoch: 1, key: vectors.key("K1"))
        let cleo = try TestPerson("cleo", seed: 13, ipv4: roster.subnet + 99)
        let own = try Card.make(
            party: roster.party, keys: keys, sequence: 1, identity: cleo.identity, wg: cleo.wg, ipv4: cleo.ipv4,
            name: "cleo")
        var membership = try Membership(
            stored: StoredParty(
                party: roster.party, rootSeed: nil, identitySeed: cleo.identity.seed, invite: nil, epoch: 1,
                epochKey: keys.key, servers: [], memberName: "cleo"),
            roster: roster, ownCard: own, wireGuardPrivate: cleo.wgPrivate, sequence: Sequence64(incarnation: 1))
        for index in vector.given?.held ?? [] { _ = try membership.accept(vectors.card(index)) }
        let card = try vectors.card(hex: vector.input)
        return refusal { _ = try membership.accept(card) }
    }
}
