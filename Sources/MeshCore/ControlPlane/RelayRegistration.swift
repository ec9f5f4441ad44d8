package import MeshRules
import MeshWire

/// Keeps a relay on the lists of its operator's control servers.
package struct RelayRegistration: Sendable {
    private let server: ControlAddress
    private let operatorToken: String
    private let allowInsecure: Bool

    /// - Parameters:
    ///   - operatorToken: what stands in the server's STATE/operator.token.
    ///   - allowInsecure: plain HTTP also beyond loopback and private addresses.
    package init(server: ControlAddress, operatorToken: String, allowInsecure: Bool = false) {
        (self.server, self.operatorToken, self.allowInsecure) = (server, operatorToken, allowInsecure)
    }

    /// Registers until cancelled, three times in each lifetime. `announcement` is asked each time, because the load
    /// changes; `answered` gets the issuer and its time, or why there was no answer.
    @concurrent
    package func run(
        announcement: @Sendable () async -> RelayAnnouncement,
        answered: @Sendable (Result<RelayLease, ControlRefusal>) async -> Void
    ) async {
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            let pause: Duration
            do throws(ControlRefusal) {
                let lease = try await register(await announcement())
                backoff.succeeded()
                pause = .seconds(Int64(clamping: max(lease.lifetime, 3))) / 3
                await answered(.success(lease))
            } catch {
                pause = backoff.failed(random: &random)
                await answered(.failure(error))
            }
            try? await Task.sleep(for: pause)
        }
    }

    /// Registers once.
    package func register(_ relay: RelayAnnouncement) async throws(ControlRefusal) -> RelayLease {
        if let why = PlainHTTP.refusal(server, isAllowedAnywhere: allowInsecure) { throw .notAsked(why) }
        let answer: ControlHTTP.Answer
        do throws(ControlHTTP.Failure) {
            answer = try await ControlHTTP.send(.put(relay), to: server, bearer: operatorToken)
        } catch {
            throw .unreachable("\(server.host):\(server.port): \(error)")
        }
        return try answer.read { bytes throws(ControlJSON.Unreadable) in
            try ControlJSON.decode(ControlJSON.LeaseBody.self, from: bytes).lease
        }
    }
}

extension ControlRoute {
    static func put(_ relay: RelayAnnouncement) -> ControlRoute {
        ControlRoute(.put, "/v1/relays/\(relay.id)", ControlJSON.Relay(relay))
    }
}
