import Logging
import MeshRelayServer
import MeshRules
import MeshWire

/// The issuers that a relay's control servers have named. Says once when a server answers, and once when it stops to.
actor RelayTrust {
    private let relay: RelayServer
    private var issuers: [PublicKey] = []
    private var states: [String: String] = [:]

    init(relay: RelayServer) { self.relay = relay }

    func answered(_ lease: RelayLease, by server: String, _ logger: Logger) {
        if !issuers.contains(lease.issuer) {
            issuers.append(lease.issuer)
            relay.setTrust(issuers: issuers)
        }
        relay.setIssuerTime(lease.time)
        if states.updateValue("", forKey: server) != "" { logger.notice("listed by \(server)") }
    }

    func failed(_ why: ControlRefusal, at server: String, _ logger: Logger) {
        let words =
            why == .unauthorised
            ? "the operator's token is not that server's: copy its operator.token into this relay's state folder"
            : "\(why)"
        if states.updateValue(words, forKey: server) != words { logger.warning("not listed by \(server): \(words)") }
    }
}
