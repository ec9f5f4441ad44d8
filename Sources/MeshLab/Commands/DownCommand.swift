import ArgumentParser

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "End everything that runs in a lab and remove it.")

    @OptionGroup var lab: LabOptions

    func run() async throws {
        try Lab.requirePrivileges()
        let found = await Sweep(folder: try LabFolder(lab: lab.name)).run()
        print(found ? "lab \"\(lab.name)\" is down" : "lab \"\(lab.name)\" was not up")
    }
}
