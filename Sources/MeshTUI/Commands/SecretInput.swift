import Glibc

/// A text that nobody shall see: typed or pasted without an echo, or read from a pipe.
struct SecretInput {
    /// What is still missing of a text.
    enum Missing: Sendable, Equatable {
        case nothing
        /// The rest of it, in lines to come.
        case rest
        /// All of it: what was pasted with it may hold it, but nobody is asked for more.
        case all
    }

    /// Bytes of a text that is read to its end, however long it goes on.
    private static let limit = 65_536
    /// Between two lines of one paste, in milliseconds.
    private static let pasteGap: Int32 = 150

    let prompt: String
    /// What was copied from a screen may come in several lines. None of them must be left for the shell to read.
    let missing: @Sendable (String) -> Missing
    var input = STDIN_FILENO

    /// From the terminal, unless standard input is none or `fromPipe` says so. An empty line ends it.
    func read(fromPipe: Bool) throws -> String {
        let text =
            isatty(input) == 1 && !fromPipe
            ? try SilentTerminal.lines(of: input, prompt: prompt) { try readLines(from: $0) }
            : try readLines(from: PipeLines(descriptor: input))
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw CommandProblem("no invite was given: paste the one that the host has sent you", .data)
        }
        return text
    }

    private func readLines(from lines: some LineSource) throws -> String {
        var text = ""
        while text.utf8.count < Self.limit, let line = try lines.next() {
            text += line + "\n"
            switch missing(text) {
            case .nothing: return text
            case .rest where line.contains(where: { !$0.isWhitespace }): continue
            case .rest, .all: guard lines.hasMore(within: Self.pasteGap) else { return text }
            }
        }
        return text
    }
}

/// Lines as they come.
protocol LineSource {
    /// The next one without its end; nil at the end of all.
    func next() throws -> String?
    /// Whether another one has come, or comes within so many milliseconds.
    func hasMore(within milliseconds: Int32) -> Bool
}

/// Standard input that is no terminal: read to the end.
struct PipeLines: LineSource {
    let descriptor: Int32

    func next() throws -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = Glibc.read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&waiting, 1, -1)
                continue
            }
            guard count > 0, byte != 10 else {
                return count <= 0 && bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            }
            bytes.append(byte)
        }
    }

    func hasMore(within milliseconds: Int32) -> Bool { true }
}
