import Logging
import MeshRelayServer
import MeshRules
import MeshWire

/// The issuers that a relay's control servers have named, each with the clock of the server that named it first. Says
/// once when a server answers, and once when it stops to.
actor RelayTrust {
    private let relay: RelayServer
    /// One for each server, in the order of their first answers: a server that has a new key has no other any more.
    private var issuers: [(server: String, key: PublicKey)] = []
    private var states: [String: String] = [:]

    init(relay: RelayServer) { self.relay = relay }

    func answered(_ lease: RelayLease, by server: String, _ logger: Logger) {
        if Self.name(lease.issuer, of: server, among: &issuers) { relay.setTrust(issuers: issuers.map(\.key)) }
        // Another server may name the same key; the clock is the business of the first.
        if issuers.first(where: { $0.key == lease.issuer })?.server == server {
            relay.setTime(lease.time, of: lease.issuer)
        }
        if states.updateValue("", forKey: server) != "" { logger.notice("listed by \(server)") }
    }

    /// - Returns: Whether the list has changed.
    static func name(
        _ key: PublicKey, of server: String, among issuers: inout [(server: String, key: PublicKey)]
    ) -> Bool {
        guard let row = issuers.firstIndex(where: { $0.server == server }) else {
            issuers.append((server, key))
            return true
        }
        defer { issuers[row].key = key }
        return issuers[row].key != key
    }

    func failed(_ why: ControlRefusal, at server: String, _ logger: Logger) {
        let words =
            why == .unauthorised
            ? "the operator's token is not that server's: copy its operator.token into this relay's state folder"
            : "\(why)"
        if states.updateValue(words, forKey: server) != words { logger.warning("not listed by \(server): \(words)") }
    }
}
