import GRDB
import Glibc

/// An SQLite file of ours (0600): what is written is durable when the call returns. Throws in the words of
/// `StorageProblem`, so that nobody above knows of SQLite.
struct StateDatabase: Sendable {
    let path: String
    private let queue: DatabaseQueue

    /// Opens the file, or makes it, and brings it to the newest schema.
    init(path: String, migrator: DatabaseMigrator) throws(StorageProblem) {
        try PrivateFile.make(path)
        var configuration = Configuration()
        configuration.journalMode = .wal
        // A process that is just ending may still hold the file.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try !queue.read(migrator.hasBeenSuperseded) else { throw StorageProblem.newer(path: path) }
            try migrator.migrate(queue)
        } catch {
            throw Self.problem(error, path)
        }
        self.path = path
    }

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StorageProblem)
        -> Value
    {
        do { return try await queue.read(body) } catch { throw Self.problem(error, path) }
    }

    /// One transaction: all of it or nothing.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageProblem) -> Value {
        do { return try await queue.write(body) } catch { throw Self.problem(error, path) }
    }

    private static func hasNoRoom(_ path: String) -> Bool {
        var volume = statvfs()
        return statvfs(path, &volume) == 0 && volume.f_bavail == 0
    }

    private static func problem(_ error: any Error, _ path: String) -> StorageProblem {
        switch error {
        case let problem as StorageProblem: problem
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: .full(path: path)
        // Where there is no room for the file that its readers share, SQLite says no more than this.
        case let error as DatabaseError where error.resultCode == .SQLITE_IOERR && hasNoRoom(path): .full(path: path)
        case let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode):
            .damaged(path: path, reason: error.message ?? "it is no database")
        case let error as DatabaseError: .unusable(path: path, reason: error.message ?? "\(error.resultCode)")
        default: .damaged(path: path, reason: "\(error)")
        }
    }
}
