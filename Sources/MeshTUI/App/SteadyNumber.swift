/// A measured value as a whole number that moves only when the measurement has moved enough to matter: by 5 %, and by
/// one at least. A column of them costs a tenth of the bytes that faithful digits would.
struct SteadyNumber: Equatable, Sendable {
    private(set) var shown: Int?

    /// Takes a measurement; nil shows nothing.
    mutating func take(_ value: Double?) {
        guard let value, value.isFinite, value >= 0 else {
            shown = nil
            return
        }
        if let shown, abs(value - Double(shown)) <= max(1, 0.05 * Double(shown)) { return }
        shown = Int(min(value, 999_999).rounded())
    }

    /// `12 ms`, `<1 ms`, or `–` when there is nothing to show.
    static func milliseconds(_ value: Int?) -> String {
        guard let value else { return "–" }
        return value == 0 ? "<1 ms" : value >= 10_000 ? "\(value / 1000) s" : "\(value) ms"
    }
}

/// How long ago something was, in steps so coarse that a resting screen stays at rest.
enum CoarseAge {
    static func text(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 5 else { return "just now" }
        let whole = Int(min(seconds, 1e9))
        switch whole {
        case ..<60: return "\(whole / 15 * 15 == 0 ? 5 : whole / 15 * 15) s ago"
        case ..<3600: return "\(whole / 60) min ago"
        case ..<86400: return "\(whole / 3600) h ago"
        default: return "\(whole / 86400) d ago"
        }
    }
}

/// The upper end of the latency graph: a round number that follows a rise at once and a fall reluctantly.
struct GraphScale: Equatable, Sendable {
    private(set) var top = 10.0
    private static let rounds: [Double] = [
        10, 20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1000, 1500, 2000, 3000, 5000,
    ]

    mutating func take(_ highest: Double) {
        let wanted = Self.rounds.first { highest < $0 } ?? 5000
        if wanted > top || highest < 0.35 * top { top = wanted }
    }
}
