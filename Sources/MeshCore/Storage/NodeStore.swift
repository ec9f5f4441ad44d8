import FoundationEssentials
import GRDB
package import MeshRules
import MeshWire

/// What a node must not lose, in an SQLite file that only its owner reads: it holds the party's secrets.
package struct NodeStore: Sendable {
    let database: StateDatabase
    private static let roster = "roster"
    private static let newestRoster = "newestRoster"
    private static let relayToken = "relayToken"

    private init(folder: String) throws(StorageProblem) {
        try PrivateFile.makeFolder(folder)
        database = try StateDatabase(path: folder + "/node.sqlite", migrator: NodeSchema.migrator)
    }

    /// Opens or makes `folder`/node.sqlite (0600) and, if need be, the folder (0700).
    @concurrent
    package static func open(folder: String) async throws(StorageProblem) -> NodeStore { try NodeStore(folder: folder) }

    /// Everything that is kept, under an incarnation that is one above the last and durable: no sequence or counter of
    /// this run can have been used before.
    package func load() async throws(StorageProblem) -> StoredNode {
        try await database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO incarnation (id, value) VALUES (1, 1)
                    ON CONFLICT (id) DO UPDATE SET value = value + 1
                    """)
            let incarnation = try Int64.fetchOne(db, sql: "SELECT value FROM incarnation") ?? 0
            guard let incarnation = UInt32(exactly: incarnation) else { throw UnreadableColumn(column: "incarnation") }
            var node = StoredNode(incarnation: incarnation)
            node.party = try NodePartyRow.fetchOne(db, sql: "SELECT * FROM party")?.stored()
            node.roster = try Self.statement(Self.roster, db)
            node.newestRoster = try Self.statement(Self.newestRoster, db)
            node.relayToken = try Self.statement(Self.relayToken, db)
            node.cards = try NodeCardRow.fetchAll(db, sql: "SELECT * FROM card ORDER BY peer").map { [UInt8]($0.card) }
            node.relays = try NodeRelayRow.fetchAll(db, sql: "SELECT * FROM relay ORDER BY position").map {
                try $0.info
            }
            for row in try PinRow.fetchAll(db) {
                node.pins[try PeerID(row.peer, "peer")] = try Bytes8(row.relay, "relay")
            }
            for row in try LastPathRow.fetchAll(db) {
                guard let endpoint = Endpoint(row.endpoint) else { throw UnreadableColumn(column: "endpoint") }
                node.lastPaths[try PeerID(row.peer, "peer")] = endpoint
            }
            return node
        }
    }

    /// Returns when the records are durable. One transaction: all of them are kept, or none.
    package func apply(_ records: [MeshRules.Record]) async throws(StorageProblem) {
        try await database.write { db in for record in records { try Self.apply(record, db) } }
    }

    private static func apply(_ record: MeshRules.Record, _ db: Database) throws {
        switch record {
        case .party(let party): try NodePartyRow(party).upsert(db)
        case .roster(let roster): try keep(Self.roster, roster, db)
        case .newestRoster(let roster): try keep(Self.newestRoster, roster, db)
        case .card(let peer, let card): try NodeCardRow(peer: peer.blob, card: Data(card)).upsert(db)
        case .forgetCard(let peer): try NodeCardRow.deleteOne(db, key: peer.blob)
        case .relays(let relays, let token):
            try NodeRelayRow.deleteAll(db)
            for (position, relay) in relays.enumerated() { try NodeRelayRow(relay, at: position).insert(db) }
            try keep(Self.relayToken, token, db)
        case .pin(let peer, let relay?): try PinRow(peer: peer.blob, relay: relay.blob).upsert(db)
        case .pin(let peer, nil): try PinRow.deleteOne(db, key: peer.blob)
        case .lastPath(let peer, let endpoint):
            try LastPathRow(peer: peer.blob, endpoint: "\(endpoint)").upsert(db)
        case .incarnation(let incarnation):
            try db.execute(sql: "UPDATE incarnation SET value = ?", arguments: [Int64(incarnation)])
        case .forgetParty: try forgetParty(db)
        }
    }

    private static func forgetParty(_ db: Database) throws {
        try NodePartyRow.deleteAll(db)
        try StatementRow.deleteAll(db)
        try NodeCardRow.deleteAll(db)
        try NodeRelayRow.deleteAll(db)
        try PinRow.deleteAll(db)
        try LastPathRow.deleteAll(db)
    }

    private static func statement(_ name: String, _ db: Database) throws -> [UInt8]? {
        try StatementRow.fetchOne(db, key: name).map { [UInt8]($0.value) }
    }

    private static func keep(_ name: String, _ value: [UInt8]?, _ db: Database) throws {
        if let value {
            try StatementRow(name: name, value: Data(value)).upsert(db)
        } else {
            try StatementRow.deleteOne(db, key: name)
        }
    }
}
