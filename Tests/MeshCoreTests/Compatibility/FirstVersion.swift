import Foundation
import MeshCore
import MeshRules
import MeshWire
import Testing

/// What the first version of MeshTUI has written, recorded once in a lab (CONTRIBUTING.md): the state folders of a host
/// and a member, and what went over the member's wire. Its keys are of no use anywhere.
struct FirstVersion {
    struct Wire: Decodable {
        struct Datagram: Decodable {
            /// `member`, or `other`: the host, a relay, or the host through a relay.
            var by: String
            /// The other end.
            var at: String
            var bytes: String
        }
        struct Exchange: Decodable {
            /// Method and path.
            var request: String
            var body: String
            var status: Int
            var answer: String
        }
        var invite: String
        var datagrams: [Datagram]
        var http: [Exchange]

        func exchange(_ request: String) throws -> Exchange {
            try #require(http.first { $0.request.hasPrefix(request) || $0.request.hasSuffix(request) })
        }
    }

    /// Whose folder it is.
    /// The control server's is that of another evening, with two members of the same names.
    enum Owner: String { case host, member, control }

    private static func path(_ name: String) throws -> String {
        try #require(Bundle.module.path(forResource: "Fixtures/state-v1/" + name, ofType: nil))
    }

    static func wire() throws -> Wire {
        try JSONDecoder().decode(Wire.self, from: Data(contentsOf: URL(fileURLWithPath: path("wire.json"))))
    }

    /// A copy of the state folder, for as long as the body runs: what is opened is changed.
    static func withFolder<Value>(of owner: Owner, _ body: (String) async throws -> Value) async throws -> Value {
        try await withScratchFolder { folder in
            try FileManager.default.copyItem(atPath: try path(owner.rawValue), toPath: folder)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/" + name)
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
            return try await body(folder)
        }
    }

    /// What this version finds in the folder.
    static func load(_ owner: Owner) async throws -> (stored: StoredNode, key: WireGuardKey) {
        try await withFolder(of: owner) { folder in
            (try await NodeStore.open(folder: folder).load(), try WireGuardKey.load(orMakeAt: folder + "/wg.key"))
        }
    }

    /// A node of this version with what the folder holds, on a machine that is not in the party's network.
    static func node(_ owner: Owner) async throws -> (node: Node, outputs: [NodeOutput]) {
        let (stored, key) = try await load(owner)
        var node = try Node(
            stored: stored, wireGuardKey: key.privateKey, configuration: NodeConfiguration(),
            random: SystemRandomNumberGenerator(), now: Instant())
        let address = try #require(IPAddress("192.168.1.10"))
        node.handle(.network(LocalNetwork(addresses: [address], listenPort: 51820)), now: Instant())
        return (node, drain(&node))
    }

    static func drain(_ node: inout Node) -> [NodeOutput] {
        var outputs: [NodeOutput] = []
        while let output = node.nextOutput() { outputs.append(output) }
        return outputs
    }

    /// The end of a pair that opens what the other one has sealed.
    static func session(of owner: Owner) async throws -> (session: CheckSession, membership: Membership) {
        let (stored, key) = try await load(owner)
        let party = try #require(stored.party)
        let cards = try stored.cards.map { try Card.decode($0.span) }
        let identity = try SigningKey(seed: party.identitySeed).publicKey
        let roster = try #require(stored.roster)
        var membership = try Membership(
            stored: party, roster: Roster.decode(roster.span),
            ownCard: try #require(cards.first { $0.identity == identity }), wireGuardPrivate: key.privateKey,
            sequence: Sequence64(incarnation: stored.incarnation))
        for card in cards { _ = try membership.accept(card) }
        let peer = try #require(membership.members.first)
        return (try CheckSession(membership: membership, peer: peer, incarnation: stored.incarnation), membership)
    }
}
