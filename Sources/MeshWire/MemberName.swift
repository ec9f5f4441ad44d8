@_spi(_Unicode) import Swift

/// A name that may be shown as it is (PROTOCOL.md §3): 1 to 32 bytes of NFC letters, digits, at most two marks a letter,
/// single inner spaces and `-_.`, nothing that a reader can't see.
public struct MemberName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let text: String
    /// At most so many bytes of UTF-8.
    public static let maximumBytes = 32
    private static let maximumMarks = 2

    /// Throws `name` for anything that breaks a rule.
    public init(_ text: String) throws(Refusal) {
        guard (1...Self.maximumBytes).contains(text.utf8.count), Self.isReadable(text), Self.isNFC(text) else {
            throw .name
        }
        self.text = text
    }

    /// Bytes from elsewhere; `name` also when they are not UTF-8.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .name }
        try self.init(text)
    }

    /// The name.
    public var description: String { text }

    private enum Before { case start, space, letter(marks: Int), other }

    private static func isReadable(_ text: String) -> Bool {
        var before = Before.start
        for scalar in text.unicodeScalars {
            guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
            switch (scalar.properties.generalCategory, before) {
            case (.uppercaseLetter, _), (.lowercaseLetter, _), (.titlecaseLetter, _), (.modifierLetter, _),
                (.otherLetter, _):
                before = .letter(marks: 0)
            case (.nonspacingMark, .letter(let marks)), (.spacingMark, .letter(let marks)):
                guard marks < maximumMarks else { return false }
                before = .letter(marks: marks + 1)
            case (.decimalNumber, _): before = .other
            case (_, .start) where scalar == " ", (_, .space) where scalar == " ": return false
            case _ where scalar == " ": before = .space
            case _ where scalar == "-" || scalar == "_" || scalar == ".": before = .other
            default: return false
            }
        }
        if case .space = before { return false }
        return true
    }

    private static func isNFC(_ text: String) -> Bool { text._nfc.elementsEqual(text.unicodeScalars) }
}
