package import MeshRelayServer
package import MeshRules
package import MeshWire

/// A relay at a public endpoint: the real rules with a private key that survives a restart.
package struct RelayModel: Sendable {
    /// Where it listens.
    package let endpoint: Endpoint
    /// What it decides by.
    package internal(set) var rules: RelayRules
    /// It hears nothing.
    package internal(set) var isDown = false
    /// H("relay", key)[8].
    package var id: Bytes8 { Derivation.relayID(key: rules.publicKey) }
    /// How a person configures it, at its endpoint or also at others.
    package func info(at endpoints: [Endpoint]? = nil) -> RelayInfo {
        RelayInfo(key: rules.publicKey, endpoints: endpoints ?? [endpoint], region: "")
    }

    private let privateKey: Bytes32
    private var random: SeededRandom

    init(endpoint: Endpoint, issuers: [PublicKey], isOpen: Bool, random: SeededRandom) {
        var random = random
        privateKey = Bytes32(random.bytes(32).span, at: 0)
        self.endpoint = endpoint
        rules = RelayRules(
            privateKey: privateKey, policy: RelayPolicy(issuers: issuers, open: isOpen),
            secrets: Bytes32(random.bytes(32).span, at: 0), random: random.fork())
        self.random = random
    }

    /// Registrations that it holds.
    package var clients: Int { rules.counters.clients }

    /// Its answers say that it is about to stop. The rules never do, so the flag is put into what they answer.
    var isDraining = false

    /// It says that it sees everybody at this endpoint, as one behind a NAT of its own does.
    package var misreports: Endpoint?

    /// The answer as it leaves: with the flag while it drains, and with what it says to have observed.
    func marked(_ answer: [UInt8], to question: [UInt8]) -> [UInt8] {
        guard isDraining || misreports != nil, let ok = try? HelloOK.decode(answer.span),
            let hello = try? Hello.decode(question.span),
            let shared = try? KeyAgreement.shared(privateKey: privateKey, publicKey: hello.token.wg)
        else { return answer }
        let marked = HelloOK(
            flags: isDraining ? ok.flags.union(.draining) : ok.flags, request: ok.request, nextCookie: ok.nextCookie,
            observed: misreports ?? ok.observed, lifetime: ok.lifetime, conflicts: ok.conflicts)
        return marked.encode(key: RelayKeys.ok(shared: shared, relay: rules.publicKey, wg: hello.token.wg))
    }

    mutating func distrustControl() { rules.setTrust([]) }

    /// Forgets all clients and learned indexes.
    mutating func restart() {
        rules = RelayRules(
            privateKey: privateKey, policy: rules.policy, secrets: Bytes32(random.bytes(32).span, at: 0),
            random: random.fork())
    }
}
