/// The sixteen-colour palette's own hues: a person's terminal decides how they look, on a dark ground and on a light one.
enum Color: UInt8, Sendable, CaseIterable {
    case standard = 0, red, green, yellow, blue, magenta, cyan, white
}

/// Colour and attributes of a cell. Meaning never hangs on them alone: every state has its word and glyph.
struct Style: Hashable, Sendable {
    /// Attributes that a terminal without colours has as well.
    struct Attributes: OptionSet, Hashable, Sendable {
        let rawValue: UInt8
        static let bold = Attributes(rawValue: 1)
        static let dim = Attributes(rawValue: 2)
        static let reverse = Attributes(rawValue: 4)
        static let underline = Attributes(rawValue: 8)
    }

    var color = Color.standard
    var attributes: Attributes = []

    init(_ color: Color = .standard, _ attributes: Attributes = []) {
        (self.color, self.attributes) = (color, attributes)
    }

    static let plain = Style()
    static let dim = Style(.standard, .dim)
    static let bold = Style(.standard, .bold)
    static let accent = Style(.cyan, .bold)
    static let good = Style(.green)
    static let notice = Style(.cyan)
    static let warning = Style(.yellow)
    static let bad = Style(.red)
    static let border = Style(.standard, .dim)
    static let focusedBorder = Style(.cyan)

    /// In the bar of a selected row: one colour, because a bar of many reversed hues cannot be read.
    var selected: Style { Style(.standard, attributes.intersection(.bold).union(.reverse)) }

    func with(_ more: Attributes) -> Style { Style(color, attributes.union(more)) }

    /// One letter a style, for the second grid of a screen test: the hue, a capital when it is bold.
    var letter: Character {
        if attributes.contains(.reverse) { return "#" }
        let hue: Character =
            switch color {
            case .standard: attributes.contains(.dim) ? "d" : attributes.contains(.bold) ? "b" : "."
            case .red: "r"
            case .green: "g"
            case .yellow: "y"
            case .blue: "l"
            case .magenta: "m"
            case .cyan: "c"
            case .white: "w"
            }
        return attributes.contains(.bold) && color != .standard ? Character(hue.uppercased()) : hue
    }

    /// The SGR sequence that sets exactly this style.
    var sgr: String {
        var codes = ["0"]
        if attributes.contains(.bold) { codes.append("1") }
        if attributes.contains(.dim) { codes.append("2") }
        if attributes.contains(.underline) { codes.append("4") }
        if attributes.contains(.reverse) { codes.append("7") }
        if color != .standard { codes.append(String(30 + color.rawValue)) }
        return "\u{1b}[\(codes.joined(separator: ";"))m"
    }
}
