import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Registering with a relay")
struct RelayClientTests {
    private let relay: HandMadeRelay
    private var client: RelayClient
    private var random = SeededRandom(seed: 32)
    private static let cookie = Bytes16(SeededRandom.bytes(seed: 33, 16).span, at: 0)
    private static let nextCookie = Bytes16(SeededRandom.bytes(seed: 34, 16).span, at: 0)

    init() throws {
        relay = try HandMadeRelay()
        client = try relay.client()
    }

    private mutating func announce(_ rows: [Hello.Row] = [], at now: Instant = at(0)) throws -> Hello {
        var step = Step(now: now, random: random.fork())
        client.announce(rows, &step)
        #expect(step.datagrams.map(\.to) == [HandMadeRelay.endpoint])
        return try relay.hello(step.datagrams[0].bytes)
    }

    private mutating func receive(
        _ datagram: [UInt8], at now: Instant = at(10)
    ) throws -> (change: RelayChange, hello: Hello?) {
        var step = Step(now: now, random: random.fork())
        let change = client.received(datagram.span, &step)
        return (change, try step.datagrams.first.map { try relay.hello($0.bytes) })
    }

    private mutating func timeOut(at now: Instant) throws -> (lost: Bool, hello: Hello?) {
        var step = Step(now: now, random: random.fork())
        let lost = client.handleTimeout(&step)
        return (lost, try step.datagrams.first.map { try relay.hello($0.bytes) })
    }

