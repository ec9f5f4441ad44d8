import ArgumentParser

extension FaultCommand {
    struct RebootRouter: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reboot", abstract: "Restart a household's router: it forgets its NAT mappings.")
        @OptionGroup var machine: Machine
        @Flag(help: "It also comes up with another public address; again brings the first one back.")
        var newAddress = false

        func run() async throws {
            try Lab.requirePrivileges()
            let lab = try Lab.find(machine.lab.name)
            let site = try lab.state.scenario.site(named: machine.site)
            try await Reboot(topology: lab.topology, site: site).run(newAddress: newAddress)
        }
    }
}

/// `fault reboot` runs it in the router's namespace.
struct ForgetMappingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget-mappings", abstract: "Forget this namespace's NAT mappings.", shouldDisplay: false)

    func run() throws { try ConnectionTracking.forgetAll() }
}
