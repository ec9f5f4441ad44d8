import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A party's network on a machine that has others")
struct NodeNetworkTests {
    let party: TestParty
    let anna: TestPerson

    init() throws { (party, anna) = (try TestParty(), try .anna()) }

    private func machine(_ routes: [LocalRoute]) -> LocalNetwork {
        LocalNetwork(addresses: [address("192.0.2.7")], listenPort: 51820, routes: routes)
    }

    private func route(_ text: String, _ interface: String = "eth0", isAddress: Bool = false) throws -> LocalRoute {
        LocalRoute(try #require(IPv4Network(text)), interface: interface, isAddress: isAddress)
    }

    // MARK: - Hosting

    @Test(
        "a host takes the first network from 10.66.0.0/16 on that meets nothing of the machine",
        arguments: [
            ([], "10.66.0.0/16"), (["10.66.0.0/16"], "10.67.0.0/16"), (["10.66.3.0/24"], "10.67.0.0/16"),
            (["10.66.0.0/15", "10.68.9.1/32"], "10.69.0.0/16"), (["10.64.0.0/12"], "10.80.0.0/16"),
            (["10.0.0.0/8"], "10.66.0.0/16"), (["0.0.0.0/0"], "10.66.0.0/16"), (["172.17.0.0/16"], "10.66.0.0/16"),
        ])
    func firstFree(routes: [String], expected: String) throws {
        #expect(machine(try routes.map { try route($0) }).freeNetwork?.description == expected)
    }

    @Test("a machine with routes to all of them names what to give, and nothing is asked of a server")
    func noneIsFree() throws {
        var node = try TestNode(anna)
        node.give(.network(machine(try (64...127).map { try route("10.\($0).0.0/16") })))
        _ = node.take()
        node.give(.command(TestNode.host))
        #expect(node.take() == [.answer(.refused(.noFreeNetwork))])
    }

    @Test("a host's own wish is honoured, or refused with the route, its interface and the ways out")
    func wanted() throws {
        let wanted = try #require(IPv4Network("192.168.77.0/24"))
        let host = Command.host(
            partyName: "LAN night", memberName: "anna", control: .remote([TestServer.address], keyHash: nil),
            network: wanted)
        var node = try TestNode(anna)
        let lan = try route("192.168.0.0/16", "br0")
        node.give(.network(machine([lan])))
        _ = node.take()
        node.give(.command(host))
        #expect(node.take() == [.answer(.refused(.network(wanted, lan)))])
        let words = "\(CommandRefusal.network(wanted, lan))"
        #expect(words.contains("192.168.77.0/24") && words.contains("the route 192.168.0.0/16 of br0"))
        #expect(words.contains("--subnet"))
        node.give(.network(machine([])))
        node.give(.command(host))
        let begun = Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash)
        let request = try #require(node.takeRequests().first)
        node.give(.control(request, .begun(begun)))
        guard case .registerParty(let roster, _, _)? = node.takeRequests().last else { throw Refusal.kind }
        #expect(try Roster.decode(roster.span).network == wanted)
        #expect(try Roster.decode(roster.span).members.map(\.ipv4) == [wanted.address + 1])
    }

    // MARK: - Joining

    @Test(
        "a newcomer refuses a party whose network meets the machine's, and changes nothing",
        arguments: [
            ("10.66.0.0/16", false), ("10.66.3.0/24", false), ("10.66.3.4/32", true), ("10.64.0.0/12", false),
            ("10.64.0.0/14", false),
        ])
    func refusesToJoin(text: String, isAddress: Bool) throws {
        let met = try route(text, "docker0", isAddress: isAddress)
        var node = try joining(machine([try route("0.0.0.0/0"), met]))
        let network = try party.roster().network
        #expect(node.takeAnswers() == [.refused(.network(network, met))])
        #expect(node.node.membership == nil && node.stored.party == nil)
    }

