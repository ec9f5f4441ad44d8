package import MeshRules

/// What stands before a machine, by the names people use.
package enum NATKind: String, CaseIterable, Sendable {
    case open, fullCone, restricted, portRestricted, symmetric, doubleNAT

    /// The NATs of such a household, outermost first: each one's mapping and filtering (RFC 4787).
    package var layers: [NATLayer] {
        switch self {
        case .open: []
        case .fullCone: [NATLayer(.endpointIndependent, .endpointIndependent)]
        case .restricted: [NATLayer(.endpointIndependent, .addressDependent)]
        case .portRestricted: [NATLayer(.endpointIndependent, .addressAndPortDependent)]
        case .symmetric: [NATLayer(.addressAndPortDependent, .addressAndPortDependent)]
        case .doubleNAT:
            // A carrier's NAT keeps one mapping for an inner endpoint (RFC 6888 §3) and filters as homes do.
            [
                NATLayer(.endpointIndependent, .addressAndPortDependent),
                NATLayer(.endpointIndependent, .addressAndPortDependent),
            ]
        }
    }

    /// What a measurement from inside sees, which is the type that `connectionStrategy` is asked about.
    package var type: NATType {
        switch self {
        case .open: .open
        case .fullCone: .fullCone
        case .restricted: .restrictedCone
        case .portRestricted, .doubleNAT: .portRestrictedCone
        case .symmetric: .symmetric
        }
    }
}

/// How one NAT behaves.
package struct NATLayer: Equatable, Sendable {
    /// Which parts of the destination choose the outer port (RFC 4787 §4.1).
    package var mapping: NATBehaviour
    /// Which parts of a source must have been written to (RFC 4787 §5).
    package var filtering: NATBehaviour
    /// Whether a machine inside reaches another one inside by its outer endpoint (RFC 4787 §6).
    package var hairpin = false
    /// How long a mapping lives after its last packet from inside (RFC 4787 §4.3 asks for two minutes, homes give less).
    package var lifetime: Duration = .seconds(60)

    /// A NAT without hairpinning.
    package init(_ mapping: NATBehaviour, _ filtering: NATBehaviour) {
        (self.mapping, self.filtering) = (mapping, filtering)
    }
}
