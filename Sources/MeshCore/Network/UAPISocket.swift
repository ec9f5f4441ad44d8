internal import CLinux
internal import Glibc

/// One request and its answer over WireGuard's control socket: about 0.1 ms, so it is asked plainly and waited for.
struct UAPISocket: Sendable {
    let path: String

    /// A child that has just been started needs a moment before it answers.
    private static let patience: Int32 = 5_000

    init(path: String) { self.path = path }

    /// Where WireGuard's tools look for the control socket of an interface.
    static func path(of interface: String) -> String { "\(folder)/\(interface).sock" }
    static let folder = "/var/run/wireguard"

    /// Whether somebody listens.
    var answers: Bool {
        let socket = clinux_unix_connect(path, Self.patience)
        if socket >= 0 { close(socket) }
        return socket >= 0
    }

    /// Removes what a process that is gone left at the path; one that answers is left alone. Returns whether there was
    /// something.
    @discardableResult
    func removeStale() -> Bool { !answers && unlink(path) == 0 }

    /// `title` completes "wireguard-go refused to".
    func exchange(_ request: String, title: String) throws(NetworkProblem) -> String {
        let result = clinux_unix_connect(path, Self.patience)
        guard result >= 0 else { throw .backendRefused(request: title, .last) }
        defer { close(result) }
        var rest = Array(request.utf8)
        while !rest.isEmpty {
            let count = send(result, rest, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { throw .backendRefused(request: title, .last) }
            rest.removeFirst(count)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while !UAPICodec.isWhole(answer) {
            let count = recv(result, &buffer, buffer.count, 0)
            guard count > 0 else {
                throw .backendRefused(request: title, count == 0 ? SystemError(ECONNRESET) : .last)
            }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        if let error = UAPICodec.error(in: text) { throw .backendRefused(request: title, error) }
        return text
    }
}
