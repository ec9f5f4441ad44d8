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
        let scenario = try scenario.scenario()
        let seed = self.scenario.seed
        let folder = try LabFolder(lab: lab.name)
        guard !folder.internetAnswers else { throw LabProblem.alreadyUp(lab: lab.name) }
        try Lab.requirePrivileges()
        let show = Task {
            let built = try await Lab.up(lab.name, scenario: scenario, seed: seed)
            Message.say("the internet is up: \(scenario.sites.count) sites")
            let served = try Services(lab: built, program: path).start()
            Message.say("the control server and the relays are up")
            let party = Party(lab: served, program: path)
            let own = try await party.gather()
            try await headless ? report(party, own) : dashboard(party, own)
        }
        let watches = [SIGINT, SIGTERM, SIGHUP].map { onSignal($0) { show.cancel() } }
        let result = await show.result
        if case .failure(let problem) = result { Message.lastWords(of: problem) }
        Message.say("taking everything down")
        await Sweep(folder: folder).run()
        for watch in watches { watch.cancel() }
        if case .failure(let problem) = result, !(problem is CancellationError) { throw problem }
    }

    private func report(_ party: Party, _ node: LabState.Service) async throws {
        try await Task.sleep(for: .seconds(seconds))
        print(try await party.answer(to: ["status", "--json"], of: Party.own, node))
    }

    private func dashboard(_ party: Party, _ node: LabState.Service) async throws {
        _ = try await party.answer(to: ["status", "--json"], of: Party.own, node)
        let command = try party.command([], for: Party.own)
        // Asked to end, the dashboard gets the time to give the terminal back.
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        _ = try await Subprocess.run(
            .name(command[0]), arguments: Arguments(Array(command.dropFirst())), platformOptions: options,
            input: .currentStandardInput,
            output: .currentStandardOutput,
            error: .currentStandardError)
    }

    private func onSignal(_ number: Int32, _ body: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: body)
        source.resume()
        return source
    }
}
