package import MeshRules

/// Where a control plane keeps its records. Without SQLite's types, so that another database can take its place.
package protocol ControlStore: Sendable {
    /// Everything that is kept, in an order that `ControlRules.restore` takes.
    func load() async throws(StorageProblem) -> [ControlRecord]
    /// Returns when all records are durable; keeps either all of them or none.
    func apply(_ records: [ControlRecord]) async throws(StorageProblem)
}
