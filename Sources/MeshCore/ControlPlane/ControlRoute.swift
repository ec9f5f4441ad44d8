import MeshRules
import MeshWire

/// Where a request goes over HTTP, and how its answer is read (PROTOCOL.md §6).
struct ControlRoute: Sendable {
    enum Method: String, Sendable { case get = "GET", put = "PUT", post = "POST", delete = "DELETE" }

    var method: Method
    var path: String
    var body: [UInt8]?
    /// Whether the request goes without a bearer.
    var isAnonymous = false

    /// Nil for a request that only a member can make, when `own` is not known yet.
    init?(_ request: ControlRequest, party: PartyID, own: PeerID?) {
        let base = "/v1/parties/\(party)"
        switch request {
        case .begin(let identity, let g0):
            self.init(.post, "\(base)/begin", ControlJSON.Begin(identity: .init(identity), g0: g0.map { .init($0) }))
            isAnonymous = true
        case .registerParty(let roster, let welcomes, let proof):
            self.init(
                .post, "/v1/parties",
                ControlJSON.Register(
                    roster: .init(roster), welcomes: welcomes.map { .init($0) }, card: .init(proof.card),
                    nonce: .init(proof.nonce), sig: .init(proof.signature)))
            isAnonymous = true
        case .joinParty(let g0, let proof):
            self.init(
                .post, "\(base)/peers",
                ControlJSON.Join(
                    g0: g0.map { .init($0) }, card: .init(proof.card), nonce: .init(proof.nonce),
                    sig: .init(proof.signature)))
            isAnonymous = true
        default:
            guard let own else { return nil }
            self.init(ofMember: request, base: base, own: own)
        }
    }

    private init(ofMember request: ControlRequest, base: String, own: PeerID) {
        switch request {
        case .putParty(let roster, let welcomes, let grants):
            self.init(
                .put, base,
                ControlJSON.PutParty(
                    roster: .init(roster), welcomes: welcomes?.map { .init($0) }, grants: grants?.map { .init($0) }))
        case .getPeers: self.init(.get, "\(base)/peers")
        case .discoverPeer(let peer): self.init(.get, "\(base)/peers/\(peer)")
        case .updatePeer(let update):
            let candidates = Dictionary(
                update.candidates.map { ($0.peer.hex, Base64Bytes($0.check)) }, uniquingKeysWith: { $1 })
            self.init(
                .put, "\(base)/peers/\(own)",
                ControlJSON.Update(
                    card: update.card.map { .init($0) }, nat: update.nat.map { .init($0) },
                    candidates: candidates.isEmpty ? nil : candidates))
        case .leaveParty: self.init(.delete, "\(base)/peers/\(own)")
        case .signal(let peer, let check):
            self.init(.post, "\(base)/peers/\(peer)/signal", ControlJSON.Signal(check: .init(check)))
        case .heartbeat: self.init(.post, "\(base)/heartbeat")
        case .relays: self.init(.get, "/v1/relays")
        default: self.init(.get, base)
        }
    }

    private init(_ method: Method, _ path: String) { (self.method, self.path) = (method, path) }

    init(_ method: Method, _ path: String, _ body: some Encodable) {
        (self.method, self.path, self.body) = (method, path, ControlJSON.encode(body))
    }

    /// What the server's JSON says. Throws when it is not what this request is answered with.
    static func reply(
        to request: ControlRequest, from bytes: [UInt8]
    ) throws(ControlJSON.Unreadable) -> ControlReply {
        switch request {
        case .begin: return .begun(try ControlJSON.decode(ControlJSON.BegunBody.self, from: bytes).begun)
        case .registerParty, .joinParty:
            return .joined(try ControlJSON.decode(ControlJSON.JoinedBody.self, from: bytes).joined)
        case .getParty, .putParty:
            let body = try ControlJSON.decode(ControlJSON.PartyBody.self, from: bytes)
            return .party(roster: body.roster.bytes, grant: body.grant?.bytes)
        case .getPeers:
            return .peers(try ControlJSON.decode(ControlJSON.PeersBody.self, from: bytes).peers.elements.map(\.info))
        case .discoverPeer:
            return .peers([try ControlJSON.decode(ControlJSON.PeerBody.self, from: bytes).info])
        case .heartbeat: return try ControlJSON.decode(ControlJSON.HeartbeatBody.self, from: bytes).reply
        case .relays: return try ControlJSON.decode(ControlJSON.RelaysBody.self, from: bytes).reply
        case .updatePeer, .leaveParty, .signal: return .done
        }
    }
}
