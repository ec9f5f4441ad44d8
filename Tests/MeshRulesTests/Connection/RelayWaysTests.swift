import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A relay in several ways")
struct RelayWaysTests {
    private let relay: HandMadeRelay
    private let serverToken: RelayToken
    private var random = SeededRandom(seed: 35)

    init() throws {
        relay = try HandMadeRelay()
        let issuer = try SigningKey(seed: Bytes32(SeededRandom.bytes(seed: 36, 32).span, at: 0))
        serverToken = RelayToken.make(
            scope: relay.membership.keys.scope, wg: relay.membership.wireGuard, expiry: 9, signer: issuer)
    }

    private mutating func step(_ milliseconds: Int64) -> Step { Step(now: at(milliseconds), random: random.fork()) }

    private func hellos(_ step: Step) throws -> [Hello] { try step.datagrams.map { try relay.hello($0.bytes) } }

    private func client(endpoints: [Endpoint]? = nil, tokens: [RelayToken]? = nil) throws -> RelayClient {
        var info = relay.info
        if let endpoints { info.endpoints = endpoints }
        return try RelayClient(
            info: info, tokens: tokens ?? [serverToken, relay.token], membership: relay.membership,
            counter: Sequence64(incarnation: 2))
    }

    @Test("both tokens are brought, each in a HELLO of its own, under one rising counter")
    mutating func bothTokens() throws {
        var client = try client()
        var first = step(0)
        client.announce([Hello.Row(peerTag: Tag(5), index: 77)], &first)
        let sent = try hellos(first)
        #expect(sent.map(\.token) == [serverToken, relay.token])
        #expect(sent[0].counter < sent[1].counter)
        #expect(sent.map(\.rows.count) == [1, 1])
    }

    @Test("one token that is refused does not matter while the other one counts, and nobody is told")
    mutating func oneRefused() throws {
        var client = try client()
        var first = step(0)
        client.announce([Hello.Row(peerTag: Tag(5), index: 77)], &first)
        let sent = try hellos(first)
        var answers = step(40)
        let taken = client.received(relay.ok(sent[1]).span, &answers)
        #expect(taken == .registered(isNew: true, movedTo: end("192.0.2.7:4000"), conflicts: []))
        let refused = client.received(relay.ok(sent[0], lifetime: 0, flags: .issuer).span, &answers)
        #expect(refused == .nothing)
        #expect(client.problem == nil)
        #expect(client.confirmed == [77])
        #expect(client.isRegistered(at: at(45_000)))
    }

    @Test("an index counts as known when every table has it in which we stand")
    mutating func confirmedInBoth() throws {
        var client = try client()
        var first = step(0)
        client.announce([], &first)
        for hello in try hellos(first) { _ = client.received(relay.ok(hello).span, &first) }
        var second = step(1_000)
        client.announce([Hello.Row(peerTag: Tag(5), index: 77)], &second)
        let sent = try hellos(second)
        _ = client.received(relay.ok(sent[0]).span, &second)
        #expect(client.confirmed == [])
        _ = client.received(relay.ok(sent[1]).span, &second)
        #expect(client.confirmed == [77])
    }

    @Test("a token that goes takes its registration along, one that comes registers at once")
    mutating func tokensChange() throws {
        var client = try client(tokens: [relay.token])
        var first = step(0)
        client.announce([], &first)
        var more = step(1_000)
        client.renew([serverToken, relay.token], [], &more)
        #expect(try hellos(more).map(\.token) == [serverToken])
        var fewer = step(2_000)
        client.renew([serverToken], [], &fewer)
        client.announce([], &fewer)
        #expect(try hellos(fewer).map(\.token) == [serverToken])
    }

