/// What a reader takes a name for (PROTOCOL.md §3): upper and lower case, digits for letters, letters of another alphabet,
/// of full width or of a mathematician's alphabet with the same shape. It marks names and refuses none, so it may be
/// generous.
///
/// Covered are Latin, Cyrillic and Greek letters, a few of Armenian, Latin's small capitals, and `rn` for m and `vv` for w.
/// Not covered: other scripts, digits of other scripts, letters that differ from another by a mark (é, ё, ł), modifier
/// letters, and two names of one script that are merely long and alike.
struct LookAlike: Equatable, Sendable {
    private let folded: String
    private let drawn: String

    init(_ name: String) {
        folded = Self.outline(name.lowercased())
        drawn = Self.outline(name)
    }

    /// Whether a reader may take one for the other. A capital can look like one letter and its small form like another (Ν
    /// is N, ν is v), so names are compared as they are written and also without case.
    func resembles(_ other: LookAlike) -> Bool { folded == other.folded || drawn == other.drawn }

    /// Marks stay, so that a letter with an accent looks like any other with that shape and that accent.
    private static func outline(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars { text += LookAlikeShapes.shape(of: scalar) }
        return text.replacing("rn", with: "m").replacing("vv", with: "w")
    }
}