    @Test("HELLO, CHALLENGE, HELLO with the cookie, OK")
    mutating func registers() throws {
        let row = Hello.Row(peerTag: Tag(5), index: 77)
        let first = try announce([row])
        #expect(first.cookie == Bytes16())
        #expect(first.rows == [row])
        #expect(first.token == relay.token)
        let challenged = try receive(Challenge(request: first.request, cookie: Self.cookie).encode())
        let second = try #require(challenged.hello)
        #expect(second.cookie == Self.cookie)
        #expect(second.rows == [row])
        #expect(second.counter > first.counter)
        #expect(second.request != first.request)
        #expect(!client.isRegistered(at: at(10)))
        #expect(client.confirmed == [])
        let registered = try receive(relay.ok(second, cookie: Self.nextCookie), at: at(50))
        #expect(registered.change == .registered(isNew: true, movedTo: end("192.0.2.7:4000"), conflicts: []))
        #expect(client.observed == end("192.0.2.7:4000"))
        #expect(client.roundTrip == .milliseconds(40))
        #expect(client.confirmed == [77])
        #expect(client.isRegistered(at: at(45_049)))
        #expect(!client.isRegistered(at: at(45_050)))
        #expect(client.deadline == at(15_050))
        let refreshed = try timeOut(at: at(15_050))
        #expect(refreshed.hello?.cookie == Self.nextCookie)
        #expect(!refreshed.lost)
        let again = try receive(relay.ok(#require(refreshed.hello)), at: at(15_100))
        #expect(again.change == .registered(isNew: false, movedTo: nil, conflicts: []))
        #expect(client.deadline == at(30_100))
    }

    @Test("unanswered HELLOs are repeated after 300 ms, doubling, at most 5 s apart; then it says so")
    mutating func retries() throws {
        _ = try announce()
        var gaps: [Double] = []
        var before = at(0)
        for _ in 0..<7 {
            let due = try #require(client.deadline)
            gaps.append((due - before).milliseconds)
            before = due
            let hello = try timeOut(at: due).hello
            #expect(hello != nil)
        }
        #expect(gaps == [300, 600, 1_200, 2_400, 4_800, 5_000, 5_000])
        #expect(client.problem == "no answer")
    }

    @Test(
        "a relay that refuses says why, and is asked again after 5 s, then each 30 s",
        arguments: [
            (HelloOK.Flags.expired, "its token has expired"), (.issuer, "it does not trust the token's issuer"),
            (.full, "it is full"), (.draining, "it takes no new members"),
        ])
    mutating func refused(flags: HelloOK.Flags, words: String) throws {
        let hello = try announce()
        let refused = try receive(relay.ok(hello, lifetime: 0, flags: flags))
        #expect(refused.change == .refused)
        #expect(client.problem == words)
        #expect(client.deadline == at(5_010))
        let second = try #require(try timeOut(at: at(5_010)).hello)
        _ = try receive(relay.ok(second, lifetime: 0, flags: flags), at: at(5_050))
        #expect(client.deadline == at(35_050))
        let later = try #require(try timeOut(at: at(35_050)).hello)
        _ = try receive(relay.ok(later), at: at(35_090))
        #expect(client.problem == nil)
        #expect(client.isRegistered(at: at(35_090)))
    }

    @Test("an answer to no question of ours, with another MAC, or twice changes nothing")
    mutating func ignored() throws {
        let hello = try announce()
        var forged = relay.ok(hello)
        forged[51] ^= 1
        let foreign = Hello(request: 1, counter: 1, cookie: Bytes16(), token: relay.token, rows: [])
        let ignored = [relay.ok(foreign), forged, Challenge(request: 1, cookie: Self.cookie).encode()]
        for datagram in ignored {
            let result = try receive(datagram)
            #expect(result.change == .nothing)
            #expect(result.hello == nil)
        }
        #expect(!client.isRegistered(at: at(10)))
        let answer = relay.ok(hello)
        let first = try receive(answer)
        #expect(first.change != .nothing)
        let second = try receive(answer)
        #expect(second.change == .nothing)
    }

    @Test("a stale cookie is healed by the challenge, and the same challenge twice sends one HELLO")
    mutating func staleCookie() throws {
        let hello = try announce()
        _ = try receive(relay.ok(hello, cookie: Self.cookie))
        let stale = try announce(at: at(200_000))
        #expect(stale.cookie == Self.cookie)
        let challenge = Challenge(request: stale.request, cookie: Self.nextCookie).encode()
        let healed = try receive(challenge, at: at(200_010))
        #expect(healed.hello?.cookie == Self.nextCookie)
        let repeated = try receive(challenge, at: at(200_020))
        #expect(repeated.hello == nil)
        let sameCookie = Challenge(request: try #require(healed.hello).request, cookie: Self.nextCookie).encode()
        let loop = try receive(sameCookie, at: at(200_030))
        #expect(loop.hello == nil)
    }

    @Test("a registration that is not renewed is lost, once")
    mutating func lost() throws {
        let hello = try announce()
        _ = try receive(relay.ok(hello))
        var losses = 0
        var now = at(10)
        while now < at(90_000) {
            now = try #require(client.deadline)
            if try timeOut(at: now).lost { losses += 1 }
        }
        #expect(losses == 1)
    }

    @Test("a renewed token rides in the next HELLO; the counter goes on")
    mutating func renewedToken() throws {
        let first = try announce()
        _ = try receive(relay.ok(first))
        let newer = RelayToken.make(
            scope: relay.membership.keys.scope, wg: relay.membership.wireGuard, expiry: 1_800_000_000,
            signer: relay.membership.keys.group)
        var step = Step(now: at(1_000), random: random.fork())
        client.renew([newer], [], &step)
        #expect(step.datagrams.isEmpty)
        let due = try #require(client.deadline)
        let next = try #require(try timeOut(at: due).hello)
        #expect(next.token == newer)
        #expect(next.counter > first.counter)
    }

    @Test("a renewed token is brought at once to a relay that has refused the old one")
    mutating func renewedAfterRefusal() throws {
        let first = try announce()
        _ = try receive(relay.ok(first, lifetime: 0, flags: .expired))
        let newer = RelayToken.make(
            scope: relay.membership.keys.scope, wg: relay.membership.wireGuard, expiry: 1_800_000_000,
            signer: relay.membership.keys.group)
        var step = Step(now: at(1_000), random: random.fork())
        client.renew([newer], [], &step)
        let hello = try relay.hello(#require(step.datagrams.first).bytes)
        #expect(hello.token == newer)
        #expect(hello.counter > first.counter)
    }

    @Test("HELLOs are a quarter of a second apart, however often something happens; the last rows count")
    mutating func spacing() throws {
        _ = try announce(at: at(0))
        var step = Step(now: at(100), random: random.fork())
        let row = Hello.Row(peerTag: Tag(5), index: 78)
        client.announce([row], &step)
        #expect(step.datagrams.isEmpty)
        #expect(client.deadline == at(250))
        let later = try timeOut(at: at(250))
        #expect(later.hello?.rows == [row])
    }

    @Test("rows that change while an answer is on its way are told as soon as it has come")
    mutating func changedMeanwhile() throws {
        let first = try announce(at: at(0))
        var step = Step(now: at(100), random: random.fork())
        let row = Hello.Row(peerTag: Tag(5), index: 78)
        client.announce([row], &step)
        _ = try receive(relay.ok(first), at: at(200))
        #expect(client.confirmed == [])
        #expect(client.deadline == at(250))
        #expect(try timeOut(at: at(250)).hello?.rows == [row])
    }

    @Test("a client made anew goes on above the counter that the relay has seen")
    mutating func moved() throws {
        let first = try announce()
        var counter = Sequence64(incarnation: 2)
        counter.goAbove(client.lastCounter)
        var moved = try relay.client(counter: counter)
        var step = Step(now: at(1_000), random: random.fork())
        moved.announce([], &step)
        #expect(try relay.hello(step.datagrams[0].bytes).counter > first.counter)
    }

    @Test("a relay that gives cookies and nothing else drives the counter up by 69,904 starts and no further")
    mutating func cookiesOnly() throws {
        let first = try announce()
        var newest = first
        var turn = 0
        while let due = client.deadline, due < at(3_600_000) {
            guard let hello = try timeOut(at: due).hello else { continue }
            // A cookie counts as life, and no HELLO that brings it is answered.
            turn += 1
            let cookie = Bytes16([UInt8](repeating: UInt8(truncatingIfNeeded: turn / 6), count: 16).span, at: 0)
            let answered = try receive(Challenge(request: hello.request, cookie: cookie).encode(), at: due)
            newest = answered.hello ?? hello
        }
        let starts = (newest.counter - first.counter) >> 32
        #expect(starts == 16 + 256 + 4_096 + 65_536)
    }

    @Test("one relay's counter never raises another's, and each goes on above its own")
    func counters() {
        var counters = HelloCounters(incarnation: 3)
        counters.used(900 << 32 | 7, by: Bytes8(1))
        #expect(counters.next(for: Bytes8(1)).value == 900 << 32 | 7)
        #expect(counters.next(for: Bytes8(2)).value == 3 << 32)
        counters.goAbove(Sequence64(incarnation: 5))
        #expect(counters.next(for: Bytes8(1)).value == 900 << 32 | 7)
        #expect(counters.next(for: Bytes8(2)).value == 5 << 32)
    }
}
