package import MeshWire

/// Which relays the node was told of, and with which token it registers there: by its control plane (with the server's
/// token), or by a person (with the member's own, signed by the group key). At most eight are used.
package struct RelayDirectory: Sendable {
    /// Registrations cost HELLOs and a shared secret each; more would seldom bring a better path.
    package static let most = 8

    /// By the control plane.
    package private(set) var listed: [RelayInfo] = []
    /// Of the control plane, for those that it lists.
    package private(set) var token: RelayToken?
    /// By a person.
    package private(set) var byHand: [RelayInfo] = []

    /// No relay is known.
    package init() {}

    mutating func told(_ relays: [RelayInfo], token: [UInt8]?) {
        listed = []
        for relay in relays where !listed.contains(where: { $0.id == relay.id }) { listed.append(relay) }
        self.token = token.flatMap { try? RelayToken.decode($0.span) }
    }

    mutating func configured(_ relays: [RelayInfo]) { byHand = relays }

    /// Which relays to register with and under which tokens: the server's for one that it lists, the member's own for one
    /// given by hand or listed without a token, both for one that is both (PROTOCOL.md §4).
    func wanted(_ membership: Membership) -> [(info: RelayInfo, tokens: [RelayToken])] {
        var result: [(info: RelayInfo, tokens: [RelayToken])] = []
        let own = RelayToken.make(
            scope: membership.keys.scope, wg: membership.wireGuard, expiry: 0, signer: membership.keys.group)
        for info in byHand {
            guard var both = listed.first(where: { $0.id == info.id }) else {
                result.append((info, [own]))
                continue
            }
            // Where a person has said that it is comes first.
            both.endpoints = info.endpoints + both.endpoints.filter { !info.endpoints.contains($0) }
            result.append((both, [token, own].compactMap(\.self)))
        }
        for info in listed where !byHand.contains(where: { $0.id == info.id }) { result.append((info, [token ?? own])) }
        // A person's own come first: a server with many relays does not push them out.
        return result.prefix(Self.most).sorted { $0.info.id < $1.info.id }
    }
}
