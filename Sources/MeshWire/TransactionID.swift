/// What ties a STUN answer to its question: 96 random bits (RFC 8489 §5).
public struct TransactionID: Hashable, Sendable {
    let a: UInt32
    let b: UInt32
    let c: UInt32

    /// From its three words.
    public init(_ a: UInt32, _ b: UInt32, _ c: UInt32) { (self.a, self.b, self.c) = (a, b, c) }

    /// A new one from the system's random numbers.
    public static func random() -> TransactionID {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    /// A new one from the given random numbers, so that a test can repeat itself.
    public static func random(using generator: inout some RandomNumberGenerator) -> TransactionID {
        TransactionID(generator.next(), generator.next(), generator.next())
    }

    init(_ span: Span<UInt8>, at offset: Int) {
        self.init(span.uint32(at: offset), span.uint32(at: offset + 4), span.uint32(at: offset + 8))
    }
}
