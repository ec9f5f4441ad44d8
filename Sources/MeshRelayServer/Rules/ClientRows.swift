import MeshWire

/// How packets of one peer find a client: the peer's tag and the client's own receiver index.
struct ClientRow: Hashable {
    let peer: Tag
    let index: ReceiverIndex
}

/// The rows of one client: those its last HELLO told, and those learned by watching its handshakes.
///
/// The told ones are replaced as a whole. The learned ones outlive a HELLO that doesn't know them, because it may have
/// been written before the handshake or by a node that has just started beside a running WireGuard.
struct ClientRows {
    private struct Entry {
        let row: ClientRow
        var told: Bool
        /// Nanoseconds; 0 for a row that was only told.
        var learnedUntil: Int64
        /// Whether data has come through it, so that it isn't a handshake that nobody answered.
        var used: Bool
    }

    private var entries: [Entry] = []

    var all: [ClientRow] { entries.map(\.row) }
    var isEmpty: Bool { entries.isEmpty }

    /// Takes a HELLO's rows in place of the last one's.
    ///
    /// - Returns: what no longer holds.
    mutating func tell(_ rows: [ClientRow], now: Int64) -> [ClientRow] {
        for position in entries.indices { entries[position].told = false }
        for row in rows {
            if let position = position(of: row) {
                entries[position].told = true
            } else {
                entries.append(Entry(row: row, told: true, learnedUntil: 0, used: false))
            }
        }
        return remove { !$0.told && $0.learnedUntil <= now }
    }

    /// Takes a row that a handshake has shown.
    ///
    /// - Returns: what it replaces: another handshake with that peer that came to nothing, and the oldest of too many.
    mutating func learn(_ row: ClientRow, now: Int64) -> [ClientRow] {
        let until = now + RelayProtocol.sessionLife
        if let position = position(of: row) {
            entries[position].learnedUntil = until
            return []
        }
        var gone = remove { $0.row.peer == row.peer && !$0.told && (!$0.used || $0.learnedUntil <= now) }
        let kept = entries.filter { $0.row.peer == row.peer && !$0.told }
        if kept.count >= RelayLimits.learnedPerPeer, let oldest = kept.min(by: { $0.learnedUntil < $1.learnedUntil }) {
            gone += remove { $0.row == oldest.row }
        }
        entries.append(Entry(row: row, told: false, learnedUntil: until, used: false))
        return gone
    }

    /// Notes that data came through a row.
    mutating func use(_ row: ClientRow) {
        if let position = position(of: row) { entries[position].used = true }
    }

    private func position(of row: ClientRow) -> Int? { entries.firstIndex { $0.row == row } }

    private mutating func remove(where gone: (Entry) -> Bool) -> [ClientRow] {
        let rows = entries.filter(gone).map(\.row)
        if !rows.isEmpty { entries.removeAll(where: gone) }
        return rows
    }
}