    @Test(
        "wider routes, as of a VPN, and others of the machine keep nobody out",
        arguments: [("10.0.0.0/8", true), ("10.64.0.0/11", true), ("10.67.0.0/16", false), ("0.0.0.0/0", false)])
    func joins(text: String, isWarned: Bool) throws {
        var node = try joining(machine([try route(text, "tun0")]))
        let outputs = node.take()
        let proof = outputs.compactMap { output -> JoinProof? in
            guard case .effect(.control(.joinParty(_, let proof))) = output else { return nil }
            return proof
        }
        let request = ControlRequest.joinParty(g0: nil, proof: try #require(proof.first))
        node.give(.control(request, .joined(TestServer.joined(try party.roster().bytes))))
        #expect(node.node.membership != nil)
        #expect(node.takeEvents().contains { $0.contains("of tun0 holds the party's network") } == isWarned)
    }

    @Test(
        "a network that nobody has agreed to ends the join before anything is changed, one that somebody has does not")
    func agreement() throws {
        let network = try party.roster().network
        let other = try #require(IPv4Network("10.77.0.0/16"))
        for agreed in [[], [other]] {
            var node = try joining(machine([]), agreed: agreed)
            let outputs = node.take()
            #expect(outputs.contains(.answer(.refused(.notAgreed(network)))))
            let isHarmless = outputs.allSatisfy { output in
                switch output {
                case .effect(.configureInterface), .effect(.control(.joinParty)), .effect(.store): false
                default: true
                }
            }
            #expect(isHarmless && node.node.membership == nil && node.stored.party == nil)
        }
        for agreed in [nil, [other, network]] {
            var node = try joining(machine([]), agreed: agreed)
            #expect(node.takeAnswers() == [])
        }
    }

    private func joining(_ network: LocalNetwork, agreed: [IPv4Network]? = nil) throws -> TestNode {
        let invite = try InviteCode(
            party: party.party, secret: Bytes16(SeededRandom.bytes(seed: 92, 16).span, at: 0), minEpoch: 1,
            servers: [
                InviteCode.Server(keyHash: TestParty.keyHash, host: .address(address("198.51.100.9")), port: 51821)
            ], hosts: [])
        var node = try TestNode(anna)
        node.give(.network(network))
        node.give(.command(.join(invite, memberName: "anna", agreed: agreed)))
        let request = try #require(node.takeRequests().first)
        let welcome = Welcome.seal(
            epoch: 1, epochKey: party.keys.key, inviteKey: invite.key, party: party.party,
            nonce: [UInt8](repeating: 7, count: 12))
        let begun = Begun(
            nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: try party.roster().bytes, ipv4: anna.ipv4,
            welcome: welcome)
        node.give(.control(request, .begun(begun)))
        return node
    }

    // MARK: - In the party

    @Test("a machine that starts where the network is another's gets no address until that is gone")
    func startsElsewhere() throws {
        let stored = try TestNode.member(anna, of: party).stored
        var node = try TestNode(anna, stored: stored)
        node.give(.network(machine([try route("10.66.0.0/16", "wlan0")])))
        let outputs = node.take()
        #expect(!outputs.contains { if case .effect(.configureInterface(.some)) = $0 { true } else { false } })
        #expect(
            outputs.contains { output in
                if case .event(let event) = output {
                    event.level == .error && event.message.contains("wlan0")
                } else {
                    false
                }
            })
        #expect(node.node.snapshot(now: at(0)).node.problem?.contains("the route 10.66.0.0/16 of wlan0") == true)
        node.give(.network(machine([])), at: at(60_000))
        let own = InterfaceAddress(address: IPAddress(v4: anna.ipv4), prefix: 16)
        #expect(node.takeEffects().contains(.configureInterface(own)))
        #expect(node.node.snapshot(now: at(60_000)).node.problem == nil)
    }

    @Test("a route that comes while the party runs is told once, and costs no path its proof")
    func arrivesLater() throws {
        var node = try TestNode.member(anna, of: party)
        let met = try route("10.66.5.0/24", "eth1")
        let network = LocalNetwork(addresses: TestNode.network.addresses, listenPort: 51820, routes: [met])
        node.give(.network(network), at: at(1_000))
        #expect(node.takeEvents().map { $0.contains("the route 10.66.5.0/24 of eth1") } == [true])
        var more = network
        more.routes.append(try route("172.17.0.0/16", "docker0"))
        node.give(.network(more), at: at(2_000))
        #expect(node.take() == [])
    }

    @Test("a later roster never moves a party: another network is a contradiction")
    func neverMoves() throws {
        var node = try TestNode.member(anna, of: party)
        let moved = try party.roster(sequence: 9, members: [], subnet: 0x0a43_0000)
        node.give(.event(.roster(moved.bytes)))
        #expect(node.takeEvents() == ["a roster was refused: \(Refusal.fork)"])
        #expect(node.node.membership?.roster.network.description == "10.66.0.0/16")
    }
}
