import ArgumentParser

/// What every lab command takes.
struct LabOptions: ParsableArguments {
    @Option(name: .customLong("lab"), help: "The lab's name; labs of different names run side by side.")
    var name = "lab"
}

/// What kind of internet to build.
struct ScenarioOptions: ParsableArguments {
    @Option(help: "One one-way delay for every pair of sites, in milliseconds.")
    var delayMs: Double?

    @Option(help: "Up to this many milliseconds are added to each packet's delay; the order stays.")
    var jitterMs: Double = 0

    @Option(help: "Percentage of packets lost between any two sites.")
    var lossPct: Double = 0

    @Option(name: .customLong("site"), help: "Build only this site (repeat for more).")
    var sites: [String] = []

    @Option(help: "Seed of the chance that loss and jitter come from.")
    var seed: UInt64 = 1

    func validate() throws {
        if let delayMs, !(0...10_000).contains(delayMs) { throw ValidationError("--delay-ms is 0 to 10000") }
        guard (0...10_000).contains(jitterMs) else { throw ValidationError("--jitter-ms is 0 to 10000") }
        guard (0...100).contains(lossPct) else { throw ValidationError("--loss-pct is 0 to 100") }
    }

    func scenario() throws(LabProblem) -> Scenario {
        var scenario = try Scenario.standard.keeping(sites)
        scenario.delayMs = delayMs
        scenario.jitterMs = jitterMs
        scenario.lossPct = lossPct
        return scenario
    }
}
