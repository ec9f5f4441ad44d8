extension InviteCode {
    /// A control server, field 1: keyHash:16 kind:1 address port:2.
    public struct Server: Hashable, Sendable {
        /// SHA-256(SPKI of the server's TLS key)[16].
        public let keyHash: Bytes16
        /// Where it is.
        public let host: Host
        /// Its TCP port.
        public let port: UInt16
        static let fieldType: UInt8 = 1

        /// A server of its parts.
        public init(keyHash: Bytes16, host: Host, port: UInt16) {
            (self.keyHash, self.host, self.port) = (keyHash, host, port)
        }

        init(_ span: Span<UInt8>) throws(Refusal) {
            var cursor = ByteCursor(0..<span.count)
            let keyHash: Bytes16 = try cursor.fixed(span)
            let kind = try cursor.byte(span)
            let host: Host
            if kind == 0 {
                guard cursor.left > 2 else { throw .short }
                let name = try cursor.array(cursor.left - 2, span)
                guard let text = String(validating: name, as: UTF8.self), Host.name(text).isValid else { throw .range }
                host = .name(text)
            } else {
                host = .address(try cursor.address(kind: kind, span))
            }
            self.init(keyHash: keyHash, host: host, port: try cursor.uint16(span))
            try cursor.finish()
        }

        var field: Field {
            var value = keyHash.bytes
            switch host {
            case .address(let address): value.append(short: address)
            case .name(let name):
                value.append(0)
                value.append(contentsOf: name.utf8)
            }
            value.append(bigEndian: port)
            return Field(type: Self.fieldType, value: value)
        }
    }

    /// An address, or a name to be looked up.
    public enum Host: Hashable, Sendable, CustomStringConvertible {
        /// Kind 4 or 6.
        case address(IPAddress)
        /// Kind 0: letters, digits, `-`, `_` and `.`, at most 64 bytes.
        case name(String)

        /// As it stands in a URL, an IPv6 address in brackets.
        public var description: String {
            switch self {
            case .address(let address): address.v4 == nil ? "[\(address)]" : "\(address)"
            case .name(let name): name
            }
        }

        var isValid: Bool {
            guard case .name(let name) = self else { return true }
            return (1...64).contains(name.utf8.count)
                && name.utf8.allSatisfy { letter in
                    switch letter {
                    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: true
                    default: false
                    }
                }
        }
    }

    /// A member that answers checks of whoever holds the invite, field 2: wg:32 candidates{kind:1(4|6) address port:2}.
    public struct HostHint: Hashable, Sendable {
        /// Its WireGuard key.
        public let wg: PublicKey
        /// Where it may be reached.
        public let candidates: [Endpoint]
        static let fieldType: UInt8 = 2

        /// A hint of its parts.
        public init(wg: PublicKey, candidates: [Endpoint]) { (self.wg, self.candidates) = (wg, candidates) }

        init(_ span: Span<UInt8>) throws(Refusal) {
            var cursor = ByteCursor(0..<span.count)
            let wg = try cursor.agreementKey(span)
            self.init(wg: wg, candidates: try cursor.candidates(span))
        }

        var field: Field {
            var value = wg.bytes
            value.append(candidates: candidates)
            return Field(type: Self.fieldType, value: value)
        }
    }
}
