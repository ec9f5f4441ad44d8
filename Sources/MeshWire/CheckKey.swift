import Crypto

/// The key of one direction between two members, ready for use (PROTOCOL.md §1).
public struct CheckKey: Hashable, Sendable, CustomStringConvertible {
    let key: SymmetricKey

    /// From `Derivation.checkKey`.
    public init(_ bytes: Bytes32) { key = SymmetricKey(data: bytes.bytes) }

    /// Never the key.
    public var description: String { "check key" }

    /// By the key.
    public func hash(into hasher: inout Hasher) { key.withUnsafeBytes { hasher.combine(bytes: $0) } }
}
