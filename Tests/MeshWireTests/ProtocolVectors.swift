import Foundation
import MeshWire
import Testing

/// The bytes that PROTOCOL.md's formats are pinned to, as the file has them.
struct ProtocolVectors: Decodable, Sendable {
    let keys: [String: String]
    let invite: [Invite]
    let welcome: Welcome
    let grant: Grant
    let card: [Card]
    let roster: [Roster]
    let join: Join
    let relay: [String: String]
    let check: [String: String]
    let observed: [Observed]
    let names: Names
    let refusals: [Refused]

    struct Invite: Decodable, Sendable { let text, bytes: String }
    struct Welcome: Decodable, Sendable { let nonce, bytes: String }
    struct Card: Decodable, Sendable { let bytes: String }
    struct Roster: Decodable, Sendable { let bytes, rank, hash: String }
    struct Join: Decodable, Sendable { let keyHash, nonce, message, identitySig: String }
    struct Observed: Decodable, Sendable {
        let address: String
        let port: UInt16
        let bytes: String
    }
    struct Names: Decodable, Sendable { let good, bad: [String] }
    struct Grant: Decodable, Sendable {
        let ephemeralPrivate, bytes: String
        enum CodingKeys: String, CodingKey {
            case ephemeralPrivate = "ephemeral_private"
            case bytes
        }
    }

    /// An input and why it must be refused.
    struct Refused: Decodable, Sendable, CustomTestStringConvertible {
        let what, input, refusal: String
        let given: Given?
        var testDescription: String { "\(what): \(refusal)" }
    }
    /// What the refuser holds.
    struct Given: Decodable, Sendable {
        let I, party, own, key: String?
        let roster, card: Int?
    }

    static let all: ProtocolVectors = {
        guard let url = Bundle.module.url(forResource: "protocol", withExtension: "json", subdirectory: "Vectors"),
            let data = try? Data(contentsOf: url),
            let vectors = try? JSONDecoder().decode(ProtocolVectors.self, from: data)
        else { preconditionFailure("Vectors/protocol.json is missing or not as ProtocolVectors expects it") }
        return vectors
    }()
}

/// Bytes from hexadecimal in the vectors and in tests; white space is left out.
func bytes(_ hex: String) throws -> [UInt8] {
    try #require([UInt8](hex: hex.filter { !$0.isWhitespace }))
}

/// A key by its name in the vectors.
func key(_ name: String) throws -> Bytes32 {
    let vectors = ProtocolVectors.all
    return try #require((vectors.keys[name] ?? vectors.relay[name]).flatMap { Bytes32(hex: $0) })
}

/// An ID or another value of 16 bytes by its name in the vectors.
func key16(_ name: String) throws -> Bytes16 {
    try #require(ProtocolVectors.all.keys[name].flatMap { Bytes16(hex: $0) })
}

/// A datagram by its name in the vectors.
func datagram(_ name: String) throws -> [UInt8] {
    let vectors = ProtocolVectors.all
    return try bytes(#require(vectors.relay[name] ?? vectors.check[name]))
}

/// The party of the vectors.
func party() throws -> PartyID { try key16("party") }

/// Why something was refused; nil when it wasn't.
func refusal(_ body: () throws -> Void) throws -> Refusal? {
    do {
        try body()
        return nil
    } catch let refusal as Refusal {
        return refusal
    }
}
