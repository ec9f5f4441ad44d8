package import MeshRules
import MeshWire

/// A pushed event as one Server-Sent Event: its kind is the event's name, its content is JSON.
package enum ControlEventCodec {
    private struct Left: Codable { var id: PeerID }
    private struct Roster: Codable { var roster: Base64Bytes }
    private struct Grant: Codable { var grant: Base64Bytes }
    private struct Signal: Codable {
        var from: PeerID
        var check: Base64Bytes
    }
    private struct Nothing: Codable {}

    /// The name of the event that says that some were lost.
    package static let resync = "resync"
    /// The name of the last event of a stream whose place another connection of the member takes.
    package static let taken = "taken"

    /// The event's name and its JSON, in one line.
    package static func encode(_ event: ControlEvent) -> (name: String, data: [UInt8]) {
        switch event {
        case .peer(let info): ("peer", ControlJSON.encode(ControlJSON.PeerBody(info)))
        case .left(let id): ("left", ControlJSON.encode(Left(id: id)))
        case .roster(let roster): ("roster", ControlJSON.encode(Roster(roster: Base64Bytes(roster))))
        case .grant(let grant): ("grant", ControlJSON.encode(Grant(grant: Base64Bytes(grant))))
        case .signal(let from, let check):
            ("signal", ControlJSON.encode(Signal(from: from, check: Base64Bytes(check))))
        case .relays: ("relays", ControlJSON.encode(Nothing()))
        }
    }

    /// Nil for a name that this version doesn't know: newer servers may say more.
    package static func decode(name: String, data: [UInt8]) throws(ControlJSON.Unreadable) -> ControlEvent? {
        switch name {
        case "peer": return .peer(try ControlJSON.decode(ControlJSON.PeerBody.self, from: data).info)
        case "left": return .left(try ControlJSON.decode(Left.self, from: data).id)
        case "roster": return .roster(try ControlJSON.decode(Roster.self, from: data).roster.bytes)
        case "grant": return .grant(try ControlJSON.decode(Grant.self, from: data).grant.bytes)
        case "signal":
            let signal = try ControlJSON.decode(Signal.self, from: data)
            return .signal(from: signal.from, check: signal.check.bytes)
        case "relays": return .relays
        default: return nil
        }
    }
}
