import Foundation
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

/// Runs programs and collects what they print.
enum Command {
    static func run(
        _ words: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Outcome {
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(variables + words), input: .string(input),
            output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
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
