import CLinux
import Dispatch
import Glibc
import Testing

@testable import MeshCore

/// Answers one request on a Unix socket, in the pieces given, and hangs up.
private final class Answerer: Sendable {
    let path: String
    private let listener: Int32

    init(path: String, pieces: [String]) throws {
        self.path = path
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        try #require(bound == 0 && listen(socket, 1) == 0)
        listener = socket
        // A descriptor of its own: the number of a closed one may be another test's listener by the time this runs.
        let own = dup(socket)
        DispatchQueue(label: path).async {
            defer { close(own) }
            let client = accept(own, nil, nil)
            var request = [UInt8](repeating: 0, count: 4_096)
            guard client >= 0, recv(client, &request, request.count, 0) > 0 else { return }
            for piece in pieces { _ = send(client, piece, piece.utf8.count, Int32(MSG_NOSIGNAL)) }
            close(client)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}

@Suite("WireGuard's control socket")
struct UAPISocketTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/wg.sock" }

    init() throws { folder = try TemporaryFolder() }

    @Test("an answer that comes in pieces is put together")
    func pieces() throws {
        let answerer = try Answerer(path: path, pieces: ["listen_port=51820\nerr", "no=0\n", "\n"])
        let answer = try UAPISocket(path: path).exchange(UAPICodec.get, title: "say how it is")
        #expect(answer == "listen_port=51820\nerrno=0\n\n")
        withExtendedLifetime(answerer) {}
    }

    @Test(
        "what goes wrong is told with what was asked",
        arguments: [
            (["errno=98\n\n"], SystemError(EADDRINUSE)),
            (["listen_port=51820\n"], SystemError(ECONNRESET)),  // hung up in between
            ([], SystemError(ECONNRESET)),
        ])
    func refusals(_ pieces: [String], _ error: SystemError) throws {
        let answerer = try Answerer(path: path, pieces: pieces)
        #expect(throws: NetworkProblem.backendRefused(request: "listen", error)) {
            try UAPISocket(path: path).exchange(UAPICodec.get, title: "listen")
        }
        withExtendedLifetime(answerer) {}
    }

    @Test("nobody there: no answer, and a stale socket is removed while a live one is not")
    func stale() throws {
        let socket = UAPISocket(path: path)
        #expect(!socket.answers)
        #expect(throws: NetworkProblem.backendRefused(request: "listen", SystemError(ENOENT))) {
            try socket.exchange(UAPICodec.get, title: "listen")
        }
        do {
            let answerer = try Answerer(path: path, pieces: [])
            #expect(!socket.removeStale())
            withExtendedLifetime(answerer) {}
        }
        #expect(throws: NetworkProblem.backendRefused(request: "listen", SystemError(ECONNREFUSED))) {
            try socket.exchange(UAPICodec.get, title: "listen")
        }
        #expect(socket.removeStale())
        #expect(access(path, F_OK) != 0)
        #expect(!socket.removeStale())
    }
}
