/// A relay on the list.
struct ListedRelay: Sendable {
    var announcement: RelayAnnouncement
    /// Seconds since 1970.
    var lastSeen: UInt64
}
