@_spi(_Unicode) import Swift

/// A name that may be shown as it is (PROTOCOL.md §3): 1 to 32 bytes of NFC letters, digits, at most two marks a letter,
/// single inner spaces and `-_.`, nothing that a reader can't see.
public struct MemberName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let text: String
    /// At most so many bytes of UTF-8.
    public static let maximumBytes = 32

    /// A name from the wire. Throws `name` for anything that breaks a rule.
    public init(_ text: String) throws(Refusal) {
        guard NameProblem.of(text, in: .member) == nil else { throw .name }
        self.text = text
    }

    /// Bytes from elsewhere; `name` also when they are not UTF-8.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .name }
        try self.init(text)
    }

    /// A name as somebody has typed it, composed to NFC: keyboards and files may give a letter and its accent apart.
    public init(typed text: String) throws(NameProblem) { self.text = try NameProblem.check(typed: text, in: .member) }

    /// The name.
    public var description: String { text }
}

/// A party's name: as a member's, with ' ( ) & ! # , + and emoji of one certain width.
public struct PartyName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let text: String

    /// A name from the wire. Throws `name` for anything that breaks a rule.
    public init(_ text: String) throws(Refusal) {
        guard NameProblem.of(text, in: .party) == nil else { throw .name }
        self.text = text
    }

    /// A name as somebody has typed it, composed to NFC.
    public init(typed text: String) throws(NameProblem) { self.text = try NameProblem.check(typed: text, in: .party) }

    /// True if the first version of MeshTUI, which knew fewer letters, shows this name.
    public var isKnownToFirstVersion: Bool { NameProblem.of(text, in: .member) == nil }

    /// The name.
    public var description: String { text }
}

/// Keeps a text from being a name: the first thing of it that breaks a rule.
public enum NameProblem: Error, Hashable, Sendable {
    /// Bytes of UTF-8, 0 or above 32.
    case length(Int)
    /// A space at an end, or two in a row.
    case spaces
    /// A third mark on a letter, or one without a letter.
    case mark
    /// Neither letter, digit nor one of the signs allowed.
    case scalar(Unicode.Scalar)
    /// The same could be written in fewer characters.
    case notComposed

    /// The owner's kind.
    enum Kind { case member, party }

    private enum Before { case start, space, letter(marks: Int), other }
    private static let maximumMarks = 2

    static func check(typed text: String, in kind: Kind) throws(NameProblem) -> String {
        var composed = String.UnicodeScalarView()
        composed.append(contentsOf: text._nfc)
        let name = String(composed)
        if let problem = of(name, in: kind) { throw problem }
        return name
    }

    static func of(_ text: String, in kind: Kind) -> NameProblem? {
        guard (1...MemberName.maximumBytes).contains(text.utf8.count) else { return .length(text.utf8.count) }
        var before = Before.start
        for scalar in text.unicodeScalars {
            guard !scalar.properties.isDefaultIgnorableCodePoint else { return .scalar(scalar) }
            switch (scalar.properties.generalCategory, before) {
            case (.uppercaseLetter, _), (.lowercaseLetter, _), (.titlecaseLetter, _), (.modifierLetter, _),
                (.otherLetter, _):
                before = .letter(marks: 0)
            case (.nonspacingMark, .letter(let marks)), (.spacingMark, .letter(let marks)):
                guard marks < maximumMarks else { return .mark }
                before = .letter(marks: marks + 1)
            case (.nonspacingMark, _), (.spacingMark, _): return .mark
            case (.decimalNumber, _): before = .other
            case (_, .start) where scalar == " ", (_, .space) where scalar == " ": return .spaces
            case _ where scalar == " ": before = .space
            case _ where isSign(scalar, in: kind): before = .other
            default: return .scalar(scalar)
            }
        }
        if case .space = before { return .spaces }
        return text._nfc.elementsEqual(text.unicodeScalars) ? nil : .notComposed
    }

    private static func isSign(_ scalar: Unicode.Scalar, in kind: Kind) -> Bool {
        switch (scalar, kind) {
        case ("-", _), ("_", _), (".", _): true
        case ("'", .party), ("(", .party), (")", .party), ("&", .party), ("!", .party), ("#", .party), (",", .party),
            ("+", .party):
            true
        case (_, .party): isCertainEmoji(scalar)
        default: false
        }
    }

    /// Emoji that every terminal draws two columns wide: those that are emoji without a selector, and since Unicode 9 at
    /// the latest, from when on tables of widths have them. Flags and skin tones are made of several and left out.
    private static func isCertainEmoji(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        guard properties.isEmojiPresentation, !properties.isEmojiModifier, !(0x1f1e6...0x1f1ff ~= scalar.value),
            let age = properties.age
        else { return false }
        return age.major <= 9
    }
}

extension NameProblem: CustomStringConvertible {
    /// A few words; the place that refuses says what to do.
    public var description: String {
        switch self {
        case .length(0): "it is empty"
        case .length(let bytes): "it has \(bytes) bytes, more than 32"
        case .spaces: "it has a space at an end, or two in a row"
        case .mark: "it has an accent without its letter, or more than two on one"
        case .scalar(let scalar): Self.words(for: scalar)
        case .notComposed: "its accents are written apart from their letters"
        }
    }

    private static func words(for scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return "\(code) has no place in it"
        default: return "“\(Character(scalar))” (\(code)) has no place in it"
        }
    }
}
