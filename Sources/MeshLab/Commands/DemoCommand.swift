import ArgumentParser
import Foundation
import Glibc
import Subprocess

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Five machines behind different NATs in one party, with the dashboard of one of them here.",
        discussion: "Everything is taken down when the dashboard is left, or with Ctrl-C before it opens.")

    @OptionGroup var lab: LabOptions
    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var program: ProgramOptions

    @Flag(help: "No dashboard: print the status as JSON after --seconds, then take all down.")
    var headless = false

    @Option(help: "How long a headless demo lasts.")
    var seconds: Double = 30

    func run() async throws {
        let path = try program.path()
        if !headless { try Self.requireTerminal() }
        let session = Session(lab: lab.name, scenario: try scenario.scenario(), seed: scenario.seed, program: path)
        let (headless, seconds) = (headless, seconds)
        do {
            try await session.run { launcher in
                let own = try await Party(launcher: launcher).gather()
                if headless { try await Task.sleep(for: .seconds(seconds)) }
                let status = try await launcher.answer(to: ["status", "--json"], from: Party.own, own)
                if headless { print(status) } else { try await DemoCommand.dashboard(launcher) }
            }
        } catch is CancellationError {
            throw ExitCode(130)
        }
    }

    /// Before a whole internet is built for nobody to look at.
    private static func requireTerminal() throws(LabProblem) {
        let isDumb = ProcessInfo.processInfo.environment["TERM"].map { $0.isEmpty || $0 == "dumb" } ?? true
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, !isDumb else {
            throw .refused(
                "the demo shows a dashboard and this is no terminal for one: use another, or give --headless")
        }
    }

    private static func dashboard(_ launcher: NodeLauncher) async throws {
        let command = try launcher.command([], for: Party.own)
        // Asked to end, the dashboard gets the time to give the terminal back.
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        let result = try await Subprocess.run(
            .name(command[0]), arguments: Arguments(Array(command.dropFirst())),
            environment: launcher.environment(of: Party.own), platformOptions: options,
            input: .currentStandardInput, output: .currentStandardOutput, error: .currentStandardError)
        if case .exited(let code) = result.terminationStatus, code != 0 { throw ExitCode(code) }
    }
}
