import ArgumentParser

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Build a lab and leave it running.")

    @OptionGroup var lab: LabOptions
    @OptionGroup var scenario: ScenarioOptions
    @OptionGroup var program: ProgramOptions

    @Flag(help: "Also start the control server and the relays.")
    var services = false

    @Flag(help: "Print the sites as JSON.")
    var json = false

    func run() async throws {
        let path = services ? try program.path() : nil
        var lab = try await Lab.up(lab.name, scenario: scenario.scenario(), seed: scenario.seed)
        if let path { lab = try Services(lab: lab, program: path).start() }
        print(json ? try SiteTable(lab).json() : SiteTable(lab).text)
    }
}
