import MeshWire

/// The members of each (issuer, scope), apart from every other.
struct ClientTables {
    private struct Key: Hashable {
        let issuer: PublicKey
        let scope: Scope
    }
    /// A client within its table.
    struct Member {
        let tag: Tag
        let slot: Int
    }

    private var ids: [Key: UInt32] = [:]
    private var members: [UInt32: [Member]] = [:]
    private var last: UInt32 = 0

    /// In the order in which they came.
    subscript(table: UInt32) -> [Member] { members[table] ?? [] }

    func count(issuer: PublicKey, scope: Scope) -> Int {
        ids[Key(issuer: issuer, scope: scope)].map { self[$0].count } ?? 0
    }

    /// The client of a table with this tag.
    func slot(tagged tag: Tag, in table: UInt32) -> Int? { self[table].first { $0.tag == tag }?.slot }

    /// The table of an issuer and scope, made when it is new.
    mutating func open(_ client: ClientKey) -> UInt32 {
        let key = Key(issuer: client.issuer, scope: client.scope)
        if let id = ids[key] { return id }
        last &+= 1
        ids[key] = last
        return last
    }

    mutating func add(_ slot: Int, tag: Tag, to table: UInt32) {
        members[table, default: []].append(Member(tag: tag, slot: slot))
    }

    mutating func remove(_ slot: Int, of client: ClientKey) {
        let key = Key(issuer: client.issuer, scope: client.scope)
        guard let table = ids[key] else { return }
        members[table]?.removeAll { $0.slot == slot }
        guard members[table]?.isEmpty ?? true else { return }
        members[table] = nil
        ids[key] = nil
    }
}
