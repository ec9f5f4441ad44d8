internal import MeshRules

/// Folds a log's lines that differ in nothing but their numbers, times among them: the first of a kind is written, those
/// that follow within the window are counted.
struct LineFolder: Sendable {
    /// A longer one makes a flood shorter still, and what has repeated be told later.
    static let window: Duration = .seconds(10)
    /// Kinds that are counted at once: as many as a party's members may cause beside each other.
    static let kinds = 32

    private struct Kind {
        let shape: String
        let since: Instant
        var count = 0
        var last = ""
    }

    /// The oldest first.
    private var open: [Kind] = []

    /// A line came.
    /// - Returns: What is to be written now, in order.
    mutating func take(_ line: String, at now: Instant) -> [String] {
        var written = due(at: now)
        let shape = Self.shape(of: line)
        if let index = open.firstIndex(where: { $0.shape == shape }) {
            open[index].count += 1
            open[index].last = line
            return written
        }
        if open.count == Self.kinds { written += Self.words(open.removeFirst()) }
        open.append(Kind(shape: shape, since: now))
        return written + [line]
    }

    /// What was counted in windows that are over.
    mutating func due(at now: Instant) -> [String] {
        let over = open.prefix { now - $0.since >= Self.window }
        open.removeFirst(over.count)
        return over.flatMap(Self.words)
    }

    /// What was counted in all windows: no more lines will come.
    mutating func end() -> [String] {
        defer { open = [] }
        return open.flatMap(Self.words)
    }

    private static func words(_ kind: Kind) -> [String] {
        kind.count == 0 ? [] : ["… \(grouped(kind.count)) more like this, the last: \(kind.last)"]
    }

    /// With a comma between the thousands.
    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// The line with a sign in place of each number.
    private static func shape(of line: String) -> String {
        var bytes: [UInt8] = []
        for byte in line.utf8 {
            guard 0x30...0x39 ~= byte else {
                bytes.append(byte)
                continue
            }
            if bytes.last != 0 { bytes.append(0) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
