import FoundationEssentials
import MeshWire

/// A column that doesn't hold what its record needs: the file is not as it was written.
struct UnreadableColumn: Error, CustomStringConvertible {
    var column: String
    var description: String { "what it says of “\(column)” can't be read" }
}

/// Bytes are columns of their own, so that a person with sqlite3 can look at them by `hex()`.
extension FixedBytes {
    var blob: Data { Data(bytes) }

    init(_ blob: Data, _ column: String) throws(UnreadableColumn) {
        guard let value = Self([UInt8](blob)) else { throw UnreadableColumn(column: column) }
        self = value
    }
}

/// Endpoints are one column of text, separated by spaces.
extension [Endpoint] {
    var column: String { map(\.description).joined(separator: " ") }

    init(_ column: String, _ name: String) throws(UnreadableColumn) {
        self = []
        for part in column.split(separator: " ") {
            guard let endpoint = Endpoint(String(part)) else { throw UnreadableColumn(column: name) }
            append(endpoint)
        }
    }
}

/// Seconds and counters that SQLite keeps as signed numbers.
extension UInt64 {
    var column: Int64 { Int64(clamping: self) }
}
