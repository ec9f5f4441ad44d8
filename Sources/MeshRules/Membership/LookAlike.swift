/// Names that a reader takes for one another (PROTOCOL.md §3): upper and lower case, digits for letters, letters of
/// another alphabet with the same shape. It marks names and refuses none, so it may be generous.
enum LookAlike {
    /// Two names with the same outline look alike.
    static func outline(_ name: String) -> String {
        let folded = String(name.lowercased().map { shapes[$0] ?? $0 })
        return folded.replacing("rn", with: "m").replacing("vv", with: "w")
    }

    private static let shapes: [Character: Character] = [
        "0": "o", "1": "l", "i": "l", "-": " ", "_": " ", ".": " ",
        // Cyrillic, by its small and its capital letters
        "а": "a", "в": "b", "е": "e", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p", "с": "c", "т": "t", "у": "y",
        "х": "x", "і": "l", "ј": "j", "ѕ": "s", "һ": "h", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ӏ": "l",
        // Greek
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "l", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u",
        "χ": "x", "ω": "w",
        "ı": "l", "ɑ": "a", "ɡ": "g",
    ]
}
