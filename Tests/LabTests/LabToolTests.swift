import Foundation
import Glibc
import Testing

extension LabTests {
    /// The program `meshtui-lab` itself.
    @Suite(.serialized) struct Tool {
        @Test("two labs stand side by side: faults and the end of one are nothing to the other")
        func sideBySide() async throws {
            let open2 = "198.51.100.10"
            func answers(_ lab: Lab) async throws -> Bool {
                try await Command.run(lab.inside("open1", ["ping", "-n", "-c", "1", "-w", "2", open2])).succeeded
            }
            try await Lab.run(sites: ["open1", "open2"], services: false) { first in
                try await Lab.run(sites: ["open1", "open2"], services: false) { second in
                    try await first.fault("cut", "open1", "open2")
                    let reached = (first: try await answers(first), second: try await answers(second))
                    #expect(reached == (false, true))
                }
                try await first.fault("mend", "open1", "open2")
                #expect(try await answers(first))
            }
        }

        @Test(
            "a lab whose every process was killed is swept by the next one of its name, and by down",
            arguments: ["up", "down"])
        func killed(next: String) async throws {
            try Prerequisites.require()
            let name = Lab.newName()
            let up = [Binaries.lab, "up", "--lab", name, "--site", "cone1", "--site", "control", "--services"]
            try await Command.output(of: up + ["--meshtui", Binaries.meshtui])
            for namespace in try await Lab.namespaces(of: name) {
                let pids = try await Command.output(of: ["ip", "netns", "pids", namespace])
                for pid in pids.split(separator: "\n").compactMap({ pid_t($0) }) { kill(pid, SIGKILL) }
            }
            if next == "up" {
                try await eventually("the dead lab's name to be free") {
                    try await Command.run([Binaries.lab, "up", "--lab", name, "--site", "cone1"])
                } until: {
                    $0.succeeded
                }
                let namespaces = try await Lab.namespaces(of: name)
                #expect(namespaces.sorted() == ["cone1", "cone1-nat", "internet"].map { "meshlab-\(name)-\($0)" })
            }
            let down = try await Command.output(of: [Binaries.lab, "down", "--lab", name])
            #expect(down == "lab \"\(name)\" is down\n")
            #expect(try await Leftovers.of(lab: name) == [])
        }

        /// What is asked of a lab, the exit code, and what the one line says.
        private static let refusals: [(words: [String], code: Int, says: String)] = [
            (["fault", "cut", "open1", "moon"], 64, "moon"),
            (["fault", "cut", "open1", "open1"], 64, "two different sites"),
            (["fault", "loss", "open1", "cone1", "101"], 64, "0 to 100"),
            (["fault", "delay", "open1", "cone1", "nan"], 64, "0 to 10000"),
            (["fault", "burn", "open1", "cone1"], 64, "no fault \"burn\""),
            (["fault", "stop", "open1"], 69, "no server"),
            (["fault", "reboot", "open1"], 64, "no router"),
            (["fault", "suspend", "moon"], 64, "moon"),
            (["up", "--site", "open1"], 73, "already up"),
        ]

        @Test("a server that was stopped stands on the list of faults until it is started again")
        func stoppedServer() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1"]) { lab in
                let list = [Binaries.lab, "fault", "list", "--lab", lab.name]
                #expect(try await Command.output(of: list).isEmpty)
                try await lab.fault("stop", "relay1")
                #expect(try await Command.output(of: list) == "stop relay1\n")
                try await lab.fault("start", "relay1")
                #expect(try await Command.output(of: list).isEmpty)
            }
        }

        @Test("nonsense is refused in one line, and exec ends as its command did")
        func commandLine() async throws {
            try await Lab.run(sites: ["open1", "cone1"], services: false) { lab in
                func ask(_ words: [String], then command: [String] = []) async throws -> Outcome {
                    let rest = command.isEmpty ? [] : ["--"] + command
                    return try await Command.run([Binaries.lab] + words + ["--lab", lab.name] + rest)
                }
                for refusal in Tool.refusals {
                    let outcome = try await ask(refusal.words)
                    #expect(outcome.code == refusal.code, "\(refusal.words): \(outcome.error)")
                    #expect(outcome.errorLines.count == 1, "\(refusal.words): \(outcome.error)")
                    #expect(outcome.error.hasPrefix("meshtui-lab: "), "\(refusal.words): \(outcome.error)")
                    #expect(outcome.error.contains(refusal.says), "\(refusal.words): \(outcome.error)")
                }
                let much = try await ask(["fault", "loss", "open1", "cone1", "much"])
                #expect(much.code == 64 && much.error.contains("much"), "\(much.error)")

                let said = try await ask(["exec", "open1"], then: ["sh", "-c", "echo here; exit 7"])
                #expect(said.code == 7 && said.output == "here\n", "\(said)")
                #expect(try await ask(["exec", "open1"], then: ["sh", "-c", "kill -TERM $$"]).code == 128 + 15)
                let socket = try await ask(["exec", "open1"], then: ["sh", "-c", "echo $MESHTUI_SOCKET"])
                #expect(socket.output == "\(lab.folder)/open1.sock\n", "meshtui in there means that machine's node")
                #expect(try await ask(["exec", "moon"], then: ["true"]).code == 64)
            }
        }
    }
}
