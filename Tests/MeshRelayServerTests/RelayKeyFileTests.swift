import Glibc
import MeshWire
import Testing

@testable import MeshRelayServer

@Suite struct RelayKeyFileTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test("the first start makes a key that only its owner may read, and the next reads it")
    func created() throws {
        let state = folder.path + "/var/relay"
        let key = try RelayServer.loadOrCreateKey(stateFolder: state)
        #expect(mode(state) == 0o700)
        #expect(mode(state + "/relay.key") == 0o600)
        #expect(try RelayServer.loadOrCreateKey(stateFolder: state) == key)
        #expect(folder.names(in: "var/relay") == ["relay.key"])
    }

    @Test("a key that others can read is refused")
    func exposed() throws {
        _ = try RelayServer.loadOrCreateKey(stateFolder: folder.path)
        chmod(folder.path + "/relay.key", 0o640)
        #expect(throws: RelayServerError.exposedKey(path: folder.path + "/relay.key")) {
            try RelayServer.loadOrCreateKey(stateFolder: folder.path)
        }
    }

    @Test(
        "a damaged key is refused and stays as it is",
        arguments: ["", "abc\n", String(repeating: "z", count: 64) + "\n"])
    func damaged(text: String) throws {
        try folder.write("relay.key", text)
        #expect(throws: RelayServerError.damagedKey(path: folder.path + "/relay.key")) {
            try RelayServer.loadOrCreateKey(stateFolder: folder.path)
        }
    }

    @Test("a folder that can't be made is named, with what to do")
    func unusable() throws {
        try folder.write("file", "")
        let error = #expect(throws: RelayServerError.self) {
            try RelayServer.loadOrCreateKey(stateFolder: folder.path + "/file/state")
        }
        #expect("\(try #require(error))".contains("/file/state"))
    }
}
