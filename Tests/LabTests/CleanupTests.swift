import Glibc
import Testing

extension LabTests {
    @Suite(.serialized) struct Cleanup {
        @Test("meshtui down removes everything, and the node that starts again is back in its party")
        func down() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1", "cone1"]) { lab in
                let pair = try await Pair.join(lab, "open1", "cone1")
                try await pair.path("direct")
                #expect(
                    try await pair.friend.leftovers().count >= 4, "a running node has an interface, a route, a table")
                let down = try await pair.friend.run("down")
                #expect(down.succeeded, "\(down.error)")
                #expect(try await pair.joining.end.value.code == 0)
                try await pair.friend.isGone()

                _ = try await pair.friend.again()
                try await pair.path("direct")
            }
        }

        @Test("a node that was killed is cleaned up by its next start, which needs no invite")
        func killed() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1", "cone1"]) { lab in
                let pair = try await Pair.join(lab, "open1", "cone1")
                try await pair.path("direct")
                try await pair.joining.kill(SIGKILL)
                let begin = ContinuousClock.now
                let again = try await pair.friend.again()
                #expect(
                    try await Ping.firstAnswer(from: pair.friend, to: Pair.hostAddress, within: .seconds(20)) != nil)
                figure("start after kill -9 to first answered ping", (.now - begin).text)
                try await pair.path("direct")

                try await again.kill(SIGTERM)
                #expect(try await again.end.value.code == 0)
                try await pair.friend.isGone()
            }
        }

        @Test(
            "host and member, killed and started again at once, are back each time and nothing is left of those before")
        func killedAgainAndAgain() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1", "cone1"]) { lab in
                let pair = try await Pair.join(lab, "open1", "cone1")
                try await pair.path("direct")
                let nodes = [pair.host, pair.friend]
                var first: [[String]] = []
                for node in nodes { first.append(try await node.traces()) }
                let party = try await pair.host.status().parties.map(\.id)
                var (hosting, joining) = (pair.hosting, pair.joining)
                for round in 1...4 {
                    try await hosting.kill(SIGKILL)
                    hosting = try await pair.host.start(["host", "Friday LAN", "--headless"])
                    let status = try await pair.host.status("the same party again") { $0.parties.map(\.id) == party }
                    #expect(status.node.virtualIP == Pair.hostAddress)
                    #expect(try await pair.host.run("invite").succeeded)

                    try await joining.kill(SIGKILL)
                    joining = try await pair.friend.start(["join", "-", "--headless"], input: pair.invite + "\n")
                    let answer = try await Ping.firstAnswer(
                        from: pair.friend, to: Pair.hostAddress, within: .seconds(20))
                    figure(
                        "round \(round), member killed and started again to first answered ping",
                        answer?.time.text ?? "none")
                    #expect(answer != nil)
                    // By whichever path: a pair that has gone to the relay meanwhile tries direct each half minute.
                    try await pair.host.status("its member") { $0.isConnected(to: ["cone1"]) }
                    try await pair.friend.status("its host") { $0.isConnected(to: ["open1"]) }
                    for (node, before) in zip(nodes, first) {
                        try await eventually("\(node.name) to leave as many traces as at first", within: .seconds(5)) {
                            try await node.traces()
                        } until: {
                            $0 == before
                        }
                    }
                }
                let (running, friend) = (hosting, joining)
                #expect(try await running.kill(SIGTERM).code == 0)
                #expect(try await friend.kill(SIGTERM).code == 0)
                for node in nodes { try await node.isGone() }
            }
        }

        @Test("meshtui down also removes what a killed node has left")
        func killedThenDown() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1"]) { lab in
                let node = NodeProcess(lab, "open1")
                let (running, _) = try await node.host()
                try await running.kill(SIGKILL)
                let down = try await node.run("down")
                #expect(down.succeeded, "\(down.error)")
                try await node.isGone()
            }
        }
    }
}
