/// Something done to the internet between two sites. As text it is one line, which is what the command line and the
/// control socket carry.
enum Fault: Equatable, Sendable {
    /// Nothing gets from the first site to the second, nor back unless `oneWay`.
    case cut(String, String, oneWay: Bool)
    /// Everything between the two is as it was when the lab came up.
    case mend(String, String)
    /// Percentage lost, both ways.
    case loss(String, String, percent: Double)
    /// One-way delay in milliseconds, both ways.
    case delay(String, String, milliseconds: Double)

    init(words: [String]) throws(LabProblem) {
        let usage = "cut A B [one-way], mend A B, loss A B PERCENT or delay A B MS"
        guard words.count >= 3 else { throw .refused("a fault reads \(usage)") }
        let (a, b, rest) = (words[1], words[2], words.dropFirst(3))
        guard a != b else { throw .refused("a fault is between two different sites, not \(a) and itself") }
        switch (words[0], rest.count) {
        case ("cut", 0): self = .cut(a, b, oneWay: false)
        case ("cut", 1) where rest.first == "one-way": self = .cut(a, b, oneWay: true)
        case ("mend", 0): self = .mend(a, b)
        case ("loss", 1):
            guard let percent = rest.first.flatMap(Double.init), (0...100).contains(percent) else {
                throw .refused("loss is a percentage from 0 to 100")
            }
            self = .loss(a, b, percent: percent)
        case ("delay", 1):
            guard let milliseconds = rest.first.flatMap(Double.init), (0...10_000).contains(milliseconds) else {
                throw .refused("a delay is 0 to 10000 milliseconds")
            }
            self = .delay(a, b, milliseconds: milliseconds)
        default: throw .refused("a fault reads \(usage)")
        }
    }

    var words: [String] {
        switch self {
        case .cut(let a, let b, let oneWay): ["cut", a, b] + (oneWay ? ["one-way"] : [])
        case .mend(let a, let b): ["mend", a, b]
        case .loss(let a, let b, let percent): ["loss", a, b, "\(percent)"]
        case .delay(let a, let b, let milliseconds): ["delay", a, b, "\(milliseconds)"]
        }
    }
}
