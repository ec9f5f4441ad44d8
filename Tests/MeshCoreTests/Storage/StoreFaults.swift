import GRDB
@testable import MeshCore

/// What a test does to a store behind its back.
extension StateDatabase {
    /// Lets the file grow to so many pages only, as a full disk would; SQLite takes a number below what it has for that.
    func limit(pages: Int) async throws {
        try await write { db in try db.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }

    /// Notes a migration that this version doesn't know.
    func pretendMigration(_ name: String) async throws {
        try await write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES (?)", arguments: [name])
        }
    }
}
