import FoundationEssentials
import GRDB
import MeshRules
import MeshWire

struct PartyRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "party"
    var id: Data
    var roster: Data
    var used: Int64

    var record: ControlRecord {
        get throws { .party(try PartyID(id, "id"), roster: [UInt8](roster), used: UInt64(clamping: used)) }
    }
}

struct WelcomeRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "welcome"
    var party: Data
    var position: Int
    var g0: Data
    var welcome: Data

    var sealed: SealedWelcome {
        get throws { SealedWelcome(g0: try PublicKey(g0, "g0"), welcome: [UInt8](welcome)) }
    }
}

struct GrantRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "memberGrant"
    var party: Data
    var position: Int
    var grant: Data
}

struct AddressRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "address"
    var party: Data
    var peer: Data
    var ipv4: Int64

    var record: ControlRecord {
        get throws {
            guard let ipv4 = UInt32(exactly: ipv4) else { throw UnreadableColumn(column: "ipv4") }
            return .address(try PartyID(party, "party"), try PeerID(peer, "peer"), ipv4)
        }
    }
}

struct CandidateRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "candidate"
    var party: Data
    var peer: Data
    var receiver: Data
    var sealed: Data
}

struct PeerRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "peer"
    var party: Data
    var id: Data
    var card: Data
    var natType: UInt8
    var natMapping: UInt8
    var natFiltering: UInt8
    var lastHeartbeat: Int64

    init(_ peer: StoredPeer, party: PartyID) {
        (self.party, id, card) = (party.blob, peer.id.blob, Data(peer.card))
        (natType, natMapping, natFiltering) = (
            peer.nat.type.rawValue, peer.nat.mapping.rawValue, peer.nat.filtering.rawValue
        )
        lastHeartbeat = peer.lastHeartbeat.column
    }

    func record(_ candidates: [CandidateRow]) throws -> ControlRecord {
        let nat = PeerNAT(
            type: NATType(rawValue: natType) ?? .unknown, mapping: NATBehaviour(rawValue: natMapping) ?? .unknown,
            filtering: NATBehaviour(rawValue: natFiltering) ?? .unknown)
        let checks = try candidates.map { row in
            AddressedCheck(peer: try PeerID(row.receiver, "receiver"), check: [UInt8](row.sealed))
        }
        return .peer(
            try PartyID(party, "party"),
            StoredPeer(
                id: try PeerID(id, "id"), card: [UInt8](card), nat: nat,
                lastHeartbeat: UInt64(clamping: lastHeartbeat), candidates: checks))
    }
}

struct RelayRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "relay"
    var id: Data
    var key: Data
    var endpoints: String
    var region: String
    var capacity: Int64
    var load: Int64

    init(_ relay: RelayAnnouncement) {
        (id, key, region) = (relay.id.blob, relay.key.blob, relay.region)
        endpoints = relay.endpoints.column
        (capacity, load) = (Int64(relay.capacity), Int64(relay.load))
    }

    var record: ControlRecord {
        get throws {
            .relay(
                RelayAnnouncement(
                    key: try PublicKey(key, "key"), endpoints: try [Endpoint](endpoints, "endpoints"), region: region,
                    capacity: UInt32(clamping: capacity), load: UInt32(clamping: load)))
        }
    }
}
