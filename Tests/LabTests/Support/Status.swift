import Foundation

/// Of `meshtui status --json`, what the tests look at.
struct Status: Decodable {
    struct Node: Decodable {
        let name: String
        let publicKey: String?
        let virtualIP: String?
        let interface: String
        let controlReachable: Bool?
        let problem: String?
    }

    struct NAT: Decodable { let type: String }

    struct Party: Decodable {
        let id: String
        let name: String
        let active: Bool
    }

    struct Path: Decodable, Equatable {
        let kind: String
        let endpoint: String
        let relayID: String?
    }

    struct Peer: Decodable {
        let id: String
        let name: String
        let virtualIP: String
        let state: String
        let path: Path?
        let latencyMs: Double?
        let rxBytes: UInt64
        let txBytes: UInt64
    }

    struct Relay: Decodable {
        let id: String
        let region: String
        let endpoint: String
        let registered: Bool
    }

    let node: Node
    let nat: NAT
    let parties: [Party]
    let peers: [Peer]
    let relays: [Relay]

    init(json: String) throws { self = try JSONDecoder().decode(Status.self, from: Data(json.utf8)) }

    func peer(_ name: String) -> Peer? { peers.first { $0.name == name } }
    func relay(at address: String) -> Relay? { relays.first { $0.endpoint.hasPrefix(address + ":") } }

    /// Whether the packets of every one of the named peers have a path. Degraded is a path that is slow: two relayed
    /// machines far from each other are that for good.
    func isConnected(to names: [String]) -> Bool {
        names.allSatisfy { name in ["connected", "degraded"].contains(peer(name)?.state) }
    }
}

/// A line of `meshtui events --json`.
struct Event: Decodable {
    /// Seconds since 1970.
    let at: Double
    let subject: String
    let message: String
}
