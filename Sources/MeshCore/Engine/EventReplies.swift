package import MeshRules

/// The lines of the log so far, then those that come; then, or when none are followed, an empty `done`.
package struct EventReplies: AsyncSequence, Sendable {
    /// A line of the log, or the end.
    package typealias Element = NodeReply
    /// It never fails.
    package typealias Failure = Never
    let lines: [EventStatus]
    let following: AsyncStream<EventStatus>?

    /// `following`: what comes after the lines; nil ends with them.
    package init(lines: [EventStatus], following: AsyncStream<EventStatus>?) {
        (self.lines, self.following) = (lines, following)
    }

    /// Once: the lines that come have one reader.
    package func makeAsyncIterator() -> Iterator {
        Iterator(lines: lines.makeIterator(), following: following?.makeAsyncIterator())
    }

    /// First the lines there are, then those that come.
    package struct Iterator: AsyncIteratorProtocol {
        var lines: [EventStatus].Iterator
        var following: AsyncStream<EventStatus>.Iterator?
        var isOver = false

        /// The next line; `done` after the last, then nil.
        package mutating func next(isolation actor: isolated (any Actor)?) async -> NodeReply? {
            if let line = lines.next() { return .event(line) }
            if let event = await following?.next(isolation: actor) { return .event(event) }
            guard !isOver else { return nil }
            isOver = true
            return .done(text: nil)
        }
    }
}
