/// RFC 4787 §4.1 and §5: which parts of the remote endpoint a NAT looks at, for mapping and for filtering alike.
package enum NATBehaviour: UInt8, Sendable, CaseIterable {
    case unknown = 0, endpointIndependent = 1, addressDependent = 2, addressAndPortDependent = 3
}

extension NATBehaviour: CustomStringConvertible, Codable {
    /// In RFC 4787's words, as `status --json` shows it.
    package var description: String {
        switch self {
        case .unknown: "unknown"
        case .endpointIndependent: "endpoint-independent"
        case .addressDependent: "address-dependent"
        case .addressAndPortDependent: "address and port-dependent"
        }
    }

    /// From its words; others count as unknown.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = NATBehaviour.allCases.first { $0.description == text } ?? .unknown
    }

    /// As its words.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// What people call the behaviour of a NAT; the numbers are those of PROTOCOL.md §5.
package enum NATType: UInt8, Sendable, CaseIterable {
    case unknown = 0, open = 1, fullCone = 2, restrictedCone = 3, portRestrictedCone = 4, symmetric = 5

    /// The spec's three grades, as games show them.
    package enum Grade: String, Sendable {
        case open = "Open", moderate = "Moderate", strict = "Strict", unknown = "Unknown"
    }

    /// The grade that people see beside the type.
    package var grade: Grade {
        switch self {
        case .open, .fullCone: .open
        case .restrictedCone, .portRestrictedCone: .moderate
        case .symmetric: .strict
        case .unknown: .unknown
        }
    }
}

extension NATType: CustomStringConvertible, Codable {
    /// The type in words, as the screen and `status --json` show it.
    package var description: String {
        switch self {
        case .unknown: "unknown"
        case .open: "open"
        case .fullCone: "full cone"
        case .restrictedCone: "restricted cone"
        case .portRestrictedCone: "port-restricted cone"
        case .symmetric: "symmetric"
        }
    }

    /// From its words; others count as unknown.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = NATType.allCases.first { $0.description == text } ?? .unknown
    }

    /// As its words.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
