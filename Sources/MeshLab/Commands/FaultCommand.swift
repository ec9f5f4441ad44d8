import ArgumentParser
import Glibc

struct FaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault", abstract: "Break something, or mend it.",
        subcommands: [
            Cut.self, Mend.self, Loss.self, Delay.self, Stop.self, Start.self, RebootRouter.self, Suspend.self,
            Resume.self, List.self, Unknown.self,
        ], defaultSubcommand: Unknown.self)

    /// Checks the fault and has the internet apply it.
    fileprivate static func apply(_ words: [String], lab name: String) throws(LabProblem) {
        let lab = try Lab.find(name)
        var words = words
        for index in 1...2 { words[index] = try lab.state.scenario.household(of: words[index]).name }
        let fault = try Fault(words: words)
        let answer = try UnixSocket.ask(fault.words.joined(separator: " "), at: lab.folder.socket)
        guard answer == "ok" else { throw .refused(answer) }
    }
}

extension FaultCommand {
    struct Pair: ParsableArguments {
        @OptionGroup var lab: LabOptions
        @Argument(help: "One site.") var a: String
        @Argument(help: "The other site.") var b: String
    }

    struct Cut: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Drop every packet between two households' public addresses.")
        @OptionGroup var pair: Pair
        @Flag(help: "Only from the first to the second.") var oneWay = false

        func run() throws {
            try FaultCommand.apply(["cut", pair.a, pair.b] + (oneWay ? ["one-way"] : []), lab: pair.lab.name)
        }
    }

    struct Mend: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Undo every fault between two sites.")
        @OptionGroup var pair: Pair

        func run() throws { try FaultCommand.apply(["mend", pair.a, pair.b], lab: pair.lab.name) }
    }

    struct Loss: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lose a percentage of the packets, both ways.")
        @OptionGroup var pair: Pair
        @Argument(help: "0 to 100.") var percent: Double

        func run() throws { try FaultCommand.apply(["loss", pair.a, pair.b, "\(percent)"], lab: pair.lab.name) }
    }

    struct Delay: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Set the one-way delay, both ways.")
        @OptionGroup var pair: Pair
        @Argument(help: "Milliseconds.") var milliseconds: Double

        func run() throws { try FaultCommand.apply(["delay", pair.a, pair.b, "\(milliseconds)"], lab: pair.lab.name) }
    }

    /// Whatever is none of the others.
    struct Unknown: ParsableCommand {
        static let configuration = CommandConfiguration(shouldDisplay: false)
        @Argument(parsing: .captureForPassthrough) var words: [String] = []

        func run() throws {
            let known = FaultCommand.configuration.subcommands.dropLast().map { $0._commandName }.joined(
                separator: ", ")
            guard let word = words.first, !word.hasPrefix("-") else {
                throw LabProblem.refused("no fault was named first, before any option: take one of \(known)")
            }
            throw LabProblem.refused("there is no fault \"\(word)\": take one of \(known)")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the faults in force.")
        @OptionGroup var lab: LabOptions
        @Flag(help: "Also print what was carried and what was dropped, by reason.") var counters = false

        func run() throws {
            let lab = try Lab.find(lab.name)
            for site in Services.stopped(in: lab) { print("stop \(site)") }
            for request in counters ? ["faults", "counters"] : ["faults"] {
                let lines = try UnixSocket.ask(request, at: lab.folder.socket).split(separator: "\n").dropFirst()
                for line in lines { print(line) }
            }
        }
    }
}
