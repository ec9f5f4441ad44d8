/// Cuts a stream of bytes into lines.
package struct SocketLines: Sendable {
    /// A request is a few hundred bytes; more than this is somebody else's.
    package static let requestLimit = 64 * 1024
    /// A snapshot of 32 peers with their latencies stays well below.
    package static let replyLimit = 4 * 1024 * 1024

    /// A line is longer than the limit: what follows can't be told apart any more.
    package struct TooLong: Error, Equatable { package let limit: Int }

    private let limit: Int
    private var rest: [UInt8] = []

    /// `limit`: bytes of a line without its end.
    package init(limit: Int) { self.limit = limit }

    /// The lines that `bytes` complete, without their ends and without empty ones.
    package mutating func push(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for byte in bytes {
            if byte == 0x0a {
                if rest.last == 0x0d { rest.removeLast() }
                if !rest.isEmpty { lines.append(rest) }
                rest = []
            } else {
                guard rest.count < limit else { throw TooLong(limit: limit) }
                rest.append(byte)
            }
        }
        return lines
    }
}
