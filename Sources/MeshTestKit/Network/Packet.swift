package import MeshWire

/// A datagram on its way through the fake internet.
package struct Packet: Sendable {
    /// UDP's payload.
    package var bytes: [UInt8]
    /// As the segment it is on sees it: NATs change it.
    package var source: Endpoint
    /// As it stands in the packet now; NATs rewrite it.
    package var destination: Endpoint
    /// The machine that made the bytes, kept through relays and NATs so that the invariants know; nil for servers.
    package var origin: Int?

    /// WireGuard's data messages: frequent, so they are counted and not written into the trace.
    package var isData: Bool { bytes.first == 4 }
}