    @Test("an endpoint that does not answer is left for the next one after two seconds, round and round")
    mutating func endpoints() throws {
        let ends = [HandMadeRelay.endpoint, end("203.0.113.6:51822")]
        var client = try client(endpoints: ends, tokens: [relay.token])
        var first = step(0)
        client.announce([], &first)
        var moves: [(Endpoint, Duration)] = []
        var last = at(0)
        while last < at(60_000), moves.count < 2 {
            let before = client.endpoint
            last = try #require(client.deadline)
            var step = Step(now: last, random: random.fork())
            _ = client.handleTimeout(&step)
            guard client.endpoint != before else { continue }
            moves.append((client.endpoint, last - at(0)))
            #expect(step.datagrams.last?.to == client.endpoint)
        }
        #expect(moves.map(\.0) == [ends[1], ends[0]])
        #expect(moves[0].1 == .milliseconds(2_100))
    }

    @Test("the endpoint that has answered is kept while the registration stands")
    mutating func keptEndpoint() throws {
        let ends = [HandMadeRelay.endpoint, end("203.0.113.6:51822")]
        var client = try client(endpoints: ends, tokens: [relay.token])
        var first = step(0)
        client.announce([], &first)
        _ = client.received(relay.ok(try hellos(first)[0]).span, &first)
        while let due = client.deadline, due < at(44_000) {
            var step = Step(now: due, random: random.fork())
            _ = client.handleTimeout(&step)
            #expect(client.endpoint == ends[0])
        }
    }

    @Test("a relay that challenges and answers no HELLO knows a higher counter: ours goes above it")
    mutating func counterSetBack() throws {
        var client = try client(tokens: [relay.token])
        let known: UInt64 = 12 << 32
        var now = at(0)
        var first = step(0)
        client.announce([], &first)
        let challenge = Challenge(
            request: try hellos(first)[0].request, cookie: Bytes16([UInt8](repeating: 7, count: 16).span, at: 0))
        var challenged = step(20)
        _ = client.received(challenge.encode().span, &challenged)
        var counter: UInt64 = 0
        while counter <= known, now < at(30_000) {
            now = try #require(client.deadline)
            var step = Step(now: now, random: random.fork())
            _ = client.handleTimeout(&step)
            counter = try hellos(step).last?.counter ?? 0
        }
        #expect(counter > known)
        #expect(now < at(10_000))
    }

    @Test("a relay that drains says so until it does not")
    mutating func draining() throws {
        var client = try client(tokens: [relay.token])
        for (flags, expected) in [(HelloOK.Flags.draining, true), ([], false)] {
            var step = step(expected ? 0 : 1_000)
            client.announce([], &step)
            _ = client.received(relay.ok(try hellos(step)[0], flags: flags).span, &step)
            #expect(client.isDraining == expected)
            #expect(client.isRegistered(at: step.now))
        }
    }

    @Test("which token for which relay: the server's, the member's own, or both")
    func directory() throws {
        let membership = relay.membership
        func info(_ seed: UInt64) throws -> RelayInfo {
            let key = try KeyAgreement.publicKey(of: Bytes32(SeededRandom.bytes(seed: seed, 32).span, at: 0))
            return RelayInfo(key: key, endpoints: [end("203.0.113.\(seed):51822")], region: "")
        }
        let (listed, both, byHand) = (try info(51), try info(52), try info(53))
        var elsewhere = both
        elsewhere.endpoints = [end("192.0.2.52:51822")]
        var directory = RelayDirectory()
        directory.configured([elsewhere, byHand])
        directory.told([listed, both], token: nil)
        #expect(directory.wanted(membership).allSatisfy { $0.tokens == [relay.token] })
        directory.told([listed, both], token: serverToken.encode())
        let wanted = directory.wanted(membership)
        func tokens(_ info: RelayInfo) -> [RelayToken]? { wanted.first { $0.info.id == info.id }?.tokens }
        #expect(tokens(listed) == [serverToken])
        #expect(tokens(both) == [serverToken, relay.token])
        #expect(tokens(byHand) == [relay.token])
        #expect(wanted.first { $0.info.id == both.id }?.info.endpoints == elsewhere.endpoints + both.endpoints)
    }
}
