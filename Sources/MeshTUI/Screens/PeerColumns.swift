/// Which columns of the peers table fit into a width, and how wide they are.
enum PeerColumn: Int, CaseIterable, Sendable {
    case name, address, nat, path, latency, history, loss, state

    var title: String {
        switch self {
        case .name: "Name"
        case .address: "Address"
        case .nat: "NAT"
        case .path: "Path"
        case .latency: "Latency"
        case .history: "History"
        case .loss: "Loss"
        case .state: "State"
        }
    }

    var isRight: Bool { self == .latency || self == .loss }

    /// The narrowest that is of use, and the widest that looks well.
    private var widths: ClosedRange<Int> {
        switch self {
        case .name: 8...24
        case .address: 9...15
        case .nat: 6...20
        case .path: 6...24
        case .latency: 7...8
        case .history: 10...10
        case .loss: 4...6
        case .state: 15...16
        }
    }

    /// The last to go stands first.
    private static let priority: [PeerColumn] = [.name, .state, .latency, .path, .address, .history, .loss, .nat]

    /// Columns and their widths from left to right, one blank between two of them; the name shrinks below its
    /// narrowest before nothing at all is shown.
    ///
    /// `address` and `path` are the columns that the longest of them takes.
    static func fitted(_ width: Int, address: Int = 9, path: Int = 12) -> [(column: PeerColumn, width: Int)] {
        func narrowest(_ column: PeerColumn) -> Int {
            switch column {
            case .address: min(max(address, 9), 15)
            case .path: min(max(path, 6), 24)
            default: column.widths.lowerBound
            }
        }
        var result: [PeerColumn: Int] = [:]
        var spare = width + 1
        for column in priority where result.isEmpty || narrowest(column) < spare {
            result[column] = narrowest(column)
            spare -= narrowest(column) + 1
        }
        if spare < 0 { return [(.name, max(0, width))] }
        for column in [PeerColumn.name, .nat, .name, .path, .address, .latency, .loss, .state] {
            guard let narrow = result[column] else { continue }
            let room = max(0, min(spare, column.widths.upperBound - narrow))
            // A name of sixteen columns comes before all else; the rest of the room is shared after that.
            let more = column == .name && narrow < 16 ? min(room, 16 - narrow) : room
            // The NAT type is either short or spelt out: nothing between helps.
            if column == .nat, more < 14 { continue }
            result[column] = narrow + more
            spare -= more
        }
        return allCases.compactMap { column in result[column].map { (column, $0) } }
    }
}
