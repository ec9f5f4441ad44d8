import MeshRules

// The border towards a control server (PROTOCOL.md §6, last paragraph): what a stranger's JSON may hold. Every number,
// list and bearer of an answer or event passes here on its way in, so that nothing behind it looks again.

/// How high a number of an answer counts.
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

/// How long a list of an answer may be; with a longer one the whole answer is refused (PROTOCOL.md §6).
package protocol ListBound: Sendable {
    /// How many entries at most.
    static var most: Int { get }
    /// What they are, for people.
    static var entries: String { get }
}

/// The members of a party.
package enum PeerList: ListBound {
    package static let most = ControlSpec.members
    package static let entries = "peers"
}
/// The relays of a server.
package enum RelayList: ListBound {
    package static let most = ControlLimits.relays
    package static let entries = "relays"
}

/// A list of JSON that is no longer than its bound.
package struct Limited<Element: Codable & Sendable, Bound: ListBound>: Codable, Sendable {
    /// At most `Bound.most`.
    package let elements: [Element]

    /// Our own, whatever its length.
    package init(_ elements: [Element]) { self.elements = elements }

    /// Throws `DecodingError.dataCorrupted` for more than `Bound.most`, before any of them is read.
    package init(from decoder: any Decoder) throws {
        let count = try decoder.unkeyedContainer().count ?? 0
        let container = try decoder.singleValueContainer()
        guard count <= Bound.most else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected at most \(Bound.most) \(Bound.entries)")
        }
        elements = try container.decode([Element].self)
    }

    /// One array.
    package func encode(to encoder: any Encoder) throws { try elements.encode(to: encoder) }
}

/// A bearer as RFC 6750 §2.1 writes it: it goes into a header of every request.
package struct BearerToken: Codable, Equatable, Sendable {
    /// Bytes: ours are 112.
    private static let longest = 1_024
    /// Letters, digits and `-._~+/=`.
    package let text: String

    /// Our own.
    package init(_ text: String) { self.text = text }

    /// Throws `DecodingError.dataCorrupted` for what can't stand in a header.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try container.decode(String.self)
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected a bearer")
        }
    }

    /// One string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "-._~+/=".utf8.contains(byte)
        }
    }
}
