package import MeshWire

/// Chooses among the paths of one pair. Direct is preferred; a change for the better must be worth it (10 ms or 20 %,
/// whichever is more, over three samples), a change away from a silent path is made at once.
package enum PathSelector {
    static let leastGain: Duration = .milliseconds(10)

    /// How willing a pair is to leave a path that works for a better one.
    package enum Mobility: Sendable {
        /// It has moved often of late.
        case staying
        case settled
        /// It has just come together, on whichever path answered first: 10 ms are worth a change.
        case choosing
    }

    /// - Parameter current: Where WireGuard sends now, nil before there is a path.
    /// - Returns: The index of the best path; nil when none is usable.
    package static func choose(
        _ paths: [Path], current: Endpoint?, _ mobility: Mobility = .settled, at now: Instant
    ) -> Int? {
        let usable = paths.indices.filter { paths[$0].isUsable(at: now) }
        guard let best = usable.min(by: { precedes(paths[$0], paths[$1]) }) else { return nil }
        guard let current, let held = usable.first(where: { paths[$0].remote == current }), held != best else {
            return best
        }
        if paths[held].isDraining != paths[best].isDraining { return best }
        return isWorthIt(from: paths[held], to: paths[best], mobility) ? best : held
    }

    /// The order of preference without regard to what is in use: what stays before what drains, clean before lossy, direct
    /// before relay unless the relay is much faster, then by round trip and endpoint.
    static func precedes(_ one: Path, _ other: Path) -> Bool {
        guard one.isDraining == other.isDraining else { return other.isDraining }
        let lossy = (one.recentLossPct >= Path.lossThatCounts, other.recentLossPct >= Path.lossThatCounts)
        guard lossy.0 == lossy.1 else { return lossy.1 }
        let cost = (cost(one), cost(other))
        return cost.0 == cost.1 ? one.remote < other.remote : cost.0 < cost.1
    }

    /// A relay costs somebody's bandwidth and one more machine that can fail: it must win by the gain of a switch.
    private static func cost(_ path: Path) -> Duration {
        let roundTrip = path.recentRoundTrip ?? .seconds(1)
        return path.relay == nil ? roundTrip : roundTrip + gain(over: roundTrip)
    }

    private static func gain(over roundTrip: Duration) -> Duration { max(leastGain, roundTrip / 5) }

    private static func isWorthIt(from held: Path, to better: Path, _ mobility: Mobility) -> Bool {
        if mobility == .staying { return false }
        if held.recentLossPct >= Path.lossThatCounts && better.recentLossPct < Path.lossThatCounts {
            return better.samples.count >= 3
        }
        guard better.samples.count >= 3, let now = held.recentRoundTrip else { return false }
        // From a relay to direct no gain is asked for: the bias of `cost` was the gain.
        if held.relay != nil && better.relay == nil { return true }
        let wanted = now - (mobility == .choosing ? leastGain : gain(over: now))
        return better.samples.allSatisfy { $0 < wanted }
    }
}
