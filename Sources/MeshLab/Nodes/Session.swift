import Foundation
import Glibc

/// A lab with services that lasts as long as one thing is done in it, and is taken down on every way out.
struct Session: Sendable {
    let lab: String
    let scenario: Scenario
    let seed: UInt64
    let program: String

    /// Brings the lab up, does `body` and takes the lab down. Ctrl-C, SIGTERM and SIGHUP cancel `body`.
    func run<Result: Sendable>(_ body: @escaping @Sendable (NodeLauncher) async throws -> Result) async throws -> Result
    {
        try Lab.requirePrivileges()
        let folder = try LabFolder(lab: lab)
        guard !folder.internetAnswers else { throw LabProblem.alreadyUp(lab: lab) }
        let work = Task {
            let built = try await Lab.up(lab, scenario: scenario, seed: seed)
            Message.say("the internet is up: \(scenario.sites.count) sites")
            let served = try Services(lab: built, program: program).start()
            Message.say("the control server and the relays are up")
            return try await body(NodeLauncher(lab: served, program: program))
        }
        let watches = [SIGINT, SIGTERM, SIGHUP].map { onSignal($0) { work.cancel() } }
        let result = await work.result
        if case .failure(let problem) = result { Message.lastWords(of: problem) }
        Message.say("taking everything down")
        await Sweep(folder: folder).run()
        for watch in watches { watch.cancel() }
        return try result.get()
    }

    private func onSignal(_ number: Int32, _ body: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: body)
        source.resume()
        return source
    }
}
