/// A line of `wg show INTERFACE dump`: what WireGuard itself says about a peer.
struct WireGuardPeer: CustomStringConvertible {
    let endpoint: String
    let rxBytes: UInt64
    let txBytes: UInt64

    var description: String { "\(endpoint) rx \(rxBytes) tx \(txBytes)" }

    /// The peers of a node's interface, told apart by the one address they may use.
    static func all(of node: NodeProcess) async throws -> [String: WireGuardPeer] {
        let dump = try await Command.output(of: node.lab.inside(node.site, ["wg", "show", node.interface, "dump"]))
        var found: [String: WireGuardPeer] = [:]
        for line in dump.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 8, let address = fields[3].split(separator: "/").first else { continue }
            found[String(address)] = WireGuardPeer(
                endpoint: fields[2], rxBytes: UInt64(fields[5]) ?? 0, txBytes: UInt64(fields[6]) ?? 0)
        }
        return found
    }
}
