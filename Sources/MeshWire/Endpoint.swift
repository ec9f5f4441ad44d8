/// An address and a UDP port: where a datagram comes from or goes to.
public struct Endpoint: Hashable, Comparable, Sendable {
    /// 18 bytes on the wire: address:16 port:2.
    public static let size = 18
    /// Where the machine is.
    public let address: IPAddress
    /// The UDP port.
    public let port: UInt16

    /// An endpoint of its parts.
    public init(_ address: IPAddress, _ port: UInt16) { (self.address, self.port) = (address, port) }

    /// The 18 bytes from `offset`, nil when they are all zero ("unknown").
    public static func decode(_ span: Span<UInt8>, at offset: Int) -> Endpoint? {
        let address = IPAddress(span, at: offset)
        let port = span.uint16(at: offset + 16)
        return address == IPAddress() && port == 0 ? nil : Endpoint(address, port)
    }

    /// By address, then by port.
    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}

extension [UInt8] {
    /// Appends the 18 bytes of an endpoint, zeros when it is unknown.
    public mutating func append(_ endpoint: Endpoint?) {
        append(contentsOf: (endpoint?.address ?? IPAddress()).bytes)
        append(bigEndian: endpoint?.port ?? 0)
    }
}

extension Endpoint: CustomStringConvertible, LosslessStringConvertible, Codable {
    /// `192.0.2.1:51820` or `[2001:db8::1]:51820`.
    public var description: String { address.v4 == nil ? "[\(address)]:\(port)" : "\(address):\(port)" }

    /// Text as `description` writes it; nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(digits) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard let address = IPAddress(String(host)) else { return nil }
        self.init(address, port)
    }

    /// One string, as `description` writes it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Endpoint(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected ADDRESS:PORT")
        }
        self = value
    }

    /// One string, as `description` writes it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
