/// A window of samples that slides, with the number of samples that have passed: graphs place a sample by its number, so
/// that it keeps its place on the screen while others join it.
struct SampleHistory: Equatable, Sendable {
    /// Oldest first; nil is a sample without an answer.
    private(set) var samples: [Double?] = []
    /// The number behind the newest sample.
    private(set) var end = 0

    init(_ samples: [Double?] = []) { (self.samples, end) = (samples, samples.count) }

    /// Takes the window as it is now, which overlaps the former one unless much time has passed.
    mutating func take(_ window: [Double?]) {
        end += Self.added(window, to: samples)
        samples = window
    }

    /// The sample of a number, nil outside of the window.
    subscript(number: Int) -> Double?? {
        let index = number - end + samples.count
        return samples.indices.contains(index) ? .some(samples[index]) : nil
    }

    /// The worst of the samples with these numbers.
    func worst(_ numbers: Range<Int>) -> Worst {
        var highest: Double?
        for number in numbers {
            guard let sample = self[number] else { continue }
            guard let sample else { return .lost }
            highest = max(highest ?? sample, sample)
        }
        return highest.map(Worst.value) ?? .none
    }

    enum Worst: Equatable, Sendable { case none, lost, value(Double) }

    /// How many samples at the end of `window` are new: the fewest that make both agree.
    private static func added(_ window: [Double?], to former: [Double?]) -> Int {
        for added in 0..<window.count {
            let shared = min(former.count, window.count - added)
            if shared > 0, former.suffix(shared) == window.dropLast(added).suffix(shared) { return added }
        }
        return window.count
    }
}
