/// What a check of type candidates carries, all of it each time (PROTOCOL.md §5).
///
/// ```
/// field 1 {nat:1 mapping:1 filtering:1}       field 2 up to 13 {kind:1 end:18}
/// ```
public struct CandidateList: Hashable, Sendable {
    /// 0 unknown, 1 open, 2 full cone, 3 restricted, 4 port-restricted, 5 symmetric.
    public let nat: UInt8
    /// 0 unknown, 1 endpoint-independent, 2 address-, 3 address-and-port-dependent (RFC 4787 §4.1).
    public let mapping: UInt8
    /// As `mapping` (RFC 4787 §5).
    public let filtering: UInt8
    /// At most 13.
    public let candidates: [Candidate]
    /// So many fit into one field.
    public static let maximumCandidates = 13
    private static let natField: UInt8 = 1
    private static let candidatesField: UInt8 = 2
    private static let rowSize = 19

    /// A list of its parts; candidates beyond 13 are left out.
    public init(nat: UInt8, mapping: UInt8, filtering: UInt8, candidates: [Candidate]) {
        (self.nat, self.mapping, self.filtering) = (nat, mapping, filtering)
        self.candidates = [Candidate](candidates.prefix(Self.maximumCandidates))
    }

    /// Reads a check's `ext`; what is missing is unknown or empty, other fields are skipped.
    public init(fields: [Field]) throws(Refusal) {
        var kind: (nat: UInt8, mapping: UInt8, filtering: UInt8) = (0, 0, 0)
        var candidates: [Candidate] = []
        for field in fields {
            var cursor = ByteCursor(0..<field.value.count)
            let span = field.value.span
            if field.type == Self.natField {
                kind = (try cursor.byte(span), try cursor.byte(span), try cursor.byte(span))
                try cursor.finish()
            } else if field.type == Self.candidatesField {
                while cursor.left > 0 { candidates.append(try Candidate(span, at: try cursor.take(Self.rowSize))) }
            }
        }
        guard candidates.count <= Self.maximumCandidates else { throw .range }
        self.init(nat: kind.nat, mapping: kind.mapping, filtering: kind.filtering, candidates: candidates)
    }

    /// As a check's `ext`.
    public var fields: [Field] {
        var rows: [UInt8] = []
        for candidate in candidates {
            rows.append(candidate.kind.rawValue)
            rows.append(candidate.endpoint)
        }
        return [
            Field(type: Self.natField, value: [nat, mapping, filtering]),
            Field(type: Self.candidatesField, value: rows),
        ]
    }
}

/// One place where a member may be reached.
public struct Candidate: Hashable, Sendable {
    /// How it was found.
    public let kind: Kind
    /// Where.
    public let endpoint: Endpoint

    /// kind:1.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// An address of the machine itself.
        case host = 1
        /// What a STUN server or a relay saw.
        case reflexive = 2
        /// A port that the router has opened.
        case portMapped = 3
        /// An endpoint of a relay where the sender is registered.
        case relay = 4
    }

    /// A candidate of its parts.
    public init(kind: Kind, endpoint: Endpoint) { (self.kind, self.endpoint) = (kind, endpoint) }

    init(_ span: Span<UInt8>, at offset: Int) throws(Refusal) {
        guard let kind = Kind(rawValue: span[offset]), let endpoint = Endpoint.decode(span, at: offset + 1) else {
            throw .range
        }
        self.init(kind: kind, endpoint: endpoint)
    }
}
