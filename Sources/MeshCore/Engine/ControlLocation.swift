package import MeshRules
package import MeshWire

/// Where a control server is, as a person gives it: `http://HOST:PORT`, with `#` and the hash of its key where that is
/// known.
package struct ControlLocation: Equatable, Sendable {
    /// TCP.
    package static let defaultPort: UInt16 = 51_821
    /// Host and TCP port.
    package var address: ControlAddress
    /// SHA-256 of its key, the first half (PROTOCOL.md §2); nil takes the one that is met first.
    package var keyHash: Bytes16?

    /// From its parts.
    package init(address: ControlAddress, keyHash: Bytes16? = nil) { (self.address, self.keyHash) = (address, keyHash) }

    /// `http://192.0.2.1:51821`, `control.example`, `[2001:db8::1]:51821#HASH`; nil for anything else. The port is 51821
    /// when it is left out.
    package init?(_ text: String) {
        var rest = Substring(text)
        if rest.hasPrefix("http://") { rest.removeFirst("http://".count) }
        var keyHash: Bytes16?
        if let hash = rest.firstIndex(of: "#") {
            guard let parsed = Bytes16(hex: String(rest[rest.index(after: hash)...])) else { return nil }
            keyHash = parsed
            rest = rest[..<hash]
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        guard let (host, port) = HostPort.split(rest, defaultPort: Self.defaultPort) else { return nil }
        self.init(address: ControlAddress(host: host, port: port), keyHash: keyHash)
    }
}

/// `HOST:PORT` as a person writes it.
package enum HostPort {
    /// The host without brackets, and the port; nil when the text has no port and there is no default, or is malformed.
    package static func split(_ text: some StringProtocol, defaultPort: UInt16? = nil) -> (host: String, port: UInt16)?
    {
        var host = String(text)
        var port = defaultPort
        let bracket = host.lastIndex(of: "]")
        if let colon = host.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? (host.firstIndex(of: ":") == colon) {
            guard let number = UInt16(host[host.index(after: colon)...]), number > 0 else { return nil }
            port = number
            host = String(host[..<colon])
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let isClean = host.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
                || [0x2d, 0x2e, 0x3a, 0x5f].contains(byte)
        }
        guard isClean, !host.isEmpty, let port else { return nil }
        return (host, port)
    }
}

extension ControlLocation: CustomStringConvertible {
    /// As `init` reads it.
    package var description: String {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        return "http://\(host):\(address.port)" + (keyHash.map { "#\($0.hex)" } ?? "")
    }
}
