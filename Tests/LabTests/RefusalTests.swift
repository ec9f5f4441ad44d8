import Testing

extension LabTests {
    /// One clear line, the right exit code, and nothing left behind.
    @Suite(.serialized) struct Refusal {
        private static func expect(_ outcome: Outcome, code: Int, says text: String) {
            #expect(outcome.code == code, "\(outcome.error)")
            #expect(outcome.errorLines.last?.contains(text) == true, "\(outcome.error)")
            #expect(outcome.errorLines.filter { $0.hasPrefix("meshtui:") }.count == 1, "\(outcome.error)")
        }

        @Test("an invite that is none, or whose party is not there, is refused")
        func wrongInvite() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1", "cone1"]) { lab in
                let node = NodeProcess(lab, "cone1")
                let nonsense = try await Command.run(node.command(["join", "-", "--headless"]), input: "no invite\n")
                Refusal.expect(nonsense, code: 65, says: "invite")
                try await node.isGone()

                let host = NodeProcess(lab, "open1")
                let (_, invite) = try await host.host()
                let damaged = String(invite.dropLast(6)) + "zzzzzz"
                let outcome = try await Command.run(node.command(["join", "-", "--headless"]), input: damaged + "\n")
                Refusal.expect(outcome, code: 65, says: "invite")
                try await node.isGone()
            }
        }

        @Test("a node without root says that it needs it")
        func noRoot() async throws {
            try await Lab.run(sites: ["open1"], services: false) { lab in
                let node = NodeProcess(lab, "open1")
                let words = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", Binaries.meshtui]
                let outcome = try await Command.run(
                    lab.inside("open1", words + ["host", "Friday", "--headless"] + node.options))
                Refusal.expect(outcome, code: 77, says: "root")
                try await node.isGone()
            }
        }

        @Test("a second node on one state folder is refused with the first one's number")
        func twoOnOneFolder() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1"]) { lab in
                let node = NodeProcess(lab, "open1")
                let (running, _) = try await node.host()
                var words = node.command(["node"])
                words += ["--socket", node.socket + "2", "--interface", String(lab.name.dropFirst()) + "x"]
                let outcome = try await Command.run(words)
                Refusal.expect(
                    outcome, code: 75, says: "\(node.state) belongs to the node that runs as process \(running.pid)")
                let second = try await node.run("host", "Saturday LAN", "--headless")
                Refusal.expect(second, code: 69, says: "Friday LAN")
                #expect(try await node.run("status").succeeded)
                let down = lab.inside("open1", [Binaries.meshtui, "down", "--state", lab.folder + "/other"])
                let other = try await Command.run(down + ["--socket", node.socket])
                Refusal.expect(other, code: 69, says: "does not keep its state in \(lab.folder)/other")
                #expect(try await node.run("status").succeeded)
            }
        }

        @Test("hosting with a control server that is away fails and leaves nothing")
        func deadControl() async throws {
            try await Lab.run(sites: ["control", "open1"], services: false) { lab in
                let node = NodeProcess(lab, "open1")
                let begin = ContinuousClock.now
                let outcome = try await node.run("host", "Friday", "--headless")
                figure("hosting with a dead control server to its refusal", (.now - begin).text)
                Refusal.expect(outcome, code: 69, says: "control server")
                try await node.isGone()
            }
        }
    }
}
