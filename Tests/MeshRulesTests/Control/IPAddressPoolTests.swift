import MeshRules
import MeshWire
import Testing

@Suite("Addresses of a party")
struct IPAddressPoolTests {
    private let party = PartyID(PartyFixture.bytes(1, 60).bytes.span, at: 0)

    private func peer(_ number: Int) -> PeerID { Bytes16(Derivation.hash("peer", Array("\(number)".utf8)).span, at: 0) }

    private func pool(prefix: UInt8 = 16) -> IPAddressPool {
        IPAddressPool(party: party, network: IPv4Network(around: 0x0a42_0000, prefix: prefix))
    }

    @Test("the same peer gets the same address, in another pool too and whoever came before")
    func deterministic() throws {
        var one = pool()
        var other = pool()
        let address = try one.assign(to: peer(1))
        _ = try other.assign(to: peer(2))
        #expect(try other.assign(to: peer(1)) == address)
        #expect(try one.assign(to: peer(1)) == address)
    }

    @Test("nobody gets the network's, the broadcast, the host's or a block's first and last address")
    func reserved() throws {
        var pool = pool()
        var seen: Set<UInt32> = []
        for number in 0..<600 {
            let address = try pool.assign(to: peer(number))
            #expect(![0, 255].contains(address & 0xff))
            #expect(address != pool.hostAddress)
            #expect(address & 0xffff_0000 == 0x0a42_0000)
            #expect(seen.insert(address).inserted)
        }
    }

    @Test("the first 253 peers share the first block, then the next is opened")
    func growsBlockByBlock() throws {
        var pool = pool()
        for number in 0..<253 { #expect(try pool.assign(to: peer(number)) >> 8 == 0x0a4200) }
        for number in 253..<507 { #expect(try pool.assign(to: peer(number)) >> 8 == 0x0a4201) }
        #expect(try pool.assign(to: peer(507)) >> 8 == 0x0a4202)
    }

    @Test("a full network refuses", arguments: [(30, 1), (29, 5), (24, 253), (23, 507)])
    func refusesWhenFull(prefix: UInt8, room: Int) throws {
        var pool = pool(prefix: prefix)
        for number in 0..<room { _ = try pool.assign(to: peer(number)) }
        #expect(throws: Refusal.full) { _ = try pool.assign(to: peer(room)) }
        #expect(pool.assignments.count == room)
    }

    @Test("assignments are all that has to survive a restart")
    func restores() throws {
        var pool = pool()
        for number in 0..<300 { _ = try pool.assign(to: peer(number)) }
        var restored = self.pool()
        for (peer, address) in pool.assignments.reversed() { try restored.reserve(address, for: peer) }
        #expect(restored == pool)
        #expect(try restored.assign(to: peer(300)) == pool.assign(to: peer(300)))
    }

    @Test("a released address can be given again")
    func releases() throws {
        var pool = pool(prefix: 30)
        let address = try pool.assign(to: peer(1))
        pool.release(peer(1))
        #expect(try pool.assign(to: peer(2)) == address)
    }

    @Test("a fixed address is refused outside the network and when it is taken")
    func reserves() throws {
        var pool = pool()
        try pool.reserve(0x0a42_0505, for: peer(1))
        #expect(pool.address(of: peer(1)) == 0x0a42_0505)
        #expect(throws: Refusal.duplicate) { try pool.reserve(0x0a42_0505, for: peer(2)) }
        for outside: UInt32 in [0x0a43_0001, 0x0a42_0000, 0x0a42_ffff, 0] {
            #expect(throws: Refusal.address) { try pool.reserve(outside, for: peer(2)) }
        }
    }
}
