import CLinux
import Foundation
import Glibc

/// A child with a session of its own: it goes on when the lab's command line has ended.
enum Detached {
    /// The number under which a child finds the pipe it is to write to when it is ready.
    static let readyDescriptor: Int32 = 3

    /// Starts `command` with its output appended to `log` and, where given, the file `input` as its stdin. `readyPipe`
    /// becomes its descriptor `readyDescriptor`. Returns its pid.
    static func start(
        _ command: [String], log: String, input: String = "/dev/null", environment: [String: String] = [:],
        readyPipe: Int32 = -1
    ) throws(LabProblem) -> Int32 {
        guard let program = command.first else { throw .missingBinary("(no command)") }
        let path = program.contains("/") ? program : IPTool.path(of: program) ?? program
        let stdin = try Descriptor(open(input, O_RDONLY | O_CLOEXEC), from: "open", on: input)
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        let output = try Descriptor(open(log, flags, 0o600), from: "open", on: log)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pid = withCStrings(command) { arguments in
            withCStrings(variables.map { "\($0.key)=\($0.value)" }) { environment in
                clinux_spawn_detached(path, arguments, environment, stdin.number, output.number, readyPipe)
            }
        }
        guard pid > 0 else { throw .systemCall("starting", object: path, errno: errno) }
        return pid
    }

    /// Becomes `command`; returns only if that fails.
    static func become(_ command: [String]) -> LabProblem {
        let path = command.first.flatMap(IPTool.path) ?? command.first ?? ""
        _ = withCStrings(command) { execv(path, $0) }
        return .systemCall("exec", object: path, errno: errno)
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return body(copies)
    }
}
