package import MeshWire

/// What becomes of one datagram.
package enum RelayVerdict: Equatable, Sendable {
    /// Nothing leaves.
    case drop(RelayDrop)
    /// The same bytes go on to a registered client, by the way on which it registered. `control` is true for what isn't
    /// WireGuard's own.
    case forward(to: Endpoint, way: Int, control: Bool)
    /// So many bytes of the reply buffer go back where the datagram came from.
    case reply(length: Int)
}

/// A verdict with its bytes, for a world without buffers.
package enum RelayAnswer: Equatable, Sendable {
    case drop(RelayDrop)
    /// The datagram itself, unchanged.
    case forward([UInt8], to: Endpoint)
    case reply([UInt8])
}
