import Foundation

/// Of `meshtui status --json`, what the lab asks about.
struct PairStatus: Decodable, Equatable {
    struct Peer: Decodable, Equatable {
        struct Path: Decodable, Equatable { let kind: String }
        let path: Path?
        let latencyMs: Double?
    }

    let peers: [Peer]

    init?(json: String) {
        guard let status = try? JSONDecoder().decode(PairStatus.self, from: Data(json.utf8)) else { return nil }
        self = status
    }

    /// The path to the only other member; `.none` if there is no such member or no path.
    var path: PathMatrix.Path { peers.first?.path.flatMap { PathMatrix.Path(rawValue: $0.kind) } ?? .none }
    var latencyMs: Double? { peers.first?.latencyMs }
}
