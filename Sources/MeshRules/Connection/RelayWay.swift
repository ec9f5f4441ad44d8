import MeshWire

/// How a relay is reached, and the counter that all registrations there have in common (PROTOCOL.md §4).
struct RelayWay: Sendable {
    var endpoint: Endpoint
    let helloKey: Bytes32
    let okKey: Bytes32
    var counter: Sequence64
}
