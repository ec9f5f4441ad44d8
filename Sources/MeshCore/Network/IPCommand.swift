internal import Subprocess
internal import SystemPackage

/// iproute2's `ip`.
struct IPCommand: Equatable, Sendable, CustomStringConvertible {
    /// Runs one and gives what it wrote to standard output.
    typealias Runner = @Sendable (IPCommand) async throws(NetworkProblem) -> String

    let arguments: [String]

    init(_ arguments: String...) { self.arguments = arguments }

    var description: String { (["ip"] + arguments).joined(separator: " ") }

    private static let outputLimit = 1 << 20

    /// What it wrote to standard output.
    @discardableResult
    func run() async throws(NetworkProblem) -> String {
        let program = Prerequisites.path(of: "ip") ?? "ip"
        do {
            let result = try await Subprocess.run(
                .path(FilePath(program)), arguments: Arguments(arguments),
                output: .string(limit: Self.outputLimit), error: .string(limit: Self.outputLimit))
            if result.terminationStatus.isSuccess { return result.standardOutput }
            let words = result.standardError.split(separator: "\n").first.map(String.init)
            throw NetworkProblem.command(description, says: words ?? "\(result.terminationStatus)")
        } catch let problem as NetworkProblem {
            throw problem
        } catch {
            throw .command(description, says: "\(error)")
        }
    }
}
