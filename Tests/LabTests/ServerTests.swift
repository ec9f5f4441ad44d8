import Glibc
import Testing

extension LabTests {
    @Suite(.serialized) struct Servers {
        @Test("a party outlives a restart of its control server, and takes a new member afterwards")
        func controlRestart() async throws {
            try await Lab.run(sites: ["control", "relay1", "open1", "cone1", "cone2"]) { lab in
                let pair = try await Pair.join(lab, "open1", "cone1")
                try await pair.path("direct")
                try await lab.fault("stop", "control")
                try await pair.host.status("the control server is missed", within: .seconds(60)) {
                    $0.node.controlReachable == false
                }
                #expect(try await Ping.firstAnswer(from: pair.friend, to: Pair.hostAddress, within: .seconds(5)) != nil)
                try await pair.friend.status("its peer is connected all the same") { $0.isConnected(to: ["open1"]) }

                try await lab.fault("start", "control")
                let begin = ContinuousClock.now
                try await pair.host.status("the control server is back", within: .seconds(60)) {
                    $0.node.controlReachable == true
                }
                figure("control server started again to reached again", (.now - begin).text)
                let third = NodeProcess(lab, "cone2")
                _ = try await third.join(pair.invite)
                try await third.status("both others are connected") { $0.isConnected(to: ["open1", "cone1"]) }
                #expect(try await Ping.firstAnswer(from: third, to: Pair.hostAddress, within: .seconds(5)) != nil)
            }
        }

        @Test("control server and relay end when asked, leave nothing, and serve again")
        func asked() async throws {
            try await Lab.run(sites: ["control", "relay1", "cone1", "cone2"]) { lab in
                for site in ["relay1", "control"] {
                    let server = NodeProcess(lab, site)
                    let found = try await server.leftovers()
                    #expect(found.count == 1 && found.first?.hasPrefix("process ") == true, "\(found)")
                    let pid = try #require(found.first?.split(separator: " ").dropFirst().first.flatMap { pid_t($0) })
                    kill(pid, SIGTERM)
                    try await server.isGone()
                }
                for site in ["control", "relay1"] { try await lab.fault("start", site) }
                try await lab.controlListens()
                let pair = try await Pair.join(lab, "cone1", "cone2")
                try await pair.path("direct")
                try await pair.host.status("the relay is registered") { $0.relays.contains(where: \.registered) }
            }
        }

        @Test("pairs on a relay that stops move to the other")
        func relayStops() async throws {
            try await Lab.run(sites: ["control", "relay1", "relay2", "symmetric1", "symmetric2"]) { lab in
                let pair = try await Pair.join(lab, "symmetric1", "symmetric2")
                try await pair.path("relay")
                try await pair.registered(at: [Site.relay1, Site.relay2])
                let reports = try await pair.traffic(rate: 200) {
                    // The one that carries the packets now: a better one may have been found since the pair came together.
                    let endpoint = try #require(try await pair.endpoints().host?.endpoint)
                    let used = try #require(Site.relays.first { endpoint.hasPrefix($0.value + ":") })
                    try await lab.fault("stop", used.key)
                    for (node, peer) in [(pair.host, "symmetric2"), (pair.friend, "symmetric1")] {
                        try await node.status("the pair has left \(used.key)", within: .seconds(20)) { status in
                            guard let path = status.peer(peer)?.path else { return false }
                            return path.kind == "relay" && !path.endpoint.hasPrefix(used.value + ":")
                        }
                    }
                }
                for report in reports {
                    figure("relay stopped under traffic", "\(report)")
                    #expect(report.lost > 0, "the relay that was stopped carried the packets")
                    #expect(report.longestSilenceMs <= 2000 + report.latestMs)
                }
            }
        }
    }
}
