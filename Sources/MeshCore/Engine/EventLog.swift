package import MeshRules

/// The newest lines of the event log.
package struct EventLog: Sendable {
    /// Lines kept: as many as a person scrolls back through. More make every snapshot bigger.
    package static let capacity = 200
    /// Oldest first.
    package private(set) var lines: [EventStatus] = []

    /// An empty log.
    package init() {}

    /// `at`: seconds since 1970.
    package mutating func append(_ event: NodeEvent, at: Double) -> EventStatus {
        let line = EventStatus(at: at, level: event.level, subject: event.subject, message: event.message)
        if lines.count == Self.capacity { lines.removeFirst() }
        lines.append(line)
        return line
    }
}
