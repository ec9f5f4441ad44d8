import ArgumentParser
import Foundation

struct MatrixCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix", abstract: "Let every two machines form a party and print which path each pair got.",
        discussion: "A pair that got another path than its NATs allow is marked, and the exit code is 1.")

    @OptionGroup var lab: LabOptions
    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var program: ProgramOptions

    @Option(help: "Seconds that a pair gets to reach its path.")
    var patience: Double = 25

    @Flag(help: "Print the pairs as JSON.")
    var json = false

    /// One machine of each kind, and two where a kind meets itself with a result of its own.
    private static let players = [
        "open1", "fullcone1", "restricted1", "cone1", "cone2", "symmetric1", "symmetric2", "cgnat1",
    ]

    func run() async throws {
        let path = try program.path()
        var chosen = try scenario.scenario()
        if scenario.sites.isEmpty {
            chosen = try chosen.keeping(MatrixCommand.players + ["control", "relay1", "relay2"])
        }
        let matrix = try await Session(lab: lab.name, scenario: chosen, seed: scenario.seed, program: path)
            .run { try await play($0) }
        print(json ? try text(of: matrix.results) : matrix.text(sites: players(of: chosen).map(\.name)))
        guard matrix.surprises.isEmpty else { throw ExitCode(1) }
    }

    private func players(of scenario: Scenario) -> [Site] { scenario.households.filter { $0.kind != .server } }

    private func play(_ launcher: NodeLauncher) async throws -> PathMatrix {
        var matrix = PathMatrix()
        let rounds = Tournament.rounds(of: players(of: launcher.lab.state.scenario))
        for (number, pairs) in rounds.enumerated() {
            Message.say("round \(number + 1) of \(rounds.count)")
            let trials = pairs.map {
                PairTrial(launcher: launcher, first: $0, second: $1, patience: .seconds(patience))
            }
            let played = try await withThrowingTaskGroup(of: (PairTrial, PairStatus?).self) { group in
                for trial in trials { group.addTask { (trial, try await status(of: trial)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for (trial, status) in played {
                matrix.record(
                    trial.first, trial.second, path: status?.path ?? .none, latencyMs: status?.latencyMs)
            }
        }
        return matrix
    }

    /// A trial that fails is a pair without a path; the others go on.
    private func status(of trial: PairTrial) async throws -> PairStatus? {
        do {
            return try await trial.run()
        } catch let problem as LabProblem {
            Message.say("\(trial.first.name) and \(trial.second.name): \(problem)")
            Message.lastWords(of: problem)
            return nil
        }
    }

    private func text(of results: [PathMatrix.Result]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(results), as: UTF8.self)
    }
}
