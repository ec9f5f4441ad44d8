package import MeshWire

/// Where this machine can be reached, as it tells the others; told again when it changes, after a moment in which more
/// may change.
package struct Publication: Sendable {
    static let settling: Duration = .milliseconds(30)

    /// When it is told.
    package private(set) var due: Instant?
    /// What was told last; nil when it has to be told anew.
    package private(set) var published: CandidateList?
    /// Our reach may have changed since it was last noticed.
    var isStale = true
    /// The control plane has not been told of the NAT yet.
    var owesNAT = false

    /// Nothing was told.
    package init() {}

    mutating func noticed(_ current: CandidateList, at now: Instant) {
        isStale = false
        if current == published {
            due = nil
        } else if due == nil {
            due = now + Self.settling
        }
    }

    /// - Returns: Whether the addresses themselves have changed since the last time.
    mutating func publishing(_ current: CandidateList) -> Bool {
        let before = published?.candidates
        (published, due) = (current, nil)
        return before != current.candidates
    }

    mutating func forget() { (published, due, isStale) = (nil, nil, true) }
}
