package import MeshRules
package import MeshWire

/// The control plane: its rules over its store. A record is durable before anybody hears of what it brought about.
package actor ControlService {
    private var rules: ControlRules
    private let store: any ControlStore
    /// Rules without state of a server that started then, in seconds since 1970.
    private let makeRules: @Sendable (_ startedAt: UInt64) -> ControlRules
    private let clock: @Sendable () -> UInt64
    private let uptime: @Sendable () -> UInt64
    private var random = SystemRandomNumberGenerator()
    private var feeds: EventFeeds
    private var waiting: [Decided] = []
    /// Somebody has joined, or come back, from an address of the internet.
    package private(set) var isReachedFromOutside = false
    private var isWriting = false
    /// The rules hold what could not be stored.
    private var isAhead = false

    /// A decision that waits until its records are durable.
    private struct Decided {
        var outcome: ControlOutcome
        var done: CheckedContinuation<Result<UInt64, StorageProblem>, Never>
    }

    /// Between two looks at what time alone has brought about.
    static let sweeping: Duration = .seconds(5)
    /// Between two signs of life to listeners. Less costs traffic; more makes a dead connection stay unnoticed for longer.
    static let pinging: Duration = .seconds(15)

    /// SHA-256 of the SPKI of the server's TLS key, first 16 bytes: what an invite names.
    package nonisolated let keyHash: Bytes16

    /// Takes up what the store holds.
    /// - Parameters:
    ///   - policy: whom it serves.
    ///   - clock: seconds since 1970.
    ///   - uptime: seconds since any fixed moment, by a clock that nobody sets.
    @concurrent
    package static func open(
        store: any ControlStore, keys: ControlKeys, policy: ControlPolicy = ControlPolicy(),
        clock: @escaping @Sendable () -> UInt64 = UnixTime.now,
        uptime: @escaping @Sendable () -> UInt64 = UnixTime.uptime
    ) async throws(StorageProblem) -> ControlService {
        let makeRules: @Sendable (UInt64) -> ControlRules = { startedAt in
            ControlRules(
                keyHash: keys.keyHash, bearerKey: keys.bearerKey, issuer: keys.issuer, startedAt: startedAt,
                policy: policy)
        }
        let rules = try await restored(makeRules(clock()), from: store)
        return ControlService(
            rules, store: store, keyHash: keys.keyHash, clock: clock, uptime: uptime, makeRules: makeRules)
    }

    private init(
        _ rules: ControlRules, store: any ControlStore, keyHash: Bytes16, clock: @escaping @Sendable () -> UInt64,
        uptime: @escaping @Sendable () -> UInt64, makeRules: @escaping @Sendable (UInt64) -> ControlRules
    ) {
        (self.rules, self.store, self.keyHash) = (rules, store, keyHash)
        (self.clock, self.uptime, self.makeRules) = (clock, uptime, makeRules)
        // The calendar runs ahead of the events: a server that starts again never gives out a number twice.
        feeds = EventFeeds(after: UnixTime.microseconds())
    }

    /// Carries out a request of a caller whom the transport has authenticated.
    /// - Parameter source: where it came from, by which strangers are limited.
    package func perform(
        _ request: ControlRequest, party: PartyID, from caller: Caller, source: RequestSource
    ) async -> ControlReply {
        let outcome: ControlOutcome
        do {
            let now = try await look()
            outcome = rules.handle(
                request, party: party, from: caller, source: source, now: now, random: &random)
            let event = try await settle(outcome)
            guard case .joined(var joined) = outcome.reply else { return outcome.reply }
            joined.event = event
            if case .address(let address) = source, address.isOnTheInternet { isReachedFromOutside = true }
            return .joined(joined)
        } catch {
            return .refused(.unreachable("\(error)"))
        }
    }

    /// Serves these parties from now on.
    package func serve(_ parties: ControlPolicy.Parties) {
        guard rules.policy.parties != parties else { return }
        isReachedFromOutside = false
        rules.serve(parties)
    }

    /// There is no party (yet).
    package var servesNobody: Bool { rules.policy.parties == .none }

    /// The member that a bearer belongs to; nil when it must join again.
    package func authenticate(bearer: String, party: PartyID) -> PeerID? {
        rules.authenticate(bearer: bearer, party: party, now: clock())
    }

    /// From when on a member gets a relay token for its key; nil when it may have one (seconds since 1970).
    package func tokenAfter(party: PartyID, peer: PeerID) -> UInt64? {
        rules.tokenAfter(party: party, peer: peer, now: clock())
    }

    /// A relay of the same operator says that it is there.
    package func registerRelay(_ relay: RelayAnnouncement) async throws(ControlRefusal) -> RelayLease {
        let now: UInt64
        do throws(StorageProblem) { now = try await look() } catch { throw .unreachable("\(error)") }
        let (lease, outcome) = try rules.registerRelay(relay, now: now)
        do throws(StorageProblem) { _ = try await settle(outcome) } catch { throw .unreachable("\(error)") }
        return lease
    }

    /// What a member is told from now on, or after the last event that it has heard. A reader that falls too far behind
    /// loses its stream and resumes with the last number that it has.
    package func events(party: PartyID, peer: PeerID, after last: UInt64?) -> AsyncStream<ServedEvent> {
        guard rules.isMember(peer, of: party) else { return AsyncStream { $0.finish() } }
        return feeds.subscribe(party: party, peer: peer, after: last) { id in
            Task { await self.unsubscribe(id) }
        }
    }

    /// Looks after away members, forgotten parties and silent relays until cancelled.
    @concurrent
    package nonisolated func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while (try? await Task.sleep(for: Self.sweeping)) != nil { await self.sweep() }
            }
            group.addTask {
                while (try? await Task.sleep(for: Self.pinging)) != nil { await self.ping() }
            }
        }
    }

    /// One look; `run` does it every few seconds.
    package func sweep() async {
        // What is not stored now is found again by the next sweep.
        guard let now = try? await look() else { return }
        _ = try? await settle(rules.sweep(now: now, uptime: uptime()))
    }

    private func ping() { feeds.ping() }

    private func unsubscribe(_ id: UInt64) { feeds.remove(id) }

    /// The time at which something is to be decided, once the rules are what the store holds.
    private func look() async throws(StorageProblem) -> UInt64 {
        if isAhead {
            let restored = try await Self.restored(makeRules(clock()), from: store)
            if isAhead { adopt(restored) }
        }
        let now = clock()
        rules.observe(now: now, uptime: uptime())
        return now
    }

    private func adopt(_ restored: ControlRules) {
        var restored = restored
        restored.takeBooks(of: rules)
        (rules, isAhead) = (restored, false)
    }

    /// Makes an outcome durable and then tells whom it concerns. Decisions that come while the disk is busy are written
    /// together. Returns the number of the last event before whatever comes next.
    private func settle(_ outcome: ControlOutcome) async throws(StorageProblem) -> UInt64 {
        guard isWriting || !outcome.records.isEmpty else { return tell(outcome) }
        let result = await withCheckedContinuation { done in
            waiting.append(Decided(outcome: outcome, done: done))
            guard !isWriting else { return }
            isWriting = true
            // Unstructured: a caller that goes away must not stop what others wait for.
            Task { await self.write() }
        }
        return try result.get()
    }

    private func write() async {
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            do throws(StorageProblem) {
                try await store.apply(batch.flatMap(\.outcome.records))
                for decided in batch { decided.done.resume(returning: .success(tell(decided.outcome))) }
            } catch {
                await takeBack(batch, error)
            }
        }
        isWriting = false
    }

    /// The rules are ahead of the store: everything that waits was decided on what is not so, and is refused. The store
    /// knows heartbeats only coarsely, so silence counts from now, as after a start.
    private func takeBack(_ batch: [Decided], _ problem: StorageProblem) async {
        // A store that can't be read either is read before the next decision.
        isAhead = true
        if let restored = try? await Self.restored(makeRules(clock()), from: store) { adopt(restored) }
        for decided in batch + waiting { decided.done.resume(returning: .failure(problem)) }
        waiting = []
    }

    @concurrent
    private static func restored(
        _ rules: ControlRules, from store: any ControlStore
    ) async throws(StorageProblem) -> ControlRules {
        var rules = rules
        let records = try await store.load()
        do throws(Refusal) { try rules.restore(from: records) } catch {
            throw .damaged(path: "the control plane's store", reason: "\(error)")
        }
        return rules
    }

    private func tell(_ outcome: ControlOutcome) -> UInt64 {
        for change in outcome.changes { feeds.send(change) }
        if outcome.records.contains(where: \.takesMembershipAway) {
            feeds.keep { party, peer in rules.isMember(peer, of: party) }
        }
        for case .removeParty(let party) in outcome.records { feeds.forget(party) }
        return feeds.last
    }
}

extension ControlRecord {
    fileprivate var takesMembershipAway: Bool {
        switch self {
        case .removePeer, .removeParty: true
        default: false
        }
    }
}
