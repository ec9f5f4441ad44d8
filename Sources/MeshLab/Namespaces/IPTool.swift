import Foundation
import Glibc
import Subprocess

/// The `ip` command of iproute2.
enum IPTool {
    /// Runs `ip` with `arguments`, feeding it `input`. Returns what it printed.
    @discardableResult
    static func run(_ arguments: [String], input: String = "") async throws -> String {
        let result = try await Subprocess.run(
            .name("ip"), arguments: Arguments(arguments), input: .string(input), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw LabProblem.commandFailed(
                "ip " + arguments.joined(separator: " "), status: "\(result.terminationStatus)",
                output: result.standardError + result.standardOutput)
        }
        return result.standardOutput
    }

    /// Runs a shell script in a namespace; the first command that fails ends it.
    static func script(_ text: String, in namespace: String) async throws {
        try await run(["netns", "exec", namespace, "sh", "-e", "-s"], input: text)
    }

    /// Processes that run in a namespace.
    static func processes(in namespace: String) async throws -> [Int32] {
        try await run(["netns", "pids", namespace]).split(whereSeparator: \.isNewline).compactMap { Int32($0) }
    }

    /// The existing namespaces whose name begins with `prefix`.
    static func namespaces(prefix: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
        return names.filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// Where `tool` is in PATH.
    static func path(of tool: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(tool)" }.first { access($0, X_OK) == 0 }
    }
}
