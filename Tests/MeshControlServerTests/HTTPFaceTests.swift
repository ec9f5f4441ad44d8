import Glibc
@testable import MeshControlServer
import MeshCore
import MeshRules
import MeshWire
import Testing

@Suite("The server's HTTP face", .serialized, .timeLimit(.minutes(1)))
struct HTTPFaceTests {
    private func ask(_ text: String, _ bench: ServerBench) async throws -> String {
        try await RawHTTP.exchange(text, port: bench.address.port)
    }

    @Test(
        "what can't be understood is answered with a problem document",
        arguments: [
            ("GET /nowhere HTTP/1.1", "", 404), ("GET /v1/parties/xyz HTTP/1.1", "", 422),
            ("POST /v1/parties HTTP/1.1", "{}", 422), ("POST /v1/parties HTTP/1.1", "no json", 422),
            ("GET /v1/relays HTTP/1.1", "", 401), ("PUT /v1/relays/0011223344556677 HTTP/1.1", "{}", 401),
            ("GET /v1/parties/00112233445566778899aabbccddeeff/peers HTTP/1.1", "", 401),
            ("GET /v1/parties/00112233445566778899aabbccddeeff/events HTTP/1.1", "", 401),
        ])
    func problems(_ line: String, _ body: String, _ status: Int) async throws {
        try await ServerBench.run { bench in
            let answer = try await ask(
                "\(line)\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n"
                    + "Content-Type: application/json\r\n\r\n\(body)", bench)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.lowercased().contains("content-type: application/problem+json"))
            #expect(answer.contains("\"status\":\(status)") && answer.contains("urn:meshtui:problem:"))
        }
    }

    @Test("a request of more than 64 KiB is refused")
    func bodyLimit() async throws {
        try await ServerBench.run { bench in
            let body = String(repeating: " ", count: 65_537)
            let answer = try await ask(
                "POST /v1/parties HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)", bench)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test("a machine that begins again and again is told when it may go on")
    func nonces() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let plane = bench.plane(fixture)
            let begin = ControlRequest.begin(identity: fixture.host.identity.publicKey, g0: nil)
            for _ in 0..<ControlLimits.noncesOfSource {
                let reply = await plane.perform(begin)
                guard case .begun = reply else { throw UnexpectedReply(reply: reply) }
            }
            let reply = await plane.perform(begin)
            guard case .refused(.busy(let seconds)) = reply else { throw UnexpectedReply(reply: reply) }
            #expect((1...60).contains(seconds))
            let body = #"{"identity":"\#(String(repeating: "A", count: 43))="}"#
            let answer = try await ask(
                "POST /v1/parties/\(fixture.party)/begin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", bench)
            #expect(answer.hasPrefix("HTTP/1.1 429 "))
            let header = answer.lowercased().split(separator: "\r\n").first { $0.hasPrefix("retry-after: ") }
            let wait = try #require(header.flatMap { UInt64($0.dropFirst(13)) })
            #expect((1...60).contains(wait))
            #expect(answer.contains("urn:meshtui:problem:busy") && answer.contains("\"retryAfter\":"))
        }
    }

    @Test("a relay registers with the operator's bearer, on a wildcard with the address it came from")
    func relays() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let plane = bench.plane(fixture)
            try await plane.register(fixture)
            var relay = RelayAnnouncement(
                key: PartyFixture.bytes(1, 70), endpoints: [Endpoint(IPAddress(v4: 0), 51_822)], region: "eu-west",
                capacity: 10, load: 0)
            let registration = RelayRegistration(server: bench.address, operatorToken: bench.state.operatorToken)
            let lease = try await registration.register(relay)
            guard case .relays(let listed, let bytes?) = await plane.perform(.relays) else {
                throw UnexpectedReply(reply: await plane.perform(.relays))
            }
            #expect(listed.map(\.endpoints) == [[Endpoint(IPAddress(v4: 0x7f00_0001), 51_822)]])
            let token = try RelayToken.decode(bytes.span)
            try token.verify()
            #expect(token.issuer == lease.issuer && token.wg == fixture.host.wg)

            let wrong = RelayRegistration(server: bench.address, operatorToken: "guess")
            #expect(await refusal(of: relay, by: wrong) == .unauthorised)
            relay.endpoints = []
            #expect(await refusal(of: relay, by: registration) == .rule(.range))
        }
    }

    private func refusal(of relay: RelayAnnouncement, by registration: RelayRegistration) async -> ControlRefusal? {
        do throws(ControlRefusal) { _ = try await registration.register(relay) } catch { return error }
        return nil
    }

    @Test("on a socket for both families IPv4 clients are told apart, and a wildcard relay gets its IPv4 address")
    func bothFamilies() async throws {
        try await ServerBench.run(host: "::") { bench in
            let fixture = try PartyFixture()
            let body = #"{"identity":"\#(String(repeating: "A", count: 43))="}"#
            let begin =
                "POST /v1/parties/\(fixture.party)/begin HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n"
                + "Content-Type: application/json\r\nConnection: close\r\n\r\n\(body)"
            var statuses: [String] = []
            for _ in 0...ControlLimits.noncesOfSource {
                statuses.append(String(try await ask(begin, bench).prefix(12)))
            }
            #expect(statuses.last == "HTTP/1.1 429" && statuses.dropLast().allSatisfy { $0 == "HTTP/1.1 200" })
            let other = try HostileClient(port: bench.address.port, from: 0x7f00_0909)
            #expect(await becomesTrue { other.isConnected })
            other.send(begin)
            #expect(await becomesTrue { String(decoding: other.received() ?? [], as: UTF8.self).contains(" 200 ") })
            let registration = RelayRegistration(
                server: ControlAddress(host: "127.0.0.1", port: bench.address.port),
                operatorToken: bench.state.operatorToken)
            let relay = RelayAnnouncement(
                key: PartyFixture.bytes(1, 70), endpoints: [Endpoint(IPAddress(v4: 0), 51_822)], region: "",
                capacity: 10, load: 0)
            _ = try await registration.register(relay)
        }
    }

    @Test("a member speaks for itself only")
    func ownRow() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let token = try await bench.plane(fixture).register(fixture).token
            let other = try PartyFixture.member(1).peer
            let answer = try await ask(
                """
                DELETE /v1/parties/\(fixture.party)/peers/\(other) HTTP/1.1\r\nHost: x\r\nConnection: close\r
                Authorization: Bearer \(token)\r\n\r\n
                """, bench)
            #expect(answer.hasPrefix("HTTP/1.1 403 ") && answer.contains("urn:meshtui:problem:peer"))
        }
    }

    @Test(
        "a web page can't ask a host's own control plane: it names its own host, and no type of ours without asking first",
        arguments: [
            ("203.0.113.7:51821", "application/json", 404), ("[fd00::1]:51821", "application/json; charset=utf-8", 404),
            ("localhost", "application/json", 404), ("10.66.0.1:51821", "application/json", 404),
            ("Home.Example:51821", "application/json", 404), ("page.example:51821", "application/json", 421),
            ("203.0.113.7.page.example", "application/json", 421), ("203.0.113.7", "text/plain", 415),
            ("203.0.113.7", "application/x-www-form-urlencoded", 415),
        ])
    func rebinding(_ host: String, _ type: String, _ status: Int) async throws {
        let own = try PartyFixture(1)
        try await ServerBench.run(parties: .one(own.party), hosts: .addresses(names: ["home.example"])) { bench in
            let body = #"{"identity":"\#(String(repeating: "A", count: 43))="}"#
            let answer = try await ask(
                "POST /v1/parties/\(try PartyFixture(2).party)/begin HTTP/1.1\r\nHost: \(host)\r\nContent-Type: \(type)\r\n"
                    + "Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", bench)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test("a host's own control plane serves the host's party, and gives others not even a nonce")
    func ownParty() async throws {
        let (own, other) = (try PartyFixture(1), try PartyFixture(2))
        try await ServerBench.run(parties: .one(own.party), hosts: .addresses(names: ["home.example"])) { bench in
            let begin = ControlRequest.begin(identity: other.host.identity.publicKey, g0: nil)
            #expect(await bench.plane(other).perform(begin) == .refused(.unknown("this party")))
            let joined = try await bench.plane(own).register(own)
            #expect(joined.peers.isEmpty)
        }
    }

    @Test("before there is a party nobody is served, and then that party's members; once it is left, nobody again")
    func noParty() async throws {
        let own = try PartyFixture(1)
        try await ServerBench.run(parties: .none, hosts: .addresses(names: [])) { bench in
            let begin = ControlRequest.begin(identity: own.host.identity.publicKey, g0: nil)
            #expect(await bench.plane(own).perform(begin) == .refused(.unknown("this party")))
            await bench.state.service.serve(.one(own.party))
            let plane = bench.plane(own)
            try await plane.register(own)
            await bench.state.service.serve(.none)
            #expect(await plane.perform(begin) == .refused(.unknown("this party")))
            guard case .refused = await plane.perform(.getPeers) else {
                Issue.record("a member is served")
                return
            }
        }
    }

    @Test("once it has ended, its port is closed")
    func closed() async throws {
        let address = try await ServerBench.run { bench in bench.address }
        let failure = await #expect(throws: RawHTTP.Failure.self) {
            _ = try await RawHTTP.exchange("GET / HTTP/1.1\r\n\r\n", port: address.port)
        }
        #expect(failure?.code == ECONNREFUSED)
    }

    @Test("an answer names no path of the machine and none of the library's words")
    func noPaths() async throws {
        let fixture = try PartyFixture()
        let service = try await ControlService.open(
            store: FullStore(), keys: ControlKeys(keyHash: Bytes16(), issuer: try SigningKey(seed: Bytes32())))
        try await ServerBench.serve(service) { address in
            let plane = RemoteControlPlane(servers: [address], party: fixture.party, expectedKeyHash: nil)
            let begun = try await plane.begin(fixture.host, g0: nil)
            let card = try fixture.card(fixture.host, at: PartyFixture.hostAddress)
            let reply = await plane.perform(
                .registerParty(
                    roster: try fixture.roster().bytes, welcomes: [],
                    proof: fixture.proof(card, begun, by: fixture.host)))
            guard case .refused(.unreachable(let why)) = reply else { throw UnexpectedReply(reply: reply) }
            #expect(why.contains("503") && why.contains("no room") && !why.contains("secret"))
            let body = #"{"identity":7}"#
            let answer = try await RawHTTP.exchange(
                "POST /v1/parties/\(fixture.party)/begin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Connection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", port: address.port)
            #expect(answer.contains("“identity” is not as expected\""))
        }
    }

    @Test("an address that is taken is told with what to do")
    func taken() async throws {
        try await ServerBench.run { bench in
            let problem = await #expect(throws: ListenProblem.self) {
                try await ServerBench.withFolder { folder in
                    try await ServerBench.serve(folder: folder, on: bench.address)
                }
            }
            let text = "\(try #require(problem))"
            #expect(text.hasSuffix("\(bench.address.port), Address already in use: give another --listen"))
        }
    }
}

/// A disk without room.
private struct FullStore: ControlStore {
    func load() -> [ControlRecord] { [] }
    func apply(_ records: [ControlRecord]) throws(StorageProblem) { throw .full(path: "/secret/control.sqlite") }
}
