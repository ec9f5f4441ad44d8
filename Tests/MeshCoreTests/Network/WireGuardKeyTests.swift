import Foundation
import MeshWire
import Testing

@testable import MeshCore

@Suite("The WireGuard key")
struct WireGuardKeyTests {
    @Test("the public half is RFC 7748's (section 6.1, Alice)")
    func publicHalf() throws {
        let secret = try #require(
            Bytes32(hex: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))
        let key = try WireGuardKey(privateKey: secret)
        #expect(key.privateKey == secret)
        #expect(key.publicKey.hex == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    }

    @Test("a key is made once, for its owner only, and read again")
    func madeOnce() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/state/wg.key"
        try PrivateFile.makeFolder("\(folder.path)/state")
        let made = try WireGuardKey.load(orMakeAt: path)
        #expect(try WireGuardKey.load(orMakeAt: path) == made)
        #expect(try mode(path) == 0o600)
        #expect(try mode("\(folder.path)/state") == 0o700)
        #expect(made.publicKey != PublicKey())
    }

    @Test("a file that holds no key is refused and kept", arguments: ["", "hello\n", "77076d0a\n"])
    func unreadable(_ text: String) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/wg.key"
        try PrivateFile.write(Array(text.utf8), to: path)
        let problem = StorageProblem.damaged(path: path, reason: "it doesn't hold 64 hexadecimal digits")
        #expect(throws: NetworkProblem.storage(problem)) { try WireGuardKey.load(orMakeAt: path) }
        #expect(try PrivateFile.read(path) == Array(text.utf8))
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
