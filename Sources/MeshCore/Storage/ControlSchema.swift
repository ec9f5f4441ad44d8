import GRDB

/// The tables of a control plane. A migration that has been released is never changed; a new one is added below.
enum ControlSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.create(table: "party", options: .strict) { table in
                table.primaryKey("id", .blob)
                table.column("roster", .blob).notNull()
                table.column("used", .integer).notNull()
            }
            try createSealed(db)
            try createPeers(db)
            try db.create(table: "relay", options: .strict) { table in
                table.primaryKey("id", .blob)
                table.column("key", .blob).notNull()
                table.column("endpoints", .text).notNull()
                table.column("region", .text).notNull()
                table.column("capacity", .integer).notNull()
                table.column("load", .integer).notNull()
            }
        }
        return migrator
    }

    private static func createSealed(_ db: Database) throws {
        for (name, columns) in [("welcome", ["g0", "welcome"]), ("memberGrant", ["grant"])] {
            try db.create(table: name, options: [.strict, .withoutRowID]) { table in
                table.column("party", .blob).notNull().references("party", onDelete: .cascade)
                table.column("position", .integer).notNull()
                for column in columns { table.column(column, .blob).notNull() }
                table.primaryKey(["party", "position"])
            }
        }
    }

    private static func createPeers(_ db: Database) throws {
        // With row IDs, because the upsert of a peer asks for the row's.
        try db.create(table: "peer", options: .strict) { table in
            table.column("party", .blob).notNull().references("party", onDelete: .cascade)
            table.column("id", .blob).notNull()
            table.column("card", .blob).notNull()
            for column in ["natType", "natMapping", "natFiltering", "lastHeartbeat"] {
                table.column(column, .integer).notNull()
            }
            table.primaryKey(["party", "id"])
        }
        try db.create(table: "candidate", options: [.strict, .withoutRowID]) { table in
            for column in ["party", "peer", "receiver", "sealed"] { table.column(column, .blob).notNull() }
            table.primaryKey(["party", "peer", "receiver"])
            table.foreignKey(["party", "peer"], references: "peer", columns: ["party", "id"], onDelete: .cascade)
        }
        try db.create(table: "address", options: [.strict, .withoutRowID]) { table in
            table.column("party", .blob).notNull().references("party", onDelete: .cascade)
            table.column("peer", .blob).notNull()
            table.column("ipv4", .integer).notNull()
            table.primaryKey(["party", "peer"])
            table.uniqueKey(["party", "ipv4"])
        }
    }
}
