import GRDB

/// The tables of a node. A migration that has been released is never changed; a new one is added below.
enum NodeSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            // One row each: what there is one of.
            try db.create(table: "incarnation", options: .strict) { table in
                table.primaryKey("id", .integer).check { $0 == 1 }
                table.column("value", .integer).notNull()
            }
            try db.create(table: "party", options: .strict) { table in
                table.primaryKey("id", .integer).check { $0 == 1 }
                table.column("party", .blob).notNull()
                table.column("rootSeed", .blob)
                table.column("identitySeed", .blob).notNull()
                table.column("invite", .text)
                table.column("epoch", .integer).notNull()
                table.column("epochKey", .blob).notNull()
                table.column("servers", .text).notNull()
                table.column("memberName", .text).notNull()
            }
            try db.create(table: "statement", options: .strict) { table in
                table.primaryKey("name", .text)
                table.column("value", .blob).notNull()
            }
            try createLists(db)
        }
        return migrator
    }

    private static func createLists(_ db: Database) throws {
        try db.create(table: "card", options: .strict) { table in
            table.primaryKey("peer", .blob)
            table.column("card", .blob).notNull()
        }
        try db.create(table: "relay", options: .strict) { table in
            table.primaryKey("position", .integer)
            table.column("key", .blob).notNull()
            table.column("endpoints", .text).notNull()
            table.column("region", .text).notNull()
        }
        try db.create(table: "pin", options: .strict) { table in
            table.primaryKey("peer", .blob)
            table.column("relay", .blob).notNull()
        }
        try db.create(table: "lastPath", options: .strict) { table in
            table.primaryKey("peer", .blob)
            table.column("endpoint", .text).notNull()
        }
    }
}
