/// What a control server's text must be to count (PROTOCOL.md §6): a name, or one line of at most 400 printable
/// characters. Every name of §3 is such a line.
public enum PrintableLine {
    /// Unicode scalars.
    public static let longest = 400

    /// The text when it is one line without anything that a reader can't see; nil for any other, an empty one too.
    public static func text(_ text: String) -> String? {
        var length = 0
        for scalar in text.unicodeScalars {
            length += 1
            guard length <= longest, isPrintable(scalar) else { return nil }
        }
        return length > 0 ? text : nil
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
