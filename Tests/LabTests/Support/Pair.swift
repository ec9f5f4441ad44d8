import Foundation

/// Two nodes of a lab in one party: the first hosts, the second has joined.
struct Pair: Sendable {
    let host: NodeProcess
    let friend: NodeProcess
    let hosting: Running
    let joining: Running
    let invite: String
    let friendAddress: String

    /// The first address of the party's subnet, which is its host's.
    static let hostAddress = "10.66.0.1"

    static func join(_ lab: Lab, _ hostSite: String, _ friendSite: String) async throws -> Pair {
        let host = NodeProcess(lab, hostSite)
        let friend = NodeProcess(lab, friendSite)
        let (hosting, invite) = try await host.host()
        let joining = try await friend.join(invite)
        let status = try await friend.status("its address") { $0.node.virtualIP != nil }
        return Pair(
            host: host, friend: friend, hosting: hosting, joining: joining, invite: invite,
            friendAddress: status.node.virtualIP ?? "")
    }

    /// Waits until both ends say that their packets take a path of this kind.
    func path(_ kind: String, within limit: Duration = .seconds(30)) async throws {
        try await host.path(kind, to: friend.name, within: limit)
        try await friend.path(kind, to: host.name, within: limit)
    }

    /// Waits until both ends can be reached through these relays.
    func registered(at addresses: [String]) async throws {
        for node in [host, friend] {
            try await node.status("registered at \(addresses)") { status in
                addresses.allSatisfy { status.relay(at: $0)?.registered == true }
            }
        }
    }

    /// Traffic both ways while `body` runs, which begins when it flows.
    func traffic(rate: Int, while body: () async throws -> Void) async throws -> [Traffic.Report] {
        let before = try await endpoints()
        return try await Traffic.bothWays(host, Pair.hostAddress, friend, friendAddress, rate: rate) {
            try await eventually("traffic both ways", ask: endpoints) { now in
                [(before.host, now.host), (before.friend, now.friend)].allSatisfy { before, now in
                    (now?.rxBytes ?? 0) > (before?.rxBytes ?? 0) + 10_000
                }
            }
            try await body()
        }
    }

    /// Where WireGuard sends each end's packets: the host's and the friend's endpoint of the other.
    func endpoints() async throws -> (host: WireGuardPeer?, friend: WireGuardPeer?) {
        (
            try await WireGuardPeer.all(of: host)[friendAddress],
            try await WireGuardPeer.all(of: friend)[Pair.hostAddress]
        )
    }
}
