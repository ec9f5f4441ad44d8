package import MeshWire

/// One relay and this machine's registrations there: under the server's token, the member's own, or both (PROTOCOL.md
/// §4). Registrations are kept with every relay that the node is told of, so that a relayed path is proven before it is
/// needed. Of several endpoints the next is tried when one does not answer.
package struct RelayClient: Sendable {
    /// HELLOs in a row without an answer until something else is tried: two seconds.
    static let patience = 3

    /// The relay as it was told of.
    package let info: RelayInfo
    private var way: RelayWay
    private var registrations: [TokenRegistration]
    /// Incarnations by which the counter rises when the relay seems to know a higher one.
    private var leap = Self.firstLeap
    private static let firstLeap: UInt32 = 16
    /// A state folder was hardly set back by more starts; a relay that gives cookies and no more must not use them up.
    static let farthestLeap: UInt32 = 65_536

    /// - Parameter tokens: One or two, of different issuers.
    /// - Throws: `Refusal.key` when the relay's key agrees on nothing, `.address` when it has no endpoint.
    package init(info: RelayInfo, tokens: [RelayToken], membership: Membership, counter: Sequence64) throws(Refusal) {
        guard let endpoint = info.endpoints.first else { throw .address }
        let shared = try KeyAgreement.shared(privateKey: membership.wireGuardPrivate, publicKey: info.key)
        way = RelayWay(
            endpoint: endpoint, helloKey: RelayKeys.hello(shared: shared, relay: info.key, wg: membership.wireGuard),
            okKey: RelayKeys.ok(shared: shared, relay: info.key, wg: membership.wireGuard), counter: counter)
        self.info = info
        registrations = tokens.map(TokenRegistration.init)
    }

    /// Where it is tried now, or was reached last.
    package var endpoint: Endpoint { way.endpoint }
    /// Where the relay saw us; a candidate, never a fact.
    package var observed: Endpoint? { (standing ?? registrations.first { $0.observed != nil })?.observed }
    /// HELLO to OK, smoothed.
    package var roundTrip: Duration? { (standing ?? registrations.first)?.roundTrip }
    /// Why there is no registration, for people.
    package var problem: String? { standing == nil ? registrations.lazy.compactMap(\.problem).first : nil }
    /// It has said that it is about to stop.
    package var isDraining: Bool { registrations.contains { $0.isDraining } }
    /// When `handleTimeout` is due.
    package var deadline: Instant? { registrations.lazy.compactMap(\.deadline).min() }
    /// Taken in under at least one token, as far as we know.
    package var stands: Bool { standing != nil }
    /// The highest counter that the relay may have seen.
    package var lastCounter: UInt64 { way.counter.value }

    private var standing: TokenRegistration? { registrations.first(where: \.stands) }

    /// Its lifetime under at least one token has not ended.
    package func isRegistered(at now: Instant) -> Bool { registrations.contains { $0.isRegistered(at: now) } }

    /// The indexes of ours that the relay has said to know, in every table where we stand: a peer may be in any of them.
    package var confirmed: [ReceiverIndex] {
        let tables = registrations.filter(\.stands)
        guard let first = tables.first ?? registrations.first else { return [] }
        return first.confirmed.map(\.index).filter { index in
            tables.dropFirst().allSatisfy { table in table.confirmed.contains { $0.index == index } }
        }
    }

    /// Tokens came, were renewed or went: a registration is known by who has issued its token.
    package mutating func renew(_ tokens: [RelayToken], _ rows: [Hello.Row], _ step: inout Step) {
        var newer: [TokenRegistration] = []
        for token in tokens {
            if var same = registrations.first(where: { $0.token.issuer == token.issuer }) {
                same.renew(token, &way, &step)
                newer.append(same)
            } else {
                var another = TokenRegistration(token)
                if deadline != nil { another.announce(Self.fitting(rows), &way, &step) }
                newer.append(another)
            }
        }
        registrations = newer
    }

    /// Sends HELLO at once: at the start, after a handshake or a new mapping, before a switch, when a check is missing.
    package mutating func announce(_ rows: [Hello.Row], _ step: inout Step) {
        for index in registrations.indices { registrations[index].announce(Self.fitting(rows), &way, &step) }
    }

    /// What the next HELLO will list.
    package mutating func refreshRows(_ rows: [Hello.Row]) {
        for index in registrations.indices { registrations[index].refreshRows(Self.fitting(rows)) }
    }

    private static func fitting(_ rows: [Hello.Row]) -> [Hello.Row] { Array(rows.prefix(Hello.maximumRows)) }

    /// Whether a datagram answers one of our last HELLOs; nothing changes because of any other.
    package func awaits(_ datagram: Span<UInt8>) -> Bool {
        let request = (try? Challenge.decode(datagram))?.request ?? (try? HelloOK.decode(datagram))?.request
        return request.map { request in registrations.contains { $0.asked(request) } } ?? false
    }

    /// A relay datagram from this relay's endpoint.
    package mutating func received(_ datagram: Span<UInt8>, _ step: inout Step) -> RelayChange {
        if let challenge = try? Challenge.decode(datagram) {
            guard let index = registrations.firstIndex(where: { $0.asked(challenge.request) }) else { return .nothing }
            registrations[index].challenged(challenge, &way, &step)
            return .nothing
        }
        guard let answer = try? HelloOK.decode(datagram),
            let index = registrations.firstIndex(where: { $0.asked(answer.request) }),
            (try? HelloOK.verifyMAC(datagram, key: way.okKey)) != nil
        else { return .nothing }
        let wasRegistered = isRegistered(at: step.now)
        switch registrations[index].answered(answer, at: step.now) {
        case .registered(_, let moved, let conflicts):
            leap = Self.firstLeap
            return .registered(isNew: !wasRegistered, movedTo: moved, conflicts: conflicts)
        // Who is taken in under one token needs no word about the other.
        case .refused: return isRegistered(at: step.now) ? .nothing : .refused
        case .nothing: return .nothing
        }
    }

    /// Sends HELLO again when it is due.
    /// - Returns: True when the last registration was lost just now.
    package mutating func handleTimeout(_ step: inout Step) -> Bool {
        guard let deadline, deadline <= step.now else { return false }
        var isLost = false
        for index in registrations.indices where registrations[index].handleTimeout(&way, &step) { isLost = true }
        guard !isRegistered(at: step.now) else { return false }
        let silent = registrations.filter { $0.unanswered > Self.patience }
        if !silent.isEmpty, registrations.allSatisfy({ $0.unanswered > Self.patience || $0.problem != nil }) {
            tryAnotherWay(&step)
        }
        return isLost
    }

    /// A relay that gives cookies and answers no HELLO knows a higher counter of ours, from a state folder that was set
    /// back. One that says nothing may listen elsewhere.
    private mutating func tryAnotherWay(_ step: inout Step) {
        if registrations.contains(where: \.wasChallenged), leap <= Self.farthestLeap {
            way.counter.leap(leap)
            leap *= 16
            for index in registrations.indices { registrations[index].leapt() }
        } else if info.endpoints.count > 1, let at = info.endpoints.firstIndex(of: way.endpoint) {
            way.endpoint = info.endpoints[(at + 1) % info.endpoints.count]
            for index in registrations.indices {
                registrations[index].restart(isAgain: at + 1 == info.endpoints.count, &way, &step)
            }
        }
    }
}
