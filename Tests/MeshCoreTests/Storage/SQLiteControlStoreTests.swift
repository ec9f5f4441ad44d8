import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("The control plane's store")
struct SQLiteControlStoreTests {
    private let party = Bytes16(PartyFixture.bytes(1, 1).bytes.span, at: 0)
    private let peer = Bytes16(PartyFixture.bytes(2, 1).bytes.span, at: 0)

    private func stored(_ id: PeerID, _ card: [UInt8], candidates: [AddressedCheck] = []) -> StoredPeer {
        StoredPeer(
            id: id, card: card, nat: PeerNAT(type: .symmetric, mapping: .addressDependent, filtering: .unknown),
            lastHeartbeat: 2_000_000_000, candidates: candidates)
    }

    private var relay: RelayAnnouncement {
        RelayAnnouncement(
            key: PartyFixture.bytes(3, 1), endpoints: [Endpoint(IPAddress(v4: 0xc000_0201), 51_822)], region: "",
            capacity: .max, load: 0)
    }

    @Test("records come back as they were written, the newest of each")
    func roundTrip() async throws {
        try await withScratchFolder { folder in
            let other = Bytes16()
            let checks = [AddressedCheck(peer: other, check: [7]), AddressedCheck(peer: peer, check: [8])]
            let grants: [[UInt8]] = [[1], [2]]
            let welcomes = [
                SealedWelcome(g0: PartyFixture.bytes(9, 1), welcome: [3]),
                SealedWelcome(g0: PartyFixture.bytes(8, 1), welcome: [4]),
            ]
            let store = try SQLiteControlStore(folder: folder)
            try await store.apply([
                .party(party, roster: [1], used: 1), .welcomes(party, []), .peer(party, stored(peer, [1])),
                .address(party, peer, 5), .relay(relay),
            ])
            try await store.apply([
                .party(party, roster: [2], used: 2), .welcomes(party, welcomes), .grants(party, grants),
                .peer(party, stored(peer, [9], candidates: checks)), .peer(party, stored(other, [8])),
                .removePeer(party, other), .address(party, peer, 0xffff_fffe), .address(party, other, 6),
                .address(party, other, nil),
            ])
            let expected: [ControlRecord] = [
                .party(party, roster: [2], used: 2), .welcomes(party, welcomes), .grants(party, grants),
                .address(party, peer, 0xffff_fffe), .peer(party, stored(peer, [9], candidates: checks)), .relay(relay),
            ]
            #expect(try await SQLiteControlStore(folder: folder).load() == expected)
        }
    }

    @Test("a party goes with all that belongs to it")
    func removesParty() async throws {
        try await withScratchFolder { folder in
            let store = try SQLiteControlStore(folder: folder)
            try await store.apply([
                .party(party, roster: [1], used: 1), .welcomes(party, [SealedWelcome(g0: PublicKey(), welcome: [1])]),
                .peer(party, stored(peer, [1], candidates: [AddressedCheck(peer: Bytes16(), check: [1])])),
                .address(party, peer, 5), .grants(party, [[1]]),
            ])
            try await store.apply([.removeParty(party)])
            #expect(try await store.load() == [])
        }
    }

    @Test("a batch of which one record can't be kept leaves nothing behind")
    func atomic() async throws {
        try await withScratchFolder { folder in
            let store = try SQLiteControlStore(folder: folder)
            // A peer without its party breaks a rule of the schema.
            await #expect(throws: StorageProblem.self) {
                try await store.apply([.party(party, roster: [1], used: 1), .peer(Bytes16(), stored(peer, [1]))])
            }
            #expect(try await store.load() == [])
        }
    }

    @Test("a file that is no database is told as damaged, and is not touched")
    func noDatabase() async throws {
        try await withScratchFolder { folder in
            try PrivateFile.makeFolder(folder)
            let garbage = [UInt8](repeating: 0x41, count: 8_192)
            try PrivateFile.write(garbage, to: folder + "/control.sqlite")
            let problem = #expect(throws: StorageProblem.self) { _ = try SQLiteControlStore(folder: folder) }
            #expect("\(try #require(problem))".hasPrefix("\(folder)/control.sqlite is damaged"))
            #expect(try PrivateFile.read(folder + "/control.sqlite") == garbage)
        }
    }

    @Test("a database with broken pages is told as damaged, by the time its records are read")
    func brokenPages() async throws {
        try await withScratchFolder { folder in
            let path = folder + "/control.sqlite"
            try await SQLiteControlStore(folder: folder).apply([.party(party, roster: [1], used: 1), .relay(relay)])
            var bytes = try #require(try PrivateFile.read(path))
            try #require(bytes.count > 8_192)
            for place in 4_096..<bytes.count { bytes[place] = 0xff }
            try PrivateFile.write(bytes, to: path)
            let problem = await #expect(throws: StorageProblem.self) {
                _ = try await SQLiteControlStore(folder: folder).load()
            }
            #expect("\(try #require(problem))".hasPrefix("\(path) is damaged"))
        }
    }

    @Test("a file of a newer version is left alone")
    func newer() async throws {
        try await withScratchFolder { folder in
            let store = try SQLiteControlStore(folder: folder)
            try await store.database.pretendMigration("999")
            let problem = #expect(throws: StorageProblem.self) { _ = try SQLiteControlStore(folder: folder) }
            #expect(problem == .newer(path: folder + "/control.sqlite"))
        }
    }
}
