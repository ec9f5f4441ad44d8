/// Numbers of PROTOCOL.md §4 and of WireGuard's paper.
enum RelayProtocol {
    /// How long a cookie secret is the newest one, in nanoseconds; it counts for as long again as the older one.
    static let secretAge: Int64 = 120 * second
    /// How long past its end a client's counter is remembered. Longer than a cookie lives, so that no replay outlasts it.
    static let counterMemory: Int64 = 300 * second
    /// WireGuard's sessions end after 180 s (Reject-After-Time); ten more for one that was just begun.
    static let sessionLife: Int64 = 190 * second
    static let second: Int64 = 1_000_000_000
}

/// Our own choices, each with what gets worse when it changes.
enum RelayLimits {
    /// Seconds a registration lasts. Clients renew every 15 s, so two HELLOs may be lost; longer keeps dead addresses,
    /// shorter drops clients on bad links.
    static let lifetime: UInt16 = 45
    /// Clients of one (issuer, scope): as many as a party has members. More makes the search for `mac1` dearer; a machine
    /// that comes back to a full party with a new key waits until its old registration has ended.
    static let membersPerTable = 32
    /// Counters of clients that are gone, for each place: they are remembered for about seven lifetimes. When there are
    /// more, new cookie secrets take their place; fewer make that come sooner, more cost memory.
    static let rememberedPerPlace = 4
    /// Nanoseconds between two times that new secrets do so. Shorter lets a crowd cost everybody more CHALLENGEs, longer
    /// shuts newcomers out for as long when a crowd fills the memory within it.
    static let forgettingInterval: Int64 = 10 * RelayProtocol.second
    /// Clients that one address may put out of their place by standing there with another key: as many at once, then one
    /// each interval.
    static let evictionBurst: Int64 = 8
    static let evictionInterval: Int64 = RelayProtocol.second
    /// Rows kept from watching, for each peer of a client: the newest begun, the one in use and the one before it.
    static let learnedPerPeer = 3
    /// Initiations of one source whose responder is searched: as many at once, then one each interval. WireGuard itself
    /// begins at most one every 5 s and peer. More lets a client buy more hashing.
    static let handshakeBurst: Int64 = 64
    static let handshakeInterval: Int64 = 100_000_000
    /// HELLOs of one client that are acted upon: as many at once, then one each interval.
    static let helloBurst: Int64 = 32
    static let helloInterval: Int64 = 250_000_000
    /// Key agreements with machines that aren't registered, over all sources: each costs the time of about fifty
    /// packets. Fewer make a rush of honest newcomers wait.
    static let agreementBurst: Int64 = 512
    static let agreementInterval: Int64 = 2_000_000
    /// The same for one address, which is charged first: a household of 32 machines that all start is below. More lets
    /// fewer addresses use up the budget of all.
    static let addressAgreementBurst: Int64 = 64
    static let addressAgreementInterval: Int64 = 250_000_000
}
