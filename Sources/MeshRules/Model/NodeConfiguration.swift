/// What can be set; each default is DESIGN.md §5's.
package struct NodeConfiguration: Equatable, Sendable {
    /// Pace at which a healthy pair is measured through the tunnel while nobody watches.
    package var monitoring: Duration = .seconds(30)
    /// The same while a screen is open.
    package var watchedMonitoring: Duration = .seconds(1)
    /// Latency above which a pair counts as degraded.
    package var degradedThreshold: Duration = .milliseconds(200)
    /// Tries before a pair counts as failed.
    package var reconnectAttempts = 3
    /// Between two of those.
    package var reconnectSpacing: Duration = .seconds(5)
    /// WireGuard's persistent keepalive.
    package var keepalive: Duration = .seconds(25)
    /// After how long without any path the WireGuard peer is removed.
    package var cleanUp: Duration = .seconds(300)
    /// How often a failed pair starts again, and a relayed one tries the direct path.
    package var retry: Duration = .seconds(30)
    /// Between two heartbeats to the control plane.
    package var heartbeat: Duration = .seconds(30)
    /// Control servers at loopback and link-local addresses are used too.
    package var allowsLoopback = false
    /// Name of WireGuard's interface.
    package var interface = "meshtui0"
    /// When this run of the node began, in seconds since 1970 by the machine's clock; 0 keeps it out of the card.
    package var started: UInt64 = 0
    /// What this machine is called before it is in a party.
    package var nodeName = "node"

    /// The defaults.
    package init() {}
}
