import Testing

extension LabTests {
    @Suite(.serialized) struct Dashboard {
        @Test("the dashboard shows the party, pins and releases a relay, and survives any size")
        func inTmux() async throws {
            try await Lab.run(sites: ["control", "relay1", "relay2", "open1", "cone1"]) { lab in
                let pair = try await Pair.join(lab, "open1", "cone1")
                try await pair.path("direct")
                try await pair.registered(at: [Site.relay1, Site.relay2])
                let dashboard = pair.host.command([]).joined(separator: " ")
                let script = "\(dashboard); echo exit code $?; exec cat"
                try await Tmux.run(lab, width: 100, height: 30, script: script) { tmux in
                    try await tmux.shows("Friday LAN", "cone1", "direct", "west", "east")
                    #expect(try await tmux.value("alternate_on") == "1")

                    try await tmux.press("Down", "Tab", "Enter")
                    try await tmux.shows("Pinned")
                    try await pair.path("relay")
                    try await tmux.press("a")
                    try await tmux.shows("Automatic again")
                    try await pair.path("direct")

                    try await tmux.resize(40, 12)
                    try await eventually("a screen for 40 columns") {
                        try await tmux.screen()
                    } until: { screen in
                        // Drawn anew, not cut off: the names are there and no frame of 100 columns is.
                        screen.contains("cone1") && !screen.contains(String(repeating: "─", count: 40))
                    }
                    try await tmux.resize(10, 4)
                    try await tmux.resize(1, 1)
                    try await tmux.resize(100, 30)
                    try await tmux.shows("Friday LAN", "cone1", "direct")

                    try await tmux.press("q")
                    try await tmux.shows("exit code 0")
                }
                try await pair.host.status("the party goes on") { $0.isConnected(to: ["cone1"]) }
            }
        }
    }
}
