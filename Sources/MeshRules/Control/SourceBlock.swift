package import MeshWire

/// Where a request came from. A connection whose address is not known has no source and is refused before it asks.
package enum RequestSource: Equatable, Sendable {
    /// Of this process itself: a host at its own control plane. Nothing limits it.
    case inProcess
    case address(IPAddress)

    /// The blocks whose budgets the request draws on.
    var blocks: [SourceBlock] {
        switch self {
        case .inProcess: []
        case .address(let address): SourceBlock.all(of: address)
        }
    }

    func isIn(_ block: SourceBlock) -> Bool {
        switch self {
        case .inProcess: false
        case .address(let address): block.contains(address)
        }
    }
}

/// What counts as one asker when requests are limited by where they come from: an IPv4 address, the first 56 bits of an
/// IPv6 address, which one household has (RFC 6177), and the first 48 bits, which one site has, with a larger share.
package struct SourceBlock: Hashable, Comparable, Sendable {
    private let network: IPAddress
    private let mask: UInt64

    /// The smallest block of an address.
    package init(_ address: IPAddress) { self.init(address, bits: 56) }

    private init(_ address: IPAddress, bits: UInt64) {
        mask = address.v4 == nil ? .max << (64 - bits) : .max
        network = address.v4 == nil ? IPAddress(high: address.high & mask, low: 0) : address
    }

    /// All blocks that an address lies in, the smallest first.
    package static func all(of address: IPAddress) -> [SourceBlock] {
        address.v4 == nil ? [SourceBlock(address), SourceBlock(address, bits: 48)] : [SourceBlock(address)]
    }

    /// How many times the limit of the smallest block it may use: four households of one site at full pace.
    package var share: Int { mask == .max << 16 ? 4 : 1 }

    func contains(_ address: IPAddress) -> Bool {
        network.v4 == nil
            ? address.v4 == nil && address.high & mask == network.high : address == network
    }

    /// By the network, then the longer block first.
    package static func < (left: SourceBlock, right: SourceBlock) -> Bool {
        (left.network, right.mask) < (right.network, left.mask)
    }
}
