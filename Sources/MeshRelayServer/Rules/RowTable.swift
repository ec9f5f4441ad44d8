import MeshWire

/// Which client holds a row: the table that every data packet is looked up in.
struct RowTable {
    private struct Key: Hashable {
        let table: UInt32
        let index: ReceiverIndex
        let peer: UInt64
    }
    /// Who holds a row, and whether data has come through it.
    struct Holder {
        let slot: Int
        var used: Bool
    }

    private var holders: [Key: Holder] = [:]

    /// The holder of (sender's tag, receiver index) in a table.
    func holder(table: UInt32, _ row: ClientRow) -> Holder? {
        holders[Key(table: table, index: row.index, peer: row.peer.word)]
    }

    /// - Returns: whether the row was somebody else's or nobody's.
    mutating func hold(table: UInt32, _ row: ClientRow, by slot: Int) -> Bool {
        let key = Key(table: table, index: row.index, peer: row.peer.word)
        guard holders[key]?.slot != slot else { return false }
        holders[key] = Holder(slot: slot, used: false)
        return true
    }

    mutating func use(table: UInt32, _ row: ClientRow) {
        holders[Key(table: table, index: row.index, peer: row.peer.word)]?.used = true
    }

    mutating func release(table: UInt32, _ rows: [ClientRow], of slot: Int) {
        for row in rows where holder(table: table, row)?.slot == slot {
            holders[Key(table: table, index: row.index, peer: row.peer.word)] = nil
        }
    }
}
