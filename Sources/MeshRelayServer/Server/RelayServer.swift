public import Logging
public import MeshWire
import Synchronization

/// A relay on real sockets: the rules, one thread, and what others may ask of them while it runs.
public final class RelayServer: Sendable {
    /// X25519; with an endpoint it is the relay's address.
    public let publicKey: PublicKey
    /// Where it listens, ports chosen by the kernel filled in; open from the start, answered once it runs.
    public let endpoints: [Endpoint]
    /// A word for people, such as a city; empty when none was given.
    public let region: String
    /// How many clients it takes at once.
    public let capacity: Int
    private let mailbox: RelayMailbox
    private let loop: Mutex<PacketLoop?>

    /// Opens the sockets.
    ///
    /// - Throws: `RelayServerError`.
    public init(configuration: RelayConfiguration, logger: Logger) throws(RelayServerError) {
        guard !configuration.listen.isEmpty else { throw .address("no address") }
        var sockets: [RelaySocket] = []
        for endpoint in configuration.listen { sockets.append(try RelaySocket(endpoint)) }
        var random = SystemRandomNumberGenerator()
        var secret: [UInt8] = []
        while secret.count < Bytes32.count { secret.append(bigEndian: random.next()) }
        let rules = RelayRules(
            privateKey: configuration.privateKey, policy: configuration.policy, secrets: Bytes32(secret.span, at: 0),
            random: random)
        publicKey = rules.publicKey
        endpoints = sockets.map(\.endpoint)
        region = configuration.region
        capacity = configuration.policy.capacity
        mailbox = try RelayMailbox()
        loop = Mutex(try PacketLoop(rules: rules, sockets: sockets, mailbox: mailbox, logger: logger))
    }

    /// Serves until the task is cancelled; once.
    ///
    /// - Throws: `RelayServerError` when the sockets fail.
    public func run() async throws {
        let mailbox = mailbox
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do {
                    try PacketThread.start { self.serve(continuation) }
                } catch {
                    mailbox.close(with: RelayCounters())
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            mailbox.post(.stop)
        }
    }

    private func serve(_ continuation: CheckedContinuation<Void, any Error>) {
        do {
            guard let loop = loop.withLock({ $0.take() }) else { throw RelayServerError.ran }
            try loop.run()
            continuation.resume()
        } catch {
            continuation.resume(throwing: error)
        }
    }

    /// Replaces the issuers whose tokens count.
    package func setTrust(issuers: [PublicKey]) { mailbox.post(.trust(issuers)) }

    /// Sets the clock of one trusted issuer: seconds since 1970 now. Expiry of its tokens isn't looked at before.
    package func setTime(_ seconds: UInt64, of issuer: PublicKey) { mailbox.post(.issuerTime(seconds, of: issuer)) }

    /// Tells clients from now on, each when it says HELLO, that the relay will stop.
    package func drain() { mailbox.post(.drain) }

    /// What it has done so far. Waits for `run`.
    package var counters: RelayCounters {
        get async {
            await withCheckedContinuation { continuation in
                if let last = mailbox.post(.report(continuation)) { continuation.resume(returning: last) }
            }
        }
    }
}
