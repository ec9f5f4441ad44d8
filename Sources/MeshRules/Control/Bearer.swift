import Crypto
import MeshWire

/// Makes and checks the bearers of members. A bearer is expiry:8 ‖ party:16 ‖ peer:16 ‖ mac:16 in hexadecimal, and
/// nothing is kept of it: the MAC is made with the server's own key, and whether the peer still is a member is asked of
/// the party each time.
struct Bearer: Sendable {
    private let key: Bytes32
    private static let size = 56

    init(key: Bytes32) { self.key = key }

    /// `expires`: seconds since 1970.
    func make(party: PartyID, peer: PeerID, expires: UInt64) -> String {
        Bytes8(expires).hex + party.hex + peer.hex + mac(party, peer, expires).hex
    }

    /// The peer that this bearer was made for, nil when it is forged, of another party, or has expired.
    func peer(of text: String, party: PartyID, now: UInt64) -> PeerID? {
        guard let bytes = [UInt8](hex: text), bytes.count == Self.size else { return nil }
        let expires = bytes.span.uint64(at: 0)
        let peer = PeerID(bytes.span, at: 24)
        let expected = mac(party, peer, expires)
        let given = Bytes16(bytes.span, at: 40)
        // Every byte is looked at, so that the time tells nothing of how many were right.
        let difference = zip(expected.words, given.words).reduce(UInt64(0)) { $0 | ($1.0 ^ $1.1) }
        return difference == 0 && PartyID(bytes.span, at: 8) == party && now < expires ? peer : nil
    }

    /// The party that a bearer is said to be for, so that a request which names no party can be placed.
    static func party(of text: String) -> PartyID? {
        guard let bytes = [UInt8](hex: text), bytes.count == size else { return nil }
        return PartyID(bytes.span, at: 8)
    }

    private func mac(_ party: PartyID, _ peer: PeerID, _ expires: UInt64) -> Bytes16 {
        var message = Array("meshtui/1 bearer".utf8) + party.bytes + peer.bytes
        message.append(bigEndian: expires)
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key.bytes))
        return Bytes16(Array(code).span, at: 0)
    }
}
