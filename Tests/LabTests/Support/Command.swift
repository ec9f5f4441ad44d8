import Foundation
import Glibc
import Subprocess

/// A program that ran to its end.
struct Outcome {
    let command: String
    /// The exit code; a signal counts as 128 plus its number, as shells have it.
    let code: Int
    let output: String
    let error: String

    var succeeded: Bool { code == 0 }
    var errorLines: [String] { error.split(separator: "\n").map(String.init) }
}

/// A program that did not do what the test leans on.
struct CommandFailed: Error, CustomStringConvertible {
    let outcome: Outcome
    var description: String { "\(outcome.command) ended with \(outcome.code): \(outcome.error)\(outcome.output)" }
}

/// A program that runs until it ends or is ended.
struct Running: Sendable {
    let pid: pid_t
    let end: Task<Outcome, any Error>

    /// Sends the signal and waits until the program has ended.
    @discardableResult
    func kill(_ signal: Int32) async throws -> Outcome {
        Glibc.kill(pid, signal)
        return try await end.value
    }
}

/// Runs programs and collects what they print.
enum Command {
    static func run(
        _ words: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        let variables = environment.map { "\($0.key)=\($0.value)" }
        return try await run(variables + words, input) { _ in }
    }

    /// Starts a program that the test goes on beside. Every program between here and the wanted one must become it (as
    /// `env`, `ip netns exec` and `chrt` do), so that the number is its own.
    static func start(_ words: [String], input: String = "") async throws -> Running {
        let (started, announce) = AsyncStream.makeStream(of: pid_t.self)
        let end = Task {
            defer { announce.finish() }
            return try await run(words, input) { announce.yield($0) }
        }
        for await pid in started { return Running(pid: pid, end: end) }
        throw CommandFailed(outcome: try await end.value)
    }

    private static func run(
        _ words: [String], _ input: String, began: @escaping @Sendable (pid_t) -> Void
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(words), input: .string(input), output: .string(limit: 1 << 24),
            error: .string(limit: 1 << 20)
        ) { execution in
            began(execution.processIdentifier.value)
        }
        return Outcome(
            command: words.joined(separator: " "), code: result.terminationStatus.shellCode,
            output: result.standardOutput, error: result.standardError)
    }

    /// What a program printed that must succeed.
    @discardableResult
    static func output(of words: [String], input: String = "") async throws -> String {
        let outcome = try await run(words, input: input)
        guard outcome.succeeded else { throw CommandFailed(outcome: outcome) }
        return outcome.output
    }
}

extension TerminationStatus {
    var shellCode: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}
