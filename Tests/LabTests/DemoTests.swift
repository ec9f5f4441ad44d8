import Testing

extension LabTests {
    @Suite(.serialized) struct Demo {
        @Test("the demo puts five machines behind different NATs into one party and leaves nothing")
        func five() async throws {
            try Prerequisites.require()
            let lab = "d" + String(UInt32.random(in: 0x10_0000...0xff_ffff), radix: 16)
            let begin = ContinuousClock.now
            let outcome = try await Command.run([
                Binaries.lab, "demo", "--headless", "--seconds", "20", "--lab", lab, "--meshtui", Binaries.meshtui,
            ])
            figure("demo of 20 s, from start to end", (.now - begin).text)
            try #require(outcome.succeeded, "\(outcome.error)")
            let status = try Status(json: outcome.output)
            let names = ["Ada", "Ben", "Cleo", "Dan"]
            #expect(status.peers.map(\.name).sorted() == names)
            #expect(status.isConnected(to: names), "\(status.peers)")
            for peer in status.peers { figure("demo, You to \(peer.name)", peer.path?.kind ?? "none") }
            let namespaces = try await Command.output(of: ["ip", "netns", "list"])
            #expect(!namespaces.contains(lab))
        }
    }
}
