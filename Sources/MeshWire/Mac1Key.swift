/// Finds for whom a handshake message is: mac1 = BLAKE2s-128(key: BLAKE2s("mac1----" ‖ receiver's key), all before it)
/// (WireGuard's paper, §5.4.4).
public struct Mac1Key: Hashable, Sendable {
    private let key: Bytes32
    private static let initiationMac1 = 116
    private static let responseMac1 = 60

    /// Computed once a machine; matching then takes two or three blocks.
    public init(publicKey: PublicKey) {
        let hashed = Blake2s.hash([UInt8]("mac1----".utf8) + publicKey.bytes)
        key = Bytes32(hashed.span, at: 0)
    }

    /// Whether an initiation or a response is for this machine; false for everything else. Allocates nothing.
    public func matches(_ message: Span<UInt8>) -> Bool {
        let end: Int
        switch WireGuardMessage.head(message) {
        case .initiation: end = Self.initiationMac1
        case .response: end = Self.responseMac1
        default: return false
        }
        return mac1(message, end) == Bytes16(message, at: end)
    }

    /// Writes mac1 where it belongs; for tests and probes that act as a sender. False unless it is type 1 or 2.
    @discardableResult
    public func sign(_ message: inout [UInt8]) -> Bool {
        let end: Int
        switch WireGuardMessage.head(message.span) {
        case .initiation: end = Self.initiationMac1
        case .response: end = Self.responseMac1
        default: return false
        }
        message.replaceSubrange(end..<end + Bytes16.count, with: mac1(message.span, end).bytes)
        return true
    }

    private func mac1(_ message: Span<UInt8>, _ end: Int) -> Bytes16 {
        var state = Blake2s.State(length: Bytes16.count, keyLength: Bytes32.count)
        state.absorb(key: key)
        state.finish(message, 0..<end)
        func word(_ index: Int) -> UInt64 {
            UInt64(state.h[index].byteSwapped) << 32 | UInt64(state.h[index + 1].byteSwapped)
        }
        return Bytes16(word(0), word(2))
    }
}
