package import MeshWire

/// What a relay does with a datagram: PROTOCOL.md §4, and WireGuard's handshakes as far as they show who talks to whom.
///
/// No sockets and no clock: whoever drives it passes the time in, in nanoseconds of a clock that never steps back. What
/// is forwarded or thrown away allocates nothing.
package struct RelayRules: Sendable {
    /// Whom it serves. Those registered under an issuer that has gone stay until their lifetime ends.
    package var policy: RelayPolicy
    /// Said in every OK: clients move to other paths, and nothing else changes.
    package var draining = false
    /// What it has done since it was made.
    package private(set) var counters = RelayCounters()

    var keys: SharedKeys
    var cookies: CookieJar
    var registry = ClientRegistry()
    var agreements = RateLimit()
    private(set) var clocks = IssuerClocks()
    var agreementsOfAddress = AddressRateLimit(
        burst: RelayLimits.addressAgreementBurst, interval: RelayLimits.addressAgreementInterval)
    var evictions = AddressRateLimit(burst: RelayLimits.evictionBurst, interval: RelayLimits.evictionInterval)
    var forgottenAt: Int64?
    private var deadline = Int64.max

    /// - Parameters:
    ///   - privateKey: X25519; its public half is the relay's name.
    ///   - secrets: the first cookie secret; those that follow are drawn from `random`.
    package init(
        privateKey: Bytes32, policy: RelayPolicy, secrets: Bytes32, random: some RandomNumberGenerator & Sendable
    ) {
        keys = SharedKeys(privateKey: privateKey)
        cookies = CookieJar(first: secrets, random: random)
        self.policy = policy
    }

    /// The relay's X25519 key.
    package var publicKey: PublicKey { keys.publicKey }

    /// When `expire` has something to do, in nanoseconds; nil while nobody is registered or remembered.
    package var nextDeadline: Int64? { deadline == .max ? nil : deadline }

    /// Changes whose tokens count from now on.
    package mutating func setTrust(_ issuers: [PublicKey]) {
        policy.issuers = issuers
        clocks.keep(issuers)
    }

    /// Sets the clock of one issuer: seconds since 1970, now. Until then none of its tokens expires.
    package mutating func setTime(_ seconds: UInt64, of issuer: PublicKey, now: Int64) {
        guard policy.issuers.contains(issuer) else { return }
        clocks.set(seconds, of: issuer, now: now)
    }

    /// Removes the clients whose lifetime has ended. `handle` does so by itself when it is due.
    package mutating func expire(now: Int64) {
        registry.expire(now: now)
        deadline = registry.nextEnd ?? .max
        counters.clients = registry.count
    }

    /// Decides what becomes of one datagram.
    ///
    /// - Parameters:
    ///   - source: where it came from.
    ///   - way: by which of the relay's sockets and addresses it came, as a number of the caller's: what goes to a client
    ///     leaves by the way on which it registered.
    ///   - now: nanoseconds.
    ///   - reply: where an answer is written, 512 bytes or more.
    package mutating func handle(
        _ datagram: Span<UInt8>, from source: Endpoint, way: Int = 0, now: Int64,
        reply: inout MutableSpan<UInt8>
    ) -> RelayVerdict {
        if now >= deadline { expire(now: now) }
        let verdict: RelayVerdict
        switch Datagram.classify(datagram) {
        case .wireGuard: verdict = wireGuard(datagram, from: source, now: now)
        case .check: verdict = check(datagram, from: source)
        case .stun: verdict = stun(datagram, from: source, reply: &reply)
        case .relay(.hello):
            let arrival = Arrival(source: source, way: way, now: now)
            verdict = hello(datagram, arrival, reply: &reply)
        default: verdict = .drop(.malformed)
        }
        counters.note(verdict)
        return verdict
    }

    /// The same for a world without buffers.
    package mutating func handle(
        _ datagram: [UInt8], from source: Endpoint, now: Int64
    ) -> RelayAnswer {
        var reply = [UInt8](repeating: 0, count: Self.replySize)
        var span = reply.mutableSpan
        let verdict = handle(datagram.span, from: source, now: now, reply: &span)
        switch verdict {
        case .drop(let reason): return .drop(reason)
        case .forward(let destination, _, _): return .forward(datagram, to: destination)
        case .reply(let length): return .reply([UInt8](reply[..<length]))
        }
    }

    /// Room for the longest answer, an OK with 62 conflicts.
    package static let replySize = 512

    /// Notes that a registration ends at this time.
    mutating func watch(end: Int64) {
        deadline = min(deadline, end)
        counters.clients = registry.count
    }

    /// Notes what was lost outside of `handle`.
    mutating func note(_ reason: RelayDrop, count: Int = 1) { counters[reason] += UInt64(count) }
}
