package import MeshWire

/// What counts as one asker when requests are limited by where they come from: an IPv4 address, or the first 64 bits of
/// an IPv6 address, because whoever has one of those has them all (RFC 6177).
package struct SourceBlock: Hashable, Sendable {
    private let network: IPAddress

    /// The block that an address lies in.
    package init(_ address: IPAddress) {
        network = address.v4 == nil ? IPAddress(high: address.high, low: 0) : address
    }
}
