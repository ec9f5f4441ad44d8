import Testing

extension LabTests {
    @Suite(.serialized) struct Dashboard {
        @Test("the dashboard shows the party, pins and releases a relay, survives any size and gives the terminal back")
        func inTmux() async throws {
            try await Lab.run(sites: ["control", "relay1", "relay2", "open1", "cone1"]) { lab in
                let pair = try await Pair.join(lab, "open1", "cone1")
                try await pair.path("direct")
                let dashboard = pair.host.command([]).joined(separator: " ")
                let script = "stty -g; \(dashboard); echo exit code $?; stty -g; echo given back; exec cat"
                try await Tmux.run(lab.name, width: 100, height: 30, script: script) { tmux in
                    try await tmux.shows("Friday LAN", "cone1", "direct")
                    #expect(try await tmux.value("alternate_on") == "1")

                    try await tmux.press("Down", "Tab", "Enter")
                    try await pair.path("relay", within: .seconds(15))
                    try await tmux.shows("relay")
                    try await tmux.press("a")
                    try await pair.path("direct", within: .seconds(15))

                    for (width, height) in [(40, 12), (10, 4), (100, 30)] {
                        try await tmux.resize(width, height)
                        try await eventually("a screen of \(width) by \(height)") {
                            try await tmux.screen()
                        } until: { screen in
                            let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
                            return lines.allSatisfy { $0.count <= width } && lines.contains { !$0.isEmpty }
                        }
                    }
                    try await tmux.shows("Friday LAN", "cone1", "direct")

                    try await tmux.press("q")
                    let screen = try await tmux.shows("exit code 0", "given back")
                    #expect(try await tmux.value("alternate_on") == "0")
                    #expect(try await tmux.value("cursor_flag") == "1")
                    let settings = screen.split(separator: "\n").filter { $0.contains(":") && !$0.contains(" ") }
                    #expect(settings.count == 2)
                    #expect(Set(settings).count == 1, "the terminal's settings are as before: \(settings)")
                }
                #expect(try await pair.host.status().isConnected(to: ["cone1"]))
            }
        }
    }
}
