import Testing

extension LabTests {
    @Suite(.serialized) struct Demo {
        @Test("the demo puts five machines behind different NATs into one party and leaves nothing")
        func five() async throws {
            try Prerequisites.require()
            let lab = Lab.newName()
            let begin = ContinuousClock.now
            let outcome = try await Command.run(
                try await Lab.priority() + [
                    Binaries.lab, "demo", "--headless", "--seconds", "15", "--lab", lab, "--meshtui", Binaries.meshtui,
                ])
            figure("demo of 15 s, from start to end", (.now - begin).text)
            try #require(outcome.succeeded, "\(outcome.error)")
            let status = try Status(json: outcome.output)
            let names = ["Ada", "Ben", "Cleo", "Dan"]
            #expect(status.peers.map(\.name).sorted() == names)
            #expect(status.isConnected(to: names), "\(status.peers)")
            // You sit behind a port-restricted NAT, Cleo behind a symmetric one: nobody can punch through both.
            let paths = Dictionary(uniqueKeysWithValues: status.peers.map { ($0.name, $0.path?.kind) })
            #expect(paths == ["Ada": "direct", "Ben": "direct", "Cleo": "relay", "Dan": "direct"])
            for peer in status.peers { figure("demo, You to \(peer.name)", peer.path?.kind ?? "none") }
            try await eventually("nothing of the demo to be left", within: .seconds(5)) {
                try await Leftovers.of(lab: lab)
            } until: {
                $0.isEmpty
            }
        }
    }
}
