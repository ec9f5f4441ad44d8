package import MeshWire

/// The virtual addresses of one party. An address belongs to a peer ID for good, also after it has left, so that a friend
/// who returns is found where they were.
///
/// A peer's place in a block of 256 addresses follows from its ID; when somebody else has it, the next free one is taken.
/// Blocks are opened one after the other: a party of friends stays within the first.
package struct IPAddressPool: Equatable, Sendable {
    /// The party's network.
    package let network: IPv4Network
    private let party: PartyID
    private var held = SortedTable<PeerID, UInt32>()
    private var taken: Set<UInt32> = []

    /// A pool without assignments.
    package init(party: PartyID, network: IPv4Network) { (self.party, self.network) = (party, network) }

    /// The network's first address, which the host takes and nobody else gets.
    package var hostAddress: UInt32 { network.address | 1 }

    /// What is assigned now, by peer: the state that has to survive a restart.
    package var assignments: [(peer: PeerID, address: UInt32)] {
        zip(held.keys, held.values).map { (peer: $0, address: $1) }
    }

    /// The address held by this peer, nil if none.
    package func address(of peer: PeerID) -> UInt32? { held[peer] }

    /// The peer's address, assigned now if it had none. Throws `.full` when no address is left.
    package mutating func assign(to peer: PeerID) throws(Refusal) -> UInt32 {
        if let address = held[peer] { return address }
        for block in 0..<blockCount {
            if let address = freeAddress(for: peer, block: block) {
                hold(address, for: peer)
                return address
            }
        }
        throw .full
    }

    /// Gives the peer this very address, as a roster or a stored assignment says. Throws `.address` outside the network
    /// and `.duplicate` when another peer has it.
    package mutating func reserve(_ address: UInt32, for peer: PeerID) throws(Refusal) {
        guard contains(address) else { throw .address }
        if held[peer] == address { return }
        guard !taken.contains(address) else { throw .duplicate }
        release(peer)
        hold(address, for: peer)
    }

    /// Forgets the peer's address; somebody else may get it now.
    package mutating func release(_ peer: PeerID) {
        guard let address = held[peer] else { return }
        held[peer] = nil
        taken.remove(address)
    }

    /// Whether a member may use the address at all: within the network, neither its first nor its last.
    package func contains(_ address: UInt32) -> Bool {
        let mask = UInt32.max >> UInt32(prefix)
        let host = address & mask
        return address & ~mask == network.address && host != 0 && host != mask
    }

    private var prefix: Int { Int(network.prefix) }
    private var blockBits: Int { min(8, 32 - prefix) }
    private var blockCount: UInt32 { 1 << UInt32(32 - prefix - blockBits) }

    private mutating func hold(_ address: UInt32, for peer: PeerID) {
        held[peer] = address
        taken.insert(address)
    }

    /// Of a block's addresses the first and the last are never given: some machines take .0 and .255 for broadcast.
    private func freeAddress(for peer: PeerID, block: UInt32) -> UInt32? {
        let usable = (UInt32(1) << UInt32(blockBits)) - 2
        let base = network.address + block << UInt32(blockBits)
        let start = UInt32(startWord(of: peer) % UInt64(usable))
        for step in 0..<usable {
            let address = base + 1 + (start + step) % usable
            if address != hostAddress, !taken.contains(address) { return address }
        }
        return nil
    }

    private func startWord(of peer: PeerID) -> UInt64 {
        Derivation.hash("address", party.bytes, peer.bytes).span.uint64(at: 0)
    }
}
