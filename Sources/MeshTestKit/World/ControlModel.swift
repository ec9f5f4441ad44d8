import MeshRules
import MeshWire

/// The control plane: the real rules, with a store that is an array and members who hear of changes.
struct ControlModel: Sendable {
    var rules: ControlRules
    var records: [ControlRecord] = []
    var isDown = false
    /// Nil while the server is honest.
    var lies: ControlLies?
    /// One way.
    var latency: Duration = .milliseconds(15)
    var subscriptions: [Subscription] = []
    var random: SeededRandom
    private let issuer: SigningKey
    private let bearerKey: Bytes32
    let keyHash: Bytes16
    var issuerKey: PublicKey { issuer.publicKey }

    init(random: SeededRandom, startedAt: UInt64) throws(Refusal) {
        var random = random
        issuer = try SigningKey(seed: Bytes32(random.bytes(32).span, at: 0))
        bearerKey = Bytes32(random.bytes(32).span, at: 0)
        keyHash = Bytes16(random.bytes(16).span, at: 0)
        rules = ControlRules(keyHash: keyHash, bearerKey: bearerKey, issuer: issuer, startedAt: startedAt)
        self.random = random
    }

    /// Starts anew from what was stored; nobody is connected.
    mutating func restart(startedAt: UInt64) throws(Refusal) {
        rules = ControlRules(keyHash: keyHash, bearerKey: bearerKey, issuer: issuer, startedAt: startedAt)
        try rules.restore(from: records)
        subscriptions = []
    }

    /// Decides a request; whoever joins follows the events from this moment on, in the place of those in `taken`.
    mutating func handle(_ call: ControlCall, now: UInt64, taken: inout [Subscription]) -> ControlOutcome {
        let member = call.bearer.flatMap { rules.authenticate(bearer: $0, party: call.party, now: now) }
        let outcome = rules.handle(
            call.request, party: call.party, from: member.map { .member($0) } ?? .anonymous, source: .inProcess,
            now: now,
            random: &random)
        records += outcome.records
        if case .joined = outcome.reply, let proof = call.request.proof, let card = try? Card.decode(proof.card.span) {
            taken = subscribe(Subscription(machine: call.machine, run: call.run, party: call.party, peer: card.peer))
        }
        return outcome
    }

    /// - Returns: The subscriptions of the same member whose place this one takes.
    @discardableResult
    mutating func subscribe(_ newer: Subscription) -> [Subscription] {
        let taken = subscriptions.filter {
            $0.machine != newer.machine && $0.party == newer.party && $0.peer == newer.peer
        }
        subscriptions.removeAll { $0.machine == newer.machine || taken.contains($0) }
        subscriptions.append(newer)
        return taken
    }

    /// Who is told of a change.
    func audience(of change: Change) -> [Subscription] {
        subscriptions.filter { subscription in
            guard change.party == nil || change.party == subscription.party else { return false }
            switch change.to {
            case .all(let except): return subscription.peer != except
            case .one(let peer): return subscription.peer == peer
            }
        }
    }
}

extension ControlRequest {
    fileprivate var proof: JoinProof? {
        switch self {
        case .registerParty(_, _, let proof), .joinParty(_, let proof): proof
        default: nil
        }
    }
}
