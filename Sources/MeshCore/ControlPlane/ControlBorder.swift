/// The border towards a control server (PROTOCOL.md §6, last paragraph): what a stranger's JSON may hold. Every number
/// of an answer or event passes here on its way in, so that nothing behind it looks again.
package protocol NumberBound: Sendable {
    /// Counts for everything above it.
    static var highest: UInt64 { get }
}

/// Seconds since 1970, until the year 36,812.
package enum UnixSeconds: NumberBound { package static let highest: UInt64 = 1 << 40 }
/// Seconds that something lasts.
package enum LifetimeSeconds: NumberBound { package static let highest: UInt64 = 3_600 }
/// Seconds until the same request may be made again.
package enum RetrySeconds: NumberBound { package static let highest: UInt64 = 86_400 }
/// An HTTP status.
package enum HTTPStatusCode: NumberBound { package static let highest: UInt64 = 999 }
/// The number of an event: a whole number that every JSON library can carry (RFC 8259 §6).
package enum EventNumber: NumberBound { package static let highest: UInt64 = (1 << 53) - 1 }

/// A number of JSON that lies within its bound, whatever was written there.
package struct Bounded<Bound: NumberBound>: Codable, Equatable, Sendable {
    /// At most `Bound.highest`.
    package let value: UInt64

    /// A number above the bound counts as the bound.
    package init(_ value: UInt64) { self.value = min(value, Bound.highest) }

    /// Throws `DecodingError.dataCorrupted` for a number below zero and for what is no number.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(UInt64.self) {
            self.init(number)
            return
        }
        // Beyond 64 bits, below zero or a fraction.
        let number = try container.decode(Double.self)
        guard number >= 0 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected a number from 0 up")
        }
        self.init(number < 0x1p63 ? UInt64(number) : .max)
    }

    /// One number.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
