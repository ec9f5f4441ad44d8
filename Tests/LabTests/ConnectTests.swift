import Glibc
import Testing

extension LabTests {
    @Suite(.serialized) struct Connect {
        struct Case: CustomTestStringConvertible {
            let host: String
            let friend: String
            let path: String
            var testDescription: String { "\(host) and \(friend): \(path)" }
        }

        @Test(
            "two machines reach each other by the path that their NATs allow",
            arguments: [
                Case(host: "open1", friend: "open2", path: "direct"),
                Case(host: "cone1", friend: "cone2", path: "direct"),
                Case(host: "symmetric1", friend: "symmetric2", path: "relay"),
            ])
        func reach(_ pair: Case) async throws {
            try await Lab.run(sites: ["control", "relay1", "relay2", pair.host, pair.friend]) { lab in
                let host = NodeProcess(lab, pair.host)
                let friend = NodeProcess(lab, pair.friend)
                let (_, invite) = try await host.host()
                async let answer = Ping.firstAnswer(from: friend, to: Pair.hostAddress, within: .seconds(20))
                _ = try await friend.join(invite)
                let time = try await #require(answer, "no ping was answered within 20 s").time
                figure("join to first answered ping, \(pair.testDescription)", time.text)
                // From the start of the friend's program on. An idle machine takes 0.5 s, or 1.4 s through a relay.
                #expect(time < .seconds(pair.path == "direct" ? 2 : 3))

                let begin = ContinuousClock.now
                try await host.path(pair.path, to: friend.name)
                try await friend.path(pair.path, to: host.name)
                figure(
                    "first answered ping to \(pair.path) path at both ends, \(pair.testDescription)",
                    (.now - begin).text)
                let address = try #require(try await host.status().peer(friend.name)?.virtualIP)
                #expect(try await Ping.firstAnswer(from: host, to: address, within: .seconds(5)) != nil)
            }
        }

        @Test(
            "both ends started in the same moment with traffic both ways connect within a second of the first proven path"
        )
        func bothAtOnce() async throws {
            try await Lab.run(sites: ["control", "relay1", "relay2", "cone1", "cone2"]) { lab in
                let pair = try await Pair.join(lab, "cone1", "cone2")
                try await pair.path("direct")
                try await pair.hosting.kill(SIGKILL)
                try await pair.joining.kill(SIGKILL)

                async let answer = Ping.firstAnswer(from: pair.host, to: pair.friendAddress, within: .seconds(20))
                async let back = Ping.firstAnswer(from: pair.friend, to: Pair.hostAddress, within: .seconds(20))
                async let host = pair.host.again()
                async let friend = pair.friend.again()
                _ = try await (host, friend)
                let (first, second) = try await (#require(answer), #require(back))
                figure("both ends started at once to first answered ping", max(first.time, second.time).text)

                // Each end says so when the first of its paths has answered; the packets' time is that of their answer,
                // a round trip after the first that got through.
                let ends = [(pair.host, pair.friend.name), (pair.friend, pair.host.name)]
                var proven: [Double] = []
                for (node, peer) in ends {
                    let events = try await node.events()
                    let event = events.first { $0.subject == peer && $0.message.hasPrefix("a path answers") }
                    proven.append(try #require(event, "\(events)").at)
                }
                let begin = try #require(proven.min())
                let wait = max(first.at, second.at) - begin
                figure("first proven path to first answered ping both ways", Duration.seconds(wait).text)
                #expect(min(first.at, second.at) > begin)
                #expect(wait <= 1)
            }
        }
    }
}
