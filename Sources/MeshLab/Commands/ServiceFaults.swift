import ArgumentParser
import Glibc

extension FaultCommand {
    struct Machine: ParsableArguments {
        @OptionGroup var lab: LabOptions
        @Argument(help: "The site.") var site: String
    }

    struct Stop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Kill the server that the lab started in a site, at once and without a farewell.")
        @OptionGroup var machine: Machine

        func run() throws {
            try Lab.requirePrivileges()
            try Services.stop(in: machine.site, of: Lab.find(machine.lab.name))
        }
    }

    struct Start: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Start a stopped server again.")
        @OptionGroup var machine: Machine

        func run() throws {
            try Lab.requirePrivileges()
            try Services.start(again: machine.site, of: Lab.find(machine.lab.name))
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop every process on a site's machine, as a closed lid does.")
        @OptionGroup var machine: Machine

        func run() async throws { try await FaultCommand.signal(SIGSTOP, machine) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a suspended machine go on.")
        @OptionGroup var machine: Machine

        func run() async throws { try await FaultCommand.signal(SIGCONT, machine) }
    }

    private static func signal(_ number: Int32, _ machine: Machine) async throws {
        try Lab.requirePrivileges()
        let lab = try Lab.find(machine.lab.name)
        let namespace = lab.topology.hostNamespace(of: try lab.state.scenario.site(named: machine.site))
        for pid in try await IPTool.processes(in: namespace) { ProcessWatch(pid: pid)?.send(number) }
    }
}
