import Crypto
import FoundationEssentials
package import MeshRules
import MeshWire

/// What a control plane keeps in its state folder (0700): tls.key, issuer.key, operator.token and control.sqlite, each
/// for its owner only (0600) and made at the first start.
package struct ControlServerState: Sendable {
    /// The rules over the store in that folder.
    package let service: ControlService
    /// The Bearer of whoever runs the server, and of its relays.
    package let operatorToken: String

    private let lock: FolderLock

    /// Opens the state in `folder`, or makes it; as long as it is held, nobody else can.
    /// - Parameters:
    ///   - policy: whom it serves.
    ///   - clock: seconds since 1970.
    @concurrent
    package static func open(
        folder: String, policy: ControlPolicy = ControlPolicy(), clock: @escaping @Sendable () -> UInt64 = UnixTime.now
    ) async throws(StorageProblem) -> ControlServerState {
        let lock = try FolderLock(folder, for: .control)
        let store = try SQLiteControlStore(folder: folder)
        let keys = ControlKeys(keyHash: try keyHash(folder + "/tls.key"), issuer: try issuer(folder + "/issuer.key"))
        let token = try operatorToken(folder: folder)
        return ControlServerState(
            service: try await ControlService.open(store: store, keys: keys, policy: policy, clock: clock),
            operatorToken: token,
            lock: lock)
    }

    /// The operator's token in a state folder, made if there is none: a relay beside the server reads it there.
    package static func operatorToken(folder: String) throws(StorageProblem) -> String {
        let path = folder + "/operator.token"
        if let bytes = try PrivateFile.read(path) {
            let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            guard !text.isEmpty else { throw .damaged(path: path, reason: "it is empty") }
            return text
        }
        let token = randomBytes().hex
        try PrivateFile.write(Array((token + "\n").utf8), to: path)
        return token
    }

    /// A P-256 key in PEM; only its public half's hash is used until the server speaks TLS.
    private static func keyHash(_ path: String) throws(StorageProblem) -> Bytes16 {
        let key: P256.Signing.PrivateKey
        if let bytes = try PrivateFile.read(path) {
            guard let read = try? P256.Signing.PrivateKey(pemRepresentation: String(decoding: bytes, as: UTF8.self))
            else { throw .damaged(path: path, reason: "it holds no P-256 key") }
            key = read
        } else {
            key = P256.Signing.PrivateKey()
            try PrivateFile.write(Array((key.pemRepresentation + "\n").utf8), to: path)
        }
        return Bytes16(Array(SHA256.hash(data: key.publicKey.derRepresentation)).span, at: 0)
    }

    /// Its file holds the seed.
    private static func issuer(_ path: String) throws(StorageProblem) -> SigningKey {
        let seed = try PrivateFile.key(orMakeAt: path)
        guard let key = try? SigningKey(seed: seed) else { throw .damaged(path: path, reason: "it holds no key") }
        return key
    }

    private static func randomBytes() -> Bytes32 {
        SymmetricKey(size: .bits256).withUnsafeBytes { Bytes32(Array($0).span, at: 0) }
    }
}
