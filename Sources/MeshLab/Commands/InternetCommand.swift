import ArgumentParser
import Glibc

/// Carries the packets of a lab. `up` starts it; nobody else needs to.
struct InternetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "internet", abstract: "Carry a lab's packets.", shouldDisplay: false)

    @OptionGroup var lab: LabOptions

    @Option(help: "Seed of the chance that loss and jitter come from.")
    var seed: UInt64 = 1

    @Option(help: "One byte is written to this descriptor when the devices are there.")
    var readyDescriptor: Int32?

    func run() throws {
        let folder = try LabFolder(lab: lab.name)
        let internet = try Internet(scenario: folder.load().scenario, socketPath: folder.socket, seed: seed)
        becomePrompt()
        if let readyDescriptor {
            var ready: UInt8 = 1
            write(readyDescriptor, &ready, 1)
            close(readyDescriptor)
        }
        try internet.run()
    }

    /// Delays are only as true as the process is prompt, whatever else the machine is busy with: real-time priority where
    /// it can be had. It waits between packets, so nothing starves.
    private func becomePrompt() {
        var lowest = sched_param()
        lowest.sched_priority = sched_get_priority_min(SCHED_RR)
        if sched_setscheduler(0, SCHED_RR, &lowest) != 0 {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -15)
        }
    }
}
