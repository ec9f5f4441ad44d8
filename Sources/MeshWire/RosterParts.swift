extension Roster {
    /// flags:1; those without a name are kept and ignored.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The byte.
        public let rawValue: UInt8
        /// From the byte.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Only listed identities are members.
        public static let closed = Flags(rawValue: 1)
        /// The party is over.
        public static let ended = Flags(rawValue: 2)
        /// A server shall keep the party though nobody is there.
        public static let keep = Flags(rawValue: 4)
    }

    /// Who took over: key:32 sigByPrevious:64.
    public struct Successor: Hashable, Sendable {
        /// The new host's key.
        public let key: PublicKey
        /// Over "meshtui/1 successor" ‖ party ‖ position:1 ‖ key, by the key before.
        public let sigByPrevious: Bytes64

        init(_ span: Span<UInt8>, _ cursor: inout ByteCursor) throws(Refusal) {
            key = try cursor.signingKey(span)
            sigByPrevious = try cursor.fixed(span)
        }

        private init(key: PublicKey, sigByPrevious: Bytes64) {
            (self.key, self.sigByPrevious) = (key, sigByPrevious)
        }

        /// Names a successor at `position` (from 1), signed by the one before it.
        public static func make(
            _ key: PublicKey, party: PartyID, position: UInt8, previous: SigningKey
        ) -> Successor {
            let signature = previous.sign(
                Roster.successorName, covered(party: party, position: position, key: key))
            return Successor(key: key, sigByPrevious: Bytes64(signature) ?? Bytes64())
        }

        static func covered(party: PartyID, position: UInt8, key: PublicKey) -> [UInt8] {
            party.bytes + [position] + key.bytes
        }
    }

    /// One whom the host has named: identity:32 status:1 ipv4:4.
    public struct Member: Hashable, Sendable {
        /// The member's Ed25519 key.
        public let identity: PublicKey
        /// What the member may do.
        public let status: Status
        /// A fixed address, 0 when there is none.
        public let ipv4: UInt32

        /// A row of its parts.
        public init(identity: PublicKey, status: Status, ipv4: UInt32 = 0) {
            (self.identity, self.status, self.ipv4) = (identity, status, ipv4)
        }

        init(_ span: Span<UInt8>, _ cursor: inout ByteCursor) throws(Refusal) {
            identity = try cursor.signingKey(span)
            status = Status(rawValue: try cursor.byte(span)) ?? .kicked
            ipv4 = try cursor.uint32(span)
        }
    }

    /// status:1; a value that this version doesn't know is `kicked`, so that nothing new lets anybody in.
    public enum Status: UInt8, Hashable, Sendable {
        /// 1.
        case member = 1
        /// 2.
        case host = 2
        /// Written as 3.
        case kicked = 3
    }

    /// Signs a new roster. Throws `name`, `key`, `network` or `range` for parts that no decoder would take.
    public static func make(
        flags: Flags = [], party: PartyID, epoch: UInt32, sequence: UInt32, group: PublicKey, root: PublicKey,
        subnet: UInt32, prefix: UInt8, successors: [Successor] = [], name: String, members: [Member],
        ext: [Field] = [], signer: SigningKey
    ) throws(Refusal) -> Roster {
        guard successors.count <= maximumSuccessors, members.count <= 255 else { throw .range }
        var bytes = [WireHead.version, flags.rawValue] + party.bytes
        bytes.append(bigEndian: epoch)
        bytes.append(bigEndian: sequence)
        bytes += group.bytes + root.bytes
        bytes.append(bigEndian: subnet)
        bytes.append(prefix)
        bytes.append(UInt8(successors.count))
        for successor in successors { bytes += successor.key.bytes + successor.sigByPrevious.bytes }
        bytes.append(name: try PartyName(name).text)
        bytes.append(UInt8(members.count))
        for member in members {
            bytes += member.identity.bytes
            bytes.append(member.status.rawValue)
            bytes.append(bigEndian: member.ipv4)
        }
        bytes.append(ext: ext)
        bytes += signer.sign(signatureName, bytes)
        return try Roster(bytes.span)
    }
}
