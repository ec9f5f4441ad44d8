import FoundationEssentials
import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("The node's store")
struct NodeStoreTests {
    private static let peer = Bytes16(PartyFixture.bytes(1, 1).bytes.span, at: 0)
    private static let relay = RelayInfo(
        key: PartyFixture.bytes(2, 2),
        endpoints: [Endpoint("192.0.2.1:51822"), Endpoint("[2001:db8::1]:51822")].compactMap { $0 },
        region: "eu-west")

    private func party(servers: [InviteCode.Server] = []) -> StoredParty {
        StoredParty(
            party: Self.peer, rootSeed: PartyFixture.bytes(3, 3), identitySeed: PartyFixture.bytes(4, 4),
            invite: "mtui1secret", epoch: 4_294_967_295, epochKey: PartyFixture.bytes(5, 5), servers: servers,
            memberName: "Zoë")
    }

    private var servers: [InviteCode.Server] {
        [
            .init(keyHash: Self.peer, host: .address(IPAddress(v4: 0xc000_0201)), port: 1),
            .init(keyHash: Bytes16(), host: .address(IPAddress(high: 0x2001_0db8_0000_0000, low: 1)), port: 65_535),
            .init(keyHash: Bytes16(), host: .name("control.example"), port: 51_821),
        ]
    }

    @Test("everything that was stored is there after a restart")
    func roundTrip() async throws {
        try await withScratchFolder { folder in
            let relayID = Self.relay.id
            let endpoint = try #require(Endpoint("198.51.100.7:40000"))
            var expected = StoredNode(incarnation: 2)
            expected.party = party(servers: servers)
            expected.roster = [1, 2, 3]
            expected.newestRoster = [7, 8]
            expected.cards = [[4, 5]]
            expected.relays = [Self.relay]
            expected.relayToken = [6]
            expected.pins = [Self.peer: relayID]
            expected.lastPaths = [Self.peer: endpoint]
            let store = try await NodeStore.open(folder: folder)
            #expect(try await store.load() == StoredNode(incarnation: 1))
            for record: Record in [
                .party(party()), .party(party(servers: servers)), .roster([9]), .roster([1, 2, 3]),
                .newestRoster([7]), .newestRoster([7, 8]), .card(Self.peer, [4, 5]),
                .card(Bytes16(), [1]), .forgetCard(Bytes16()), .relays([Self.relay, Self.relay], token: nil),
                .relays([Self.relay], token: [6]), .pin(Self.peer, relay: relayID), .pin(Bytes16(), relay: relayID),
                .pin(Bytes16(), relay: nil), .lastPath(Self.peer, endpoint),
            ] {
                try await store.apply([record])
            }
            #expect(try await NodeStore.open(folder: folder).load() == expected)
        }
    }

    @Test("the start after one that went on above itself goes on above that")
    func raisedIncarnation() async throws {
        try await withScratchFolder { folder in
            let store = try await NodeStore.open(folder: folder)
            _ = try await store.load()
            try await store.apply([.incarnation(4_000_000_000)])
            #expect(try await NodeStore.open(folder: folder).load() == StoredNode(incarnation: 4_000_000_001))
        }
    }

    @Test("the incarnation rises with each load, also after the party was left")
    func incarnation() async throws {
        try await withScratchFolder { folder in
            for expected: UInt32 in 1...3 {
                let store = try await NodeStore.open(folder: folder)
                let node = try await store.load()
                #expect(node == StoredNode(incarnation: expected))
                try await store.apply([.party(party())])
                try await store.apply([.roster([1])])
                try await store.apply([.forgetParty])
            }
        }
    }

    @Test("nobody else may look at the secrets")
    func permissions() async throws {
        try await withScratchFolder { folder in
            let store = try await NodeStore.open(folder: folder + "/deep/state")
            try await store.apply([.party(party())])
            #expect(try mode(of: folder + "/deep/state") == 0o700)
            for file in try FileManager.default.contentsOfDirectory(atPath: folder + "/deep/state") {
                #expect(try mode(of: folder + "/deep/state/" + file) == 0o600, "\(file)")
            }
        }
    }

    @Test("a file that is no database is told as damaged, and is not touched")
    func damaged() async throws {
        try await withScratchFolder { folder in
            try PrivateFile.makeFolder(folder)
            let garbage = [UInt8](repeating: 0x41, count: 8_192)
            try PrivateFile.write(garbage, to: folder + "/node.sqlite")
            let problem = await #expect(throws: StorageProblem.self) { _ = try await NodeStore.open(folder: folder) }
            guard case .damaged(let path, _) = problem else {
                Issue.record("\(String(describing: problem))")
                return
            }
            #expect(path == folder + "/node.sqlite")
            #expect(try PrivateFile.read(path) == garbage)
        }
    }

    @Test("a folder that can't be made is told with its reason")
    func unusable() async throws {
        try await withScratchFolder { folder in
            try PrivateFile.makeFolder(folder)
            try PrivateFile.write([1], to: folder + "/file")
            let problem = await #expect(throws: StorageProblem.self) {
                _ = try await NodeStore.open(folder: folder + "/file/state")
            }
            #expect("\(try #require(problem))".contains("Not a directory"))
        }
    }

    @Test("a full disk is told as such, and what was stored before is still there")
    func full() async throws {
        try await withScratchFolder { folder in
            let store = try await NodeStore.open(folder: folder)
            try await store.apply([.roster([1])])
            try await store.database.limit(pages: 40)
            let problem = await #expect(throws: StorageProblem.self) {
                try await store.apply([.roster([UInt8](repeating: 1, count: 1 << 20))])
            }
            #expect(problem == .full(path: folder + "/node.sqlite"))
            #expect(try await store.load().roster == [1])
        }
    }

    @Test("of the records of one transaction all are kept, or none")
    func allOrNone() async throws {
        try await withScratchFolder { folder in
            let store = try await NodeStore.open(folder: folder)
            try await store.database.limit(pages: 40)
            await #expect(throws: StorageProblem.self) {
                try await store.apply([
                    .newestRoster([2]), .card(PeerID(), [3]), .roster([UInt8](repeating: 1, count: 1 << 20)),
                ])
            }
            let kept = try await store.load()
            #expect(kept.newestRoster == nil)
            #expect(kept.cards.isEmpty)
        }
    }

    @Test("a file of a newer version is left alone")
    func newer() async throws {
        try await withScratchFolder { folder in
            let store = try await NodeStore.open(folder: folder)
            try await store.database.pretendMigration("999")
            let problem = await #expect(throws: StorageProblem.self) { _ = try await NodeStore.open(folder: folder) }
            #expect(problem == .newer(path: folder + "/node.sqlite"))
        }
    }
}
