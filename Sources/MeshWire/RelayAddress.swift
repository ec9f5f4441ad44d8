/// A relay given by hand: `HOST:PORT#` and its X25519 public key in 64 hexadecimal digits (PROTOCOL.md §4).
///
/// The key stands in the address because nothing else vouches for a relay that no server lists.
public struct RelayAddress: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    /// The UDP port, never 0.
    public let port: UInt16
    /// The relay's public key.
    public let key: PublicKey

    /// An address of its parts, which are not checked.
    public init(host: String, port: UInt16, key: PublicKey) { (self.host, self.port, self.key) = (host, port, key) }

    /// Reads what `description` writes, with white space around it ignored.
    ///
    /// - Throws: `.prefix` without `#`, `.key` for a key that isn't 64 digits of a canonical X25519 key, `.range` for a
    ///   port out of range, `.name` for a host that can't be one.
    public init(_ text: String) throws(Refusal) {
        let trimmed = String(String(text.drop(while: \.isWhitespace).reversed()).drop(while: \.isWhitespace).reversed())
        guard let mark = trimmed.lastIndex(of: "#") else { throw .prefix }
        guard let key = PublicKey(hex: String(trimmed[trimmed.index(after: mark)...])),
            KeyRules.allowsX25519(key)
        else { throw .key }
        let place = trimmed[..<mark]
        guard let colon = place.lastIndex(of: ":") else { throw .range }
        let digits = place[place.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(digits), port > 0
        else { throw .range }
        self.init(host: try Self.host(place[..<colon]), port: port, key: key)
    }

    private static func host(_ text: Substring) throws(Refusal) -> String {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = String(text.dropFirst().dropLast())
            guard let address = IPAddress(inner), address.v4 == nil else { throw .name }
            return inner
        }
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard allowed, (1...253).contains(text.utf8.count) else { throw .name }
        return String(text)
    }
}

extension RelayAddress: CustomStringConvertible {
    /// `relay.example.org:51822#…`, an IPv6 address in brackets.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)#\(key.hex)" : "\(host):\(port)#\(key.hex)"
    }
}
