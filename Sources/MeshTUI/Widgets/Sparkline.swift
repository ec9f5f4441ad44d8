/// Ten cells of a pair's latency. All of them share one fixed logarithmic scale (1 ms to 1 s), so that rows can be
/// compared with each other and a sample never redraws its neighbours.
enum Sparkline {
    static let width = 10

    /// What one cell shows.
    enum Step: Equatable, Sendable {
        case none, loss
        /// 0 (1 ms or less) to 7 (a second or more).
        case level(Int)
    }

    /// Where a latency stands on the scale.
    static func level(_ milliseconds: Double) -> Int {
        // Edges of equal ratio: 1000 to the power of 1/8, 2/8 …
        let edges = [2.371, 5.623, 13.335, 31.623, 74.989, 177.828, 421.697]
        return edges.firstIndex { milliseconds < $0 } ?? 7
    }

    /// The newest cells that are full, of `perStep` samples each: a cell shows the worst of its own, and loss before
    /// that. It moves once in so many samples.
    static func steps(_ history: SampleHistory, perStep: Int) -> [Step] {
        let end = history.end / perStep
        return ((end - width)..<end).map { cell in
            switch history.worst((cell * perStep)..<((cell + 1) * perStep)) {
            case .none: .none
            case .lost: .loss
            case .value(let value): .level(level(value))
            }
        }
    }

    static func text(_ steps: [Step], _ glyphs: Glyphs) -> String {
        String(
            steps.map { step in
                switch step {
                case .none: glyphs.noSample
                case .loss: glyphs.loss
                case .level(let level): glyphs.bars[level]
                }
            })
    }
}
