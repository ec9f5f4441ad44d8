internal import Crypto
internal import Glibc
package import MeshWire

/// The machine's WireGuard pair (X25519). The private half is a file of 64 hexadecimal digits that only root reads.
package struct WireGuardKey: Equatable, Sendable {
    package let privateKey: Bytes32
    package let publicKey: PublicKey

    package init(privateKey: Bytes32) throws {
        let key = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey.bytes)
        self.privateKey = privateKey
        publicKey = PublicKey(Array(key.publicKey.rawRepresentation)) ?? PublicKey()
    }

    /// Reads the key, or makes one when there is no file. A file that holds something else is never overwritten: the
    /// party knows this machine by its key.
    package static func load(orMakeAt path: String) throws(NetworkProblem) -> WireGuardKey {
        let bytes: Bytes32
        do throws(StorageProblem) { bytes = try PrivateFile.key(orMakeAt: path) } catch { throw .storage(error) }
        guard let key = try? WireGuardKey(privateKey: bytes) else {
            throw .storage(.damaged(path: path, reason: "it holds no key"))
        }
        return key
    }

    /// Removes the file, so that the next start makes another key; that there is none is as good.
    package static func forget(at path: String) throws(NetworkProblem) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .storage(PrivateFile.problem(path)) }
    }
}
