/// Why bytes or what they say were refused. One small enum for every decoder and every rule, so that refusing a packet
/// costs no allocation and a vector can name the reason it expects.
public enum Refusal: String, Error, Equatable, Sendable, CaseIterable {
    // The form of the bytes.
    case prefix, base32, checksum, magic, version, newer, kind, short, long, range
    // What proves them.
    case mac, tag, signature, key, cookie, replay
    // What they say.
    case name, party, epoch, address, peer, rank, fork, identity, issuer, scope, expired, full, ended, closed, kicked
    case duplicate, host, root, members, network
}

extension Refusal: CustomStringConvertible {
    /// A few words for a person; the place that refuses says what was refused and what to do.
    public var description: String {
        switch self {
        case .prefix: "it does not begin as it must"
        case .base32: "it has a letter that does not belong there"
        case .checksum: "it has a typing mistake"
        case .magic: "it is not ours"
        case .version, .newer: "it was made by a newer version of MeshTUI"
        case .kind: "it is of another kind"
        case .short: "it is cut short"
        case .long: "there is something behind its end"
        case .range: "a value is out of range"
        case .mac, .tag: "it was not made with the key of this party"
        case .signature: "its signature is not valid"
        case .key: "it holds a key that is not valid"
        case .cookie: "its cookie is stale"
        case .replay: "it was seen before"
        case .name: "its name is not allowed"
        case .party: "it belongs to another party"
        case .epoch: "it belongs to another epoch of the party"
        case .address: "its address is not one of the party's, or is taken"
        case .peer: "it is meant for another member"
        case .rank: "it is older than what is known"
        case .fork: "two different versions of the party are going round"
        case .identity: "its identity is not the one expected"
        case .issuer: "its issuer is not trusted"
        case .scope: "it is of another scope"
        case .expired: "it has expired"
        case .full: "there is no room left"
        case .ended: "the party has ended"
        case .closed: "the party is closed"
        case .kicked: "the host has removed this member"
        case .duplicate: "another member holds the same key or address"
        case .host: "only the host may do this"
        case .root: "it is not signed by the party's root"
        case .members: "the party is full"
        case .network: "its network is not one that a party may have (private, 16 to 30 bits)"
        }
    }
}
