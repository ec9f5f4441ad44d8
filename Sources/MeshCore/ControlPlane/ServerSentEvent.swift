/// One Server-Sent Event (WHATWG HTML §9.2).
package struct ServerSentEvent: Equatable, Sendable {
    /// Empty when none was sent.
    package var id: String
    /// What it tells of.
    package var name: String
    /// Lines joined by LF.
    package var data: [UInt8]

    /// An event of its parts.
    package init(id: String, name: String, data: [UInt8]) { (self.id, self.name, self.data) = (id, name, data) }

    /// Our data is JSON in one line.
    package var bytes: [UInt8] {
        Array("id: \(id)\nevent: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    /// A comment: a sign of life that is no event.
    package static let ping = Array(": ping\n\n".utf8)
}

/// Cuts a stream of bytes into events, however they were split on the way.
package struct ServerSentEventParser: Sendable {
    /// Bytes of an event with its line ends (PROTOCOL.md §6): more than any of ours. What goes on beyond it is no event.
    package static let largestEvent = 65_536

    /// Bytes since the last event ended.
    private var size = 0
    private var line: [UInt8] = []
    private var current = ServerSentEvent(id: "", name: "", data: [])
    private var hasData = false

    /// At the start of a stream.
    package init() {}

    /// The events that these bytes complete; nil when one of them is too large, or has no end.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent]? {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            size += 1
            guard size <= Self.largestEvent else { return nil }
            guard byte == 0x0a else {
                line.append(byte)
                continue
            }
            if line.last == 0x0d { line.removeLast() }
            if line.isEmpty { size = 0 }
            if let event = endLine() { events.append(event) }
            line.removeAll(keepingCapacity: true)
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        guard !line.isEmpty else {
            defer { (current, hasData) = (ServerSentEvent(id: "", name: "", data: []), false) }
            return hasData ? current : nil
        }
        guard let colon = line.firstIndex(of: 0x3a) else { return nil }
        var value = line[(colon + 1)...]
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "id": current.id = String(decoding: value, as: UTF8.self)
        case "event": current.name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { current.data.append(0x0a) }
            current.data += value
            hasData = true
        default: break
        }
        return nil
    }
}
