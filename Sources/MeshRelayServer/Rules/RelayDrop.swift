import MeshWire

/// Why a relay threw a datagram away without a word.
package enum RelayDrop: UInt8, Sendable, CaseIterable {
    /// Not one of the kinds a relay knows, or not of their form.
    case malformed
    /// Nobody is registered at the address it came from.
    case unregistered
    /// No member of the sender's party answers to its receiver index.
    case index
    /// An initiation whose `mac1` belongs to no member of the sender's party.
    case responder
    /// A check whose sender tag isn't the source's, or whose receiver tag nobody has.
    case tag
    /// A HELLO under another key.
    case mac
    /// A token or key that no honest client sends.
    case token
    /// A HELLO whose counter has not risen.
    case replay
    /// More of its kind than the source may send.
    case rate
    /// A STUN request that is shorter than its answer, or asks for what a relay can't do.
    case stun
    /// Longer than a datagram may be here.
    case long
    /// The kernel didn't take it.
    case unsent

    init(_ refusal: Refusal) {
        switch refusal {
        case .mac: self = .mac
        case .replay: self = .replay
        case .signature, .key: self = .token
        case .long: self = .long
        default: self = .malformed
        }
    }
}
