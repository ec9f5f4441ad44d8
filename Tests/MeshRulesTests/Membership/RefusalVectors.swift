import Foundation
import MeshWire
import Testing

@testable import MeshRules

/// The same vectors as MeshWireTests has; here run those that need a roster or held state.
struct RefusalVectors: Decodable {
    let keys: [String: String]
    let card: [Held]
    let roster: [Held]
    let invite: [Invite]
    let refusals: [Refused]

    struct Held: Decodable { let bytes: String }
    struct Invite: Decodable { let text: String }
    struct Refused: Decodable {
        let what, input, refusal: String
        let given: Given?
    }
    struct Given: Decodable {
        let roster, heldRoster: Int?
        let held: [Int]?
        let minEpoch: UInt32?
    }

    /// The JSON of the folder beside this one: there is no second copy.
    static func read() throws -> RefusalVectors {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = folder.appending(path: "MeshWireTests/Vectors/protocol.json")
        return try JSONDecoder().decode(RefusalVectors.self, from: Data(contentsOf: file))
    }

    /// The refusals that MeshWireTests leaves to this folder; it names three more, which are the relay's.
    static let runHere: Set<String> = [
        "WELCOME whose key is not the roster's",
        "WELCOME below the invite's minEpoch",
        "card of another epoch",
        "card of another party",
        "card outside the party's subnet",
        "card of one who was kicked",
        "card not listed in a closed party",
        "card with a wg key that is taken",
        "card with an address that is taken",
        "same rank, another content",
        "a former host names another successor with a higher rank",
    ]
    /// Run in MeshRelayServerTests, TokenTests.
    static let runAtTheRelay: Set<String> = [
        "token of an unknown issuer", "expired token", "open relay, scope not the issuer's",
    ]

    func bytes(_ hex: String) throws -> [UInt8] { try #require([UInt8](hex: hex)) }
    func key(_ name: String) throws -> Bytes32 { try #require(keys[name].flatMap { Bytes32(hex: $0) }) }
    func roster(_ index: Int?) throws -> Roster { try roster(hex: roster[#require(index)].bytes) }
    func card(_ index: Int) throws -> Card { try card(hex: card[index].bytes) }

    func roster(hex: String) throws -> Roster {
        let bytes = try bytes(hex)
        return try Roster.decode(bytes.span)
    }

    func card(hex: String) throws -> Card {
        let bytes = try bytes(hex)
        return try Card.decode(bytes.span)
    }
}
