import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Commands to a node")
struct NodeCommandTests {
    private func hosting() throws -> TestNode {
        var node = try TestNode(.anna())
        node.give(.network(TestNode.network))
        node.give(.command(TestNode.host))
        return node
    }

    private func founded() throws -> TestNode {
        var node = try hosting()
        guard case .begin(let identity, nil)? = node.takeRequests().first else { throw Refusal.kind }
        let begun = Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash)
        node.give(.control(.begin(identity: identity, g0: nil), .begun(begun)))
        guard case .registerParty(let roster, let welcomes, let proof)? = node.takeRequests().first else {
            throw Refusal.kind
        }
        node.give(
            .control(
                .registerParty(roster: roster, welcomes: welcomes, proof: proof), .joined(TestServer.joined(roster))))
        return node
    }

    @Test("hosting: records are stored before the interface is set, and the answer holds the invite")
    func hosts() throws {
        var node = try founded()
        let outputs = node.take()
        let stores = outputs.indices.filter { if case .effect(.store) = outputs[$0] { true } else { false } }
        let configures = outputs.indices.filter {
            if case .effect(.configureInterface) = outputs[$0] { true } else { false }
        }
        let lastStore = try #require(stores.last)
        let configure = try #require(configures.first)
        #expect(stores.count == 3)
        #expect(lastStore < configure)
        let invite = try #require(node.node.invite)
        #expect(outputs.contains(.answer(.joined(partyName: "LAN night", invite: invite))))
        #expect(node.node.snapshot(now: at(0)).node.virtualIP == address("10.66.0.1"))
    }

    @Test("a second party is refused by the first one's name")
    func second() throws {
        var node = try founded()
        _ = node.take()
        let invite = try InviteCode(text: #require(node.node.invite))
        for command in [TestNode.host, .join(invite, memberName: "anna")] {
            node.give(.command(command))
            #expect(node.takeAnswers() == [.refused(.alreadyIn(partyName: "LAN night"))])
        }
        #expect(node.node.snapshot(now: at(0)).parties.map(\.name) == ["LAN night"])
    }

    @Test(
        "a control server that is loopback or link-local, or none, is refused at both ends without the option",
        arguments: [
            "127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST", "a.localhost", "169.254.169.254", "fe80::1",
            "0.0.0.0", "::",
            "224.0.0.1", "255.255.255.255", "127.1", "0x7f.1", "2130706433",
        ])
    func onlyHere(host: String) throws {
        let server = ControlAddress(host: host, port: 51_821)
        let hosting = Command.host(
            partyName: "LAN night", memberName: "anna", control: .remote([TestServer.address, server], keyHash: nil))
        let named = InviteCode.Server(
            keyHash: TestParty.keyHash, host: IPAddress(host).map { .address($0) } ?? .name(host), port: 51_821)
        let invite = try InviteCode(
            party: TestParty().party, secret: Bytes16(), minEpoch: 1, servers: [named], hosts: [])
        for command in [hosting, .join(invite, memberName: "anna")] {
            var node = try TestNode(.anna())
            node.give(.network(TestNode.network))
            node.give(.command(command))
            guard case .refused(.onlyHere)? = node.takeAnswers().first else { throw Refusal.kind }
            var configuration = NodeConfiguration()
            configuration.allowsLoopback = true
            var trying = try TestNode(.anna(), configuration: configuration)
            trying.give(.network(TestNode.network))
            trying.give(.command(command))
            #expect(trying.takeRequests().count == 1)
        }
    }

    @Test(
        "other addresses and names are asked",
        arguments: [
            "10.0.0.1", "192.168.1.5", "203.0.113.9", "2001:db8::1", "fd00::1", "control.example", "box",
            "localhost.example",
        ])
    func elsewhere(host: String) {
        #expect(!ControlAddress(host: host, port: 1).isOnlyHere)
        #expect(ControlAddress(host: "::ffff:127.0.0.1", port: 1).isOnlyHere)
    }

    @Test("a command while another is under way is refused as busy")
    func busy() throws {
        var node = try hosting()
        _ = node.take()
        node.give(.command(TestNode.host))
        #expect(node.takeAnswers() == [.refused(.busy)])
    }

    @Test("leaving without a party, pinning without a peer")
    func nothingThere() throws {
        var node = try TestNode(.anna())
        for command in [Command.leave, .pinRelay(PeerID(), relay: Bytes8()), .releaseRelay(PeerID())] {
            node.give(.command(command))
        }
        #expect(node.takeAnswers() == [.refused(.notInParty), .refused(.unknownPeer), .refused(.unknownPeer)])
    }

    @Test("leave stops a host that waits for its server: both commands are answered, and late replies change nothing")
    func leaveWhileHosting() throws {
        var node = try hosting()
        guard case .begin(let identity, nil)? = node.takeRequests().first else { throw Refusal.kind }
        node.give(.command(.leave))
        let answers = node.takeAnswers()
        #expect(answers.count == 2)
        #expect(answers.contains(.left))
        node.give(
            .control(
                .begin(identity: identity, g0: nil),
                .begun(Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash))))
        #expect(node.take().isEmpty)
    }

    @Test("a reply to a host that was stopped is not taken for the next one's")
    func lateReply() throws {
        var node = try hosting()
        guard case .begin(let first, nil)? = node.takeRequests().first else { throw Refusal.kind }
        node.give(.command(.leave))
        node.give(.command(TestNode.host))
        _ = node.take()
        let begun = Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash)
        node.give(.control(.begin(identity: first, g0: nil), .begun(begun)))
        #expect(node.takeRequests().isEmpty)
    }

    @Test("a server that cannot be reached ends the host command with its words, and the next one may begin")
    func unreachable() throws {
        var node = try hosting()
        guard case .begin(let identity, nil)? = node.takeRequests().first else { throw Refusal.kind }
        node.give(.control(.begin(identity: identity, g0: nil), .refused(.unreachable("no route"))))
        #expect(node.takeAnswers() == [.refused(.control(.unreachable("no route")))])
        node.give(.command(TestNode.host))
        #expect(node.takeRequests().count == 1)
    }

    @Test(
        "leaving takes everything along, also when the server does not answer",
        arguments: [
            ControlReply.done, .refused(.unreachable("no route")),
        ])
    func leaves(reply: ControlReply) throws {
        var node = try founded()
        _ = node.take()
        node.give(.command(.leave))
        #expect(node.takeRequests() == [.leaveParty])
        node.give(.control(.leaveParty, reply))
        let outputs = node.take()
        #expect(outputs.contains(.effect(.configureInterface(nil))))
        #expect(outputs.contains(.effect(.store(.forgetParty))))
        #expect(outputs.contains(.answer(.left)))
        // One start further: whoever comes back goes on above the counters that the others have seen.
        #expect(node.stored == StoredNode(incarnation: 2))
        #expect(node.node.invite == nil)
        node.give(.command(TestNode.host))
        #expect(node.takeRequests().count == 1)
    }
}
