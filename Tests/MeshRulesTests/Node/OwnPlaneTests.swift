import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A host that serves its party itself")
struct OwnPlaneTests {
    private static let first = [ControlAddress(host: "192.0.2.7", port: 51_821)]

    /// The node of a host without a server, in its new party.
    private func founded(serving: [ControlAddress] = first) throws -> TestNode {
        var node = try TestNode(try .anna())
        node.give(.network(TestNode.network))
        node.give(.command(.host(partyName: "P", memberName: "anna", control: .local(serving: serving))))
        let begun = Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash)
        let requests = node.takeRequests()
        guard case .begin(let identity, _)? = requests.first else { throw Refusal.kind }
        node.give(.control(.begin(identity: identity, g0: nil), .begun(begun)))
        guard case .registerParty(let roster, let welcomes, let proof)? = node.takeRequests().first else {
            throw Refusal.kind
        }
        node.give(
            .control(
                .registerParty(roster: roster, welcomes: welcomes, proof: proof), .joined(TestServer.joined(roster))))
        return node
    }

    private func ports(_ node: inout TestNode) -> [UInt16?] {
        node.takeRequests().compactMap { request in
            guard case .updatePeer(let update) = request, let card = update.card else { return nil }
            return (try? Card.decode(card.span))?.servedPort
        }
    }

    @Test("its card tells the port on which it is served, and again when that has changed")
    func port() throws {
        var node = try founded()
        _ = node.take()
        node.give(.controlServed(port: 51_822))
        #expect(ports(&node) == [51_822])
        #expect(node.stored.cards.count == 1)
        let stored = try #require(node.stored.cards.first)
        let card = try Card.decode(stored.span)
        #expect(card.servedPort == 51_822)
        node.give(.controlServed(port: 51_822))
        #expect(ports(&node) == [])
        node.give(.controlServed(port: 51_823))
        #expect(ports(&node) == [51_823])
    }

    @Test("a port that is known before the party goes into the card as soon as the party is there")
    func portFirst() throws {
        var node = try TestNode(try .anna())
        node.give(.controlServed(port: 7_000))
        #expect(node.takeRequests() == [])
        node = try founded()
        _ = node.take()
        node.give(.controlServed(port: 7_000))
        #expect(ports(&node) == [7_000])
    }

    @Test("a member of a party tells no port: others serve it")
    func member() throws {
        let party = try TestParty()
        var node = try TestNode.member(try .anna(), of: party)
        node.give(.controlServed(port: 7_000))
        #expect(ports(&node) == [])
    }

    @Test("the invite shows today's addresses and opens the same party")
    func invite() throws {
        let node = try founded()
        let old = try InviteCode(text: #require(node.node.invite))
        let today = (1...9).map { ControlAddress(host: "192.168.1.\($0)", port: 51_822) }
        let new = try InviteCode(text: #require(node.node.invite(serving: today)))
        #expect(new.servers.map { "\($0.host):\($0.port)" } == today.prefix(4).map(\.description))
        #expect(new.servers.map(\.keyHash) == Array(repeating: TestParty.keyHash, count: 4))
        #expect(new.party == old.party && new.secret == old.secret && new.minEpoch == old.minEpoch)
        #expect(node.node.invite(serving: []) == node.node.invite)
        #expect(node.node.invited == Self.first)
    }

    @Test("hosting works with many addresses and with a long name", arguments: [1, 4, 9, 40])
    func many(_ count: Int) throws {
        let name = ControlAddress(host: String(repeating: "a", count: 64), port: 1)
        let node = try founded(serving: [name] + (1...count).map { ControlAddress(host: "10.0.0.\($0)", port: 2) })
        #expect(try InviteCode(text: #require(node.node.invite)).servers.count == min(count + 1, 4))
    }

    /// The host's card with a served port, as it comes from the control plane.
    private func hostCard(_ party: TestParty, port: UInt16?, sequence: UInt64 = 1 << 32 | 1) throws -> Card {
        let host = try TestPerson("host", seed: 77, ipv4: TestParty.hostAddress)
        return try Card.make(
            party: party.party, keys: party.keys, sequence: sequence, identity: party.host, wg: host.wg,
            ipv4: TestParty.hostAddress, name: "host", ext: port.map { [Card.field(servedPort: $0)] } ?? [])
    }

    @Test("members whose control plane is lost look for it at the host's virtual address, after the invite's addresses")
    func tunnel() throws {
        let party = try TestParty()
        var node = try TestNode.member(try .anna(), of: party)
        node.give(.event(.peer(TestServer.info(try hostCard(party, port: 51_822)))))
        node.give(.controlReachable(false), at: at(10_000))
        _ = node.take()
        node.timeOut(at: at(24_900))
        #expect(!node.takeEffects().contains { if case .useControl = $0 { true } else { false } })
        node.timeOut(at: at(25_000))
        let invited = ControlAddress(host: "198.51.100.9", port: 51_821)
        let target = ControlTarget.remote(
            [invited, ControlAddress(host: "10.66.0.1", port: 51_822)], keyHash: TestParty.keyHash)
        #expect(node.takeEffects().first == .useControl(target, party: party.party))
    }

    @Test("where a server serves the party nothing is looked for in the tunnel")
    func noTunnel() throws {
        let party = try TestParty()
        var node = try TestNode.member(try .anna(), of: party)
        node.give(.event(.peer(TestServer.info(try hostCard(party, port: nil)))))
        node.give(.controlReachable(false), at: at(10_000))
        _ = node.take()
        node.timeOut(at: at(60_000))
        #expect(!node.takeEffects().contains { if case .useControl = $0 { true } else { false } })
    }

    @Test("a control plane that comes back by itself is not looked for elsewhere")
    func back() throws {
        let party = try TestParty()
        var node = try TestNode.member(try .anna(), of: party)
        node.give(.event(.peer(TestServer.info(try hostCard(party, port: 51_822)))))
        node.give(.controlReachable(false), at: at(10_000))
        node.give(.controlReachable(true), at: at(12_000))
        _ = node.take()
        node.timeOut(at: at(26_000))
        #expect(!node.takeEffects().contains { if case .useControl = $0 { true } else { false } })
    }

    @Test(
        "who can join is told as far as it is known",
        arguments: [
            (["192.168.1.5", "10.0.0.3"], false, .lan), (["203.0.113.7"], false, .unproven),
            (["play.example", "192.168.1.5"], false, .unproven), (["192.168.1.5"], true, .outside), ([], false, .lan),
        ] as [([String], Bool, HostingStatus.Reach)])
    func reach(_ hosts: [String], _ isReached: Bool, _ reach: HostingStatus.Reach) {
        let status = HostingStatus(
            addresses: hosts.map { ControlAddress(host: $0, port: 9) }, port: 9, isReachedFromOutside: isReached)
        #expect(status.reach == reach)
        #expect((reach == .lan) == status.whoCanJoin.contains("--public HOST:PORT"))
    }

    @Test(
        "what a person gave comes first, then the most useful own addresses, four at most",
        arguments: [
            // given, invited before, own, wanted
            (nil, [], ["192.168.1.5", "172.17.0.1"], ["192.168.1.5:9", "172.17.0.1:9"]),
            ("play.example", [], ["192.168.1.5"], ["play.example:7", "192.168.1.5:9"]),
            (nil, ["play.example", "192.168.1.4"], ["192.168.1.5"], ["play.example:7", "192.168.1.5:9"]),
            (nil, ["203.0.113.7"], ["192.168.1.5"], ["203.0.113.7:7", "192.168.1.5:9"]),
            (nil, ["203.0.113.7"], ["203.0.113.8"], ["203.0.113.8:9"]),
            (nil, [], ["192.168.1.5", "fd00::1", "2001:db8::1"], ["192.168.1.5:9"]),
            (
                "203.0.113.7", [], ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"],
                ["203.0.113.7:7", "10.0.0.1:9", "10.0.0.2:9", "10.0.0.3:9"]
            ),
        ] as [(String?, [String], [String], [String])])
    func serving(_ given: String?, _ invited: [String], _ own: [String], _ wanted: [String]) {
        let addresses = ControlAddress.serving(
            given: given.map { ControlAddress(host: $0, port: 7) },
            invited: invited.map { ControlAddress(host: $0, port: 7) }, own: own.compactMap { IPAddress($0) }, port: 9)
        #expect(addresses.map(\.description) == wanted)
    }
}
