import FoundationEssentials
import GRDB
package import MeshRules
import MeshWire

/// The control plane's records in an SQLite file.
package struct SQLiteControlStore: ControlStore {
    let database: StateDatabase

    /// Opens or makes `folder`/control.sqlite; the folder is its owner's alone.
    package init(folder: String) throws(StorageProblem) {
        try PrivateFile.makeFolder(folder)
        database = try StateDatabase(path: folder + "/control.sqlite", migrator: ControlSchema.migrator)
    }

    package func load() async throws(StorageProblem) -> [ControlRecord] {
        try await database.read { db in
            var records = try PartyRow.fetchAll(db, sql: "SELECT * FROM party ORDER BY id").map { try $0.record }
            records += try Self.grouped(
                WelcomeRow.fetchAll(db, sql: "SELECT * FROM welcome ORDER BY party, position"), by: \.party
            ).map { party, rows in .welcomes(try PartyID(party, "party"), try rows.map { try $0.sealed }) }
            records += try Self.grouped(
                GrantRow.fetchAll(db, sql: "SELECT * FROM memberGrant ORDER BY party, position"), by: \.party
            ).map { party, rows in .grants(try PartyID(party, "party"), rows.map { [UInt8]($0.grant) }) }
            records += try AddressRow.fetchAll(db, sql: "SELECT * FROM address ORDER BY party, peer").map {
                try $0.record
            }
            for row in try PeerRow.fetchAll(db, sql: "SELECT * FROM peer ORDER BY party, id") {
                let candidates = try CandidateRow.fetchAll(
                    db, sql: "SELECT * FROM candidate WHERE party = ? AND peer = ? ORDER BY receiver",
                    arguments: [row.party, row.id])
                records.append(try row.record(candidates))
            }
            records += try RelayRow.fetchAll(db, sql: "SELECT * FROM relay ORDER BY id").map { try $0.record }
            return records
        }
    }

    package func apply(_ records: [ControlRecord]) async throws(StorageProblem) {
        guard !records.isEmpty else { return }
        try await database.write { db in
            for record in records { try Self.apply(record, db) }
        }
    }

    private static func apply(_ record: ControlRecord, _ db: Database) throws {
        switch record {
        case .party(let id, let roster, let used):
            // An upsert, because replacing the row would take along everything that refers to it.
            try PartyRow(id: id.blob, roster: Data(roster), used: used.column).upsert(db)
        case .removeParty(let id): try db.execute(sql: "DELETE FROM party WHERE id = ?", arguments: [id.blob])
        case .welcomes(let party, let welcomes):
            try db.execute(sql: "DELETE FROM welcome WHERE party = ?", arguments: [party.blob])
            for (position, sealed) in welcomes.enumerated() {
                try WelcomeRow(
                    party: party.blob, position: position, g0: sealed.g0.blob, welcome: Data(sealed.welcome)
                ).insert(db)
            }
        case .grants(let party, let grants):
            try db.execute(sql: "DELETE FROM memberGrant WHERE party = ?", arguments: [party.blob])
            for (position, grant) in grants.enumerated() {
                try GrantRow(party: party.blob, position: position, grant: Data(grant)).insert(db)
            }
        case .peer(let party, let peer): try apply(peer, party, db)
        case .removePeer(let party, let peer):
            try db.execute(sql: "DELETE FROM peer WHERE party = ? AND id = ?", arguments: [party.blob, peer.blob])
        case .address(let party, let peer, let ipv4):
            try db.execute(
                sql: "DELETE FROM address WHERE party = ? AND peer = ?", arguments: [party.blob, peer.blob])
            if let ipv4 { try AddressRow(party: party.blob, peer: peer.blob, ipv4: Int64(ipv4)).insert(db) }
        case .relay(let relay): try RelayRow(relay).upsert(db)
        case .removeRelay(let id): try db.execute(sql: "DELETE FROM relay WHERE id = ?", arguments: [id.blob])
        }
    }

    private static func apply(_ peer: StoredPeer, _ party: PartyID, _ db: Database) throws {
        try PeerRow(peer, party: party).upsert(db)
        try db.execute(
            sql: "DELETE FROM candidate WHERE party = ? AND peer = ?", arguments: [party.blob, peer.id.blob])
        for candidate in peer.candidates {
            try CandidateRow(
                party: party.blob, peer: peer.id.blob, receiver: candidate.peer.blob, sealed: Data(candidate.check)
            ).insert(db)
        }
    }

    private static func grouped<Row>(_ rows: [Row], by key: (Row) -> Data) -> [(Data, [Row])] {
        var groups: [(Data, [Row])] = []
        for row in rows {
            if groups.last?.0 == key(row) {
                groups[groups.count - 1].1.append(row)
            } else {
                groups.append((key(row), [row]))
            }
        }
        return groups
    }
}
