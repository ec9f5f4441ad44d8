import ArgumentParser

struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a command on a site's machine: meshtui-lab exec cone1 -- ip address")

    @OptionGroup var lab: LabOptions

    @Argument(help: "The site.")
    var site: String

    @Argument(parsing: .postTerminator, help: "The command and its arguments.")
    var command: [String]

    func run() throws {
        try Lab.requirePrivileges()
        let lab = try Lab.find(lab.name)
        let namespace = lab.topology.hostNamespace(of: try lab.state.scenario.site(named: site))
        throw Detached.become(["ip", "netns", "exec", namespace] + command)
    }
}
