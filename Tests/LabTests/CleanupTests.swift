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
