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
                let time = try await #require(answer, "no ping was answered within 20 s")
                figure("join to first answered ping, \(pair.testDescription)", time.text)
                #expect(time < .seconds(15))

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

        @Test("both ends started in the same moment with traffic both ways connect at once")
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
                figure("both ends started at once to first answered ping", max(first, second).text)
                #expect(max(first, second) < .seconds(10))
            }
        }
    }
}
