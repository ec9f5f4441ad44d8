package import MeshWire

/// Which relays the node was told of, and with which token it registers there: by its control plane (with the server's
/// token), or by a person (with the member's own, signed by the group key). At most eight are used.
package struct RelayDirectory: Sendable {
    package static let most = 8

    package private(set) var listed: [RelayInfo] = []
    package private(set) var token: RelayToken?
    package private(set) var byHand: [RelayInfo] = []

    package init() {}

    mutating func told(_ relays: [RelayInfo], token: [UInt8]?) {
        listed = relays
        self.token = token.flatMap { try? RelayToken.decode($0.span) }
    }

    mutating func configured(_ relays: [RelayInfo]) { byHand = relays }

    /// Which relays to register with; a relay that is both listed and given by hand is used as listed.
    func wanted(_ membership: Membership) -> [(info: RelayInfo, token: RelayToken)] {
        var result: [(info: RelayInfo, token: RelayToken)] = []
        let own = RelayToken.make(
            scope: membership.keys.scope, wg: membership.wireGuard, expiry: 0, signer: membership.keys.group)
        for info in byHand where !listed.contains(where: { $0.id == info.id }) { result.append((info, own)) }
        for info in listed { result.append((info, token ?? own)) }
        // A person's own come first: a server with many relays does not push them out.
        return result.prefix(Self.most).sorted { $0.info.id < $1.info.id }
    }
}
