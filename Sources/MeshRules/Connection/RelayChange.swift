package import MeshWire

/// What an answer of the relay changed.
package enum RelayChange: Equatable, Sendable {
    case nothing
    /// `isNew`: not a mere refresh. `conflicts`: own indexes that another client of the relay holds.
    case registered(isNew: Bool, movedTo: Endpoint?, conflicts: [ReceiverIndex])
    case refused
}
