import FoundationEssentials
import GRDB
import MeshRules
import MeshWire

struct NodePartyRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "party"
    var id = 1
    var party: Data
    var rootSeed: Data?
    var identitySeed: Data
    var invite: String?
    var epoch: Int64
    var epochKey: Data
    /// `KEYHASH HOST PORT`, one a line.
    var servers: String
    var memberName: String

    init(_ stored: StoredParty) {
        (party, rootSeed, identitySeed) = (stored.party.blob, stored.rootSeed?.blob, stored.identitySeed.blob)
        (invite, epoch, epochKey) = (stored.invite, Int64(stored.epoch), stored.epochKey.blob)
        servers = stored.servers.map { "\($0.keyHash) \($0.host.text) \($0.port)" }.joined(separator: "\n")
        memberName = stored.memberName
    }

    func stored() throws -> StoredParty {
        guard let epoch = UInt32(exactly: epoch) else { throw UnreadableColumn(column: "epoch") }
        return StoredParty(
            party: try PartyID(party, "party"), rootSeed: try rootSeed.map { try Bytes32($0, "rootSeed") },
            identitySeed: try Bytes32(identitySeed, "identitySeed"), invite: invite, epoch: epoch,
            epochKey: try Bytes32(epochKey, "epochKey"),
            servers: try servers.split(separator: "\n").map(Self.server), memberName: memberName)
    }

    private static func server(_ line: Substring) throws -> InviteCode.Server {
        let parts = line.split(separator: " ").map(String.init)
        guard parts.count == 3, let keyHash = Bytes16(hex: parts[0]), let port = UInt16(parts[2]) else {
            throw UnreadableColumn(column: "servers")
        }
        return InviteCode.Server(
            keyHash: keyHash, host: IPAddress(parts[1]).map { .address($0) } ?? .name(parts[1]), port: port)
    }
}

/// A signed statement of which there is one: the roster, a newer one whose epoch's key is not held, the relay token.
struct StatementRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "statement"
    var name: String
    var value: Data
}

struct NodeCardRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "card"
    var peer: Data
    var card: Data
}

struct PinRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "pin"
    var peer: Data
    var relay: Data
}

struct LastPathRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "lastPath"
    var peer: Data
    var endpoint: String
}

struct NodeRelayRow: Codable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "relay"
    var position: Int
    var key: Data
    var endpoints: String
    var region: String

    init(_ relay: RelayInfo, at position: Int) {
        (self.position, key, region) = (position, relay.key.blob, relay.region)
        endpoints = relay.endpoints.column
    }

    var info: RelayInfo {
        get throws {
            RelayInfo(
                key: try PublicKey(key, "key"), endpoints: try [Endpoint](endpoints, "endpoints"), region: region)
        }
    }
}
