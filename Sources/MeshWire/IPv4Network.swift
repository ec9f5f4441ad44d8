/// An IPv4 network: its first address and the length of its prefix.
public struct IPv4Network: Hashable, Sendable {
    /// The first address; no bit behind the prefix is set.
    public let address: UInt32
    /// 0…32.
    public let prefix: UInt8

    /// Nil for a prefix above 32, and for an address with host bits.
    public init?(address: UInt32, prefix: UInt8) {
        guard prefix <= 32, address & ~Self.mask(prefix) == 0 else { return nil }
        (self.address, self.prefix) = (address, prefix)
    }

    /// A network of a machine, whose address may come with host bits; a prefix above 32 counts as 32.
    public init(around address: UInt32, prefix: UInt8) {
        self.prefix = min(prefix, 32)
        self.address = address & Self.mask(self.prefix)
    }

    private static func mask(_ prefix: UInt8) -> UInt32 { prefix == 0 ? 0 : UInt32.max << UInt32(32 - prefix) }

    /// True if the other network lies in this one, or is this one.
    public func contains(_ other: IPv4Network) -> Bool {
        prefix <= other.prefix && other.address & Self.mask(prefix) == address
    }

    /// True if an address lies in this network; false for IPv6.
    public func contains(_ address: IPAddress) -> Bool { address.isIn(network: self.address, prefix: Int(prefix)) }

    /// True if the two have addresses in common: one of them holds the other.
    public func meets(_ other: IPv4Network) -> Bool { contains(other) || other.contains(self) }
}

/// The networks that parties may have (PROTOCOL.md §3).
extension IPv4Network {
    /// 10/8, 172.16/12, 192.168/16 and 100.64/10.
    private static let grounds = [
        IPv4Network(around: 0x0a00_0000, prefix: 8), IPv4Network(around: 0xac10_0000, prefix: 12),
        IPv4Network(around: 0xc0a8_0000, prefix: 16), IPv4Network(around: 0x6440_0000, prefix: 10),
    ]
    private static let partyPrefixes: ClosedRange<UInt8> = 16...30

    /// True if a party may have this network: it lies whole inside a private block, and its prefix has 16 to 30 bits.
    public var isForParty: Bool {
        Self.partyPrefixes.contains(prefix) && Self.grounds.contains { $0.contains(self) }
    }

    /// As a roster holds it.
    /// - Throws: `Refusal.network` for one that no party may have, and for an address with host bits.
    static func ofParty(_ address: UInt32, _ prefix: UInt8) throws(Refusal) -> IPv4Network {
        guard let network = IPv4Network(address: address, prefix: prefix), network.isForParty else { throw .network }
        return network
    }
}

extension IPv4Network: CustomStringConvertible, LosslessStringConvertible, Codable {
    /// Such as 10.66.0.0/16.
    public var description: String { "\(IPAddress(v4: address))/\(prefix)" }

    /// The text that `description` gives; nil for anything else, host bits included.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0]))?.v4, let prefix = UInt8(parts[1]),
            parts[1].allSatisfy(\.isWholeNumber)
        else { return nil }
        self.init(address: address, prefix: prefix)
    }

    /// From its text.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let network = IPv4Network(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no network such as 10.66.0.0/16"))
        }
        self = network
    }

    /// As its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
