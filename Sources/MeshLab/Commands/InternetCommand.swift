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
        Promptness.claim()
        if let readyDescriptor {
            var ready: UInt8 = 1
            write(readyDescriptor, &ready, 1)
            close(readyDescriptor)
        }
        try internet.run()
    }
}
