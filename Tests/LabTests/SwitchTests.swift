import Testing

extension LabTests {
    @Suite(.serialized) struct Switch {
        @Test("a direct path that is cut under traffic is left for the relay, and taken again once it is mended")
        func cutAndMend() async throws {
            try await Lab.run(sites: ["control", "relay1", "cone1", "cone2"], delayMs: 20) { lab in
                let pair = try await Pair.join(lab, "cone1", "cone2")
                try await pair.path("direct")
                let reports = try await pair.traffic(rate: 500) {
                    try await lab.fault("cut", "cone1", "cone2")
                    let cut = ContinuousClock.now
                    try await pair.path("relay")
                    figure("cut to relay at both ends", (.now - cut).text)
                    try await lab.fault("mend", "cone1", "cone2")
                    let mended = ContinuousClock.now
                    try await pair.path("direct")
                    figure("mended to direct at both ends", (.now - mended).text)
                }
                for report in reports {
                    figure("direct path cut and mended under traffic", "\(report)")
                    #expect(report.lost > 0, "the cut was one")
                    #expect(report.longestSilenceMs <= 2000 + report.latestMs)
                }
            }
        }

        @Test(
            "ten switches between relay and direct under traffic all land and lose nothing", arguments: [20.0, 100.0])
        func tenSwitches(delayMs: Double) async throws {
            try await Lab.run(sites: ["control", "relay1", "cone1", "cone2"], delayMs: delayMs) { lab in
                let pair = try await Pair.join(lab, "cone1", "cone2")
                try await pair.path("direct")
                try await pair.registered(at: [Site.relay1])
                let relay = try #require(try await pair.host.status().relay(at: Site.relay1))
                let before = try await FullQueues.count(in: lab)
                let reports = try await pair.traffic(rate: 2000) {
                    let least = ContinuousClock.now + .seconds(30)
                    for count in 1...5 {
                        let pin = try await pair.host.run("relay", "use", relay.id)
                        #expect(pin.succeeded, "\(pin.error)")
                        try await Switch.lands(pair, on: "relay", what: "\(count)")
                        let release = try await pair.host.run("relay", "use", "auto")
                        #expect(release.succeeded, "\(release.error)")
                        try await Switch.lands(pair, on: "direct", what: "\(count)")
                    }
                    // Out of order is what was on its way through the relay when a pair went direct, so many at each
                    // switch: its share is one of half a minute, however fast the machine was.
                    try await Task.sleep(until: least)
                }
                let overrun = try await FullQueues.count(in: lab).since(before)
                for report in reports {
                    figure("ten switches at \(Int(delayMs)) ms one way", "\(report)")
                    // A switch loses nothing. Only where the machine let a queue run over may something be missing, and
                    // then the kernel's own counters say so; on an idle machine they stand still.
                    #expect(report.lost == 0 || overrun.total > 0, "lost \(report.lost) and no queue ran over")
                    #expect(report.lost <= report.sent / 100, "full queues: \(overrun)")
                    #expect(report.reorderedPct <= 2)
                }
                if overrun.total > 0 { figure("full queues meanwhile", "\(overrun)") }
            }
        }

        @Test("of two pins one counts, and the other end's is refused at once with whose it is")
        func twoPins() async throws {
            try await Lab.run(sites: ["control", "relay1", "relay2", "symmetric1", "symmetric2"]) { lab in
                let pair = try await Pair.join(lab, "symmetric1", "symmetric2")
                try await pair.path("relay")
                try await pair.registered(at: [Site.relay1, Site.relay2])
                let status = try await pair.host.status()
                let one = try #require(status.relay(at: Site.relay1)).id
                let other = try #require(status.relay(at: Site.relay2)).id
                let first = try await pair.host.run("relay", "use", one)
                #expect(first.succeeded, "\(first.error)")
                // Which end is the chooser is a matter of their keys: its pin counts, whichever came first.
                let second = try await pair.friend.run("relay", "use", other)
                let refused = second.succeeded ? try await pair.host.run("relay", "use", one) : second
                #expect(refused.code == 69)
                #expect(refused.error.contains("the other end has pinned relay"), "\(refused.error)")
            }
        }

        /// Both ends say so, and for two seconds WireGuard itself sends and receives on the new path only.
        private static func lands(_ pair: Pair, on kind: String, what: String) async throws {
            let begin = ContinuousClock.now
            func fits(_ ends: (host: WireGuardPeer?, friend: WireGuardPeer?)) -> Bool {
                [ends.host, ends.friend].allSatisfy { end in
                    end.map { $0.endpoint.hasPrefix(Site.relay1 + ":") == (kind == "relay") } ?? false
                }
            }
            let first = try await eventually(
                "switch \(what) to \(kind)", within: .seconds(15), every: .milliseconds(50),
                ask: { try await pair.endpoints() }, until: fits)
            figure("switch \(what) to \(kind)", (.now - begin).text)
            var last = first
            let settled = ContinuousClock.now + .seconds(2)
            while .now < settled {
                try await Task.sleep(for: .milliseconds(100))
                last = try await pair.endpoints()
                try #require(fits(last), "switch \(what) to \(kind) did not stay: \(last)")
            }
            for (before, after) in [(first.host, last.host), (first.friend, last.friend)] {
                // Two seconds of 2,000 packets a second are 400 kB and more; a tenth of it is no stray packet.
                let arrived = (after?.rxBytes ?? 0) - min(before?.rxBytes ?? 0, after?.rxBytes ?? 0)
                let left = (after?.txBytes ?? 0) - min(before?.txBytes ?? 0, after?.txBytes ?? 0)
                #expect(arrived > 40_000, "little arrives on the \(kind) path: \(arrived) bytes")
                #expect(left > 40_000, "little leaves on the \(kind) path: \(left) bytes")
            }
            try await pair.path(kind, within: .seconds(5))
        }
    }
}
