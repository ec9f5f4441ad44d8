import Foundation

/// Text that other people chose (names, parties, messages), made fit for a grid of cells: composed, without controls,
/// format and bidi characters, and without clusters whose width terminals disagree about.
enum SafeText {
    /// The sanitised text, at most `limit` clusters of it.
    static func sanitised(_ text: String, limit: Int = 512) -> String {
        if text.utf8.allSatisfy({ 0x20...0x7e ~= $0 }) { return String(text.prefix(limit)) }
        var result = ""
        for character in text.precomposedStringWithCanonicalMapping.prefix(limit) { result += cluster(character) }
        return result
    }

    private static func cluster(_ character: Character) -> String {
        let scalars = Array(character.unicodeScalars)
        let joined = scalars.contains { $0.value == 0x200d || 0xfe00...0xfe0f ~= $0.value }
        let kept = scalars.filter { !isDropped($0) }
        guard let first = kept.first else { return scalars.contains { $0.properties.isWhitespace } ? " " : "" }
        if first.properties.isWhitespace { return " " }
        // A mark without a letter would sit on the cell before it; one that takes room is disputed.
        guard isCertain(first) else { return "·" }
        let marks = kept.dropFirst()
        // ncurses keeps four marks and drops the rest without a word.
        let composed = !joined && marks.count <= 4 && marks.allSatisfy(isMark)
        return composed ? String(String.UnicodeScalarView(kept)) : String(Character(first))
    }

    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
        default: scalar.properties.isVariationSelector
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        let category = scalar.properties.generalCategory
        return category == .nonspacingMark || category == .enclosingMark
    }

    private static func isCertain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark, .privateUse, .unassigned: false
        default: !(0x1f1e6...0x1f1ff ~= scalar.value) && !(0x1160...0x11ff ~= scalar.value)
        }
    }
}
