import Glibc
import Testing

extension LabTests {
    /// TERMINAL.md lists them: on every one the terminal is as the shell had it, and the node goes on.
    @Suite(.serialized) struct WaysOut {
        private struct Way {
            let name: String
            let code: Int32
            var key: String?
            var signal: Int32?

            static func key(_ key: String, code: Int32) -> Way { Way(name: "key \(key)", code: code, key: key) }
            static func signal(_ number: Int32, _ name: String) -> Way {
                Way(name: name, code: 128 + number, signal: number)
            }

            func take(_ stage: Stage) async throws {
                if let key { try await stage.tmux.press(key) }
                if let signal { kill(stage.pid, signal) }
            }
        }

        private static let all: [Way] = [
            .key("q", code: 0), .key("C-c", code: 128 + SIGINT), .key("C-\\", code: 128 + SIGQUIT),
            .signal(SIGINT, "INT"), .signal(SIGTERM, "TERM"), .signal(SIGHUP, "HUP"), .signal(SIGQUIT, "QUIT"),
            .signal(SIGSEGV, "SEGV"), .signal(SIGBUS, "BUS"), .signal(SIGABRT, "ABRT"), .signal(SIGILL, "ILL"),
            .signal(SIGTRAP, "TRAP"), .signal(SIGFPE, "FPE"),
        ]

        @Test("every way out of the dashboard gives the terminal back and leaves the node running")
        func terminal() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1"]) { lab in
                let node = NodeProcess(lab, "open1")
                let (running, _) = try await node.host()
                try await Tmux.run(lab, width: 100, height: 30, script: "exec cat") { tmux in
                    for way in WaysOut.all {
                        let stage = try await Stage.open(node.command([]), in: tmux, folder: lab.folder)
                        try await tmux.shows("Friday LAN")
                        let claimed = (modes: try await stage.modes(), settings: try await stage.settings())
                        #expect(claimed.modes.hasPrefix("alternate 1"), "\(way.name): \(claimed.modes)")
                        #expect(claimed.settings != stage.before, "\(way.name): nothing to give back")
                        try await way.take(stage)
                        let left = try await stage.left()
                        #expect(left.code == "\(way.code)", "\(way.name)")
                        #expect(left.modes == Stage.untouched, "\(way.name)")
                        #expect(left.after == stage.before, "\(way.name)")
                    }
                }
                #expect(try await node.run("status").succeeded)
                #expect(try await running.kill(SIGTERM).code == 0)
            }
        }

        @Test("a node that a dashboard has started outlives a crash and a lost terminal; q asks whether it goes on")
        func startedNode() async throws {
            try await Lab.run(sites: ["open1"], services: false) { lab in
                let node = NodeProcess(lab, "open1")
                try await Tmux.run(lab, width: 100, height: 30, script: "exec cat") { tmux in
                    func open() async throws -> Stage {
                        let stage = try await Stage.open(node.command([]), in: tmux, folder: lab.folder)
                        try await tmux.shows("Host a party")
                        return stage
                    }
                    let crashing = try await open()
                    kill(crashing.pid, SIGSEGV)
                    #expect(try await crashing.left().after == crashing.before)
                    #expect(try await node.run("status").succeeded, "after a crash")

                    // The same node goes on: nobody is asked about one that was there before.
                    let lost = try await open()
                    try await tmux.ask("respawn-pane", "-k", "-t", "main", "exec cat")
                    try await eventually("the dashboard to end with its terminal") {
                        kill(lost.pid, 0) == -1 && errno == ESRCH
                    } until: {
                        $0
                    }
                    #expect(try await node.run("status").succeeded, "after a lost terminal")
                    #expect(try await node.run("down").succeeded)
                    try await node.isGone()

                    let leaving = try await open()
                    try await tmux.press("q")
                    try await tmux.shows("Leave the node running?")
                    try await tmux.press("Enter")
                    #expect(try await leaving.left().code == "0")
                    #expect(try await node.run("status").succeeded, "it was to go on")
                    #expect(try await node.run("down").succeeded)
                    try await node.isGone()

                    let ending = try await open()
                    try await tmux.press("q")
                    try await tmux.shows("Leave the node running?")
                    try await tmux.press("Right", "Enter")
                    #expect(try await ending.left().code == "0")
                    try await node.isGone()
                }
            }
        }
    }
}
