import MeshWire
import Testing

@Suite("Keys and IDs")
struct DerivationTests {
    @Test("IDs are those of the vectors")
    func ids() throws {
        #expect(try Derivation.partyID(root: key("root")) == party())
        #expect(try Derivation.peerID(identity: key("identity_a")) == key16("peer_a"))
        #expect(try Derivation.peerID(identity: key("identity_b")) == key16("peer_b"))
        let scope = try Derivation.scope(group: key("G1"))
        #expect(try scope == key16("scope"))
        #expect(try Derivation.tag(scope: scope, wg: key("wg_a")).hex == ProtocolVectors.all.keys["tag_a"])
        #expect(try Derivation.tag(scope: scope, wg: key("wg_b")).hex == ProtocolVectors.all.keys["tag_b"])
        #expect(
            Derivation.relayID(key: PublicKey()).bytes == [UInt8](Derivation.hash("relay", PublicKey().bytes)[0..<8]))
    }

    @Test(
        "a seed gives its public key",
        arguments: [
            ("root_seed", "root"), ("successor_seed", "successor"), ("identity_a_seed", "identity_a"),
            ("identity_b_seed", "identity_b"), ("identity_c_seed", "identity_c"), ("issuer_seed", "issuer"),
        ])
    func seeds(seed: String, publicKey: String) throws {
        #expect(try SigningKey(seed: key(seed)).publicKey == key(publicKey))
    }

    @Test("a private X25519 key gives its public key", arguments: ["wg_a", "wg_b"])
    func agreementKeys(name: String) throws {
        #expect(try KeyAgreement.publicKey(of: key("\(name)_private")) == key(name))
    }

    @Test("the epoch key gives the group's pair", arguments: [("K0", "G0"), ("K1", "G1"), ("K2", "G2")])
    func groups(epochKey: String, group: String) throws {
        let seed = try Derivation.groupSeed(key(epochKey), party: party())
        #expect(try SigningKey(seed: seed).publicKey == key(group))
    }

    @Test("the invite's secret gives K₀")
    func inviteKey() throws {
        #expect(try Derivation.inviteKey(key16("I"), party: party()) == key("K0"))
    }

    @Test("both ends of a pair have the same preshared key")
    func presharedKey() throws {
        let (a, b, epochKey) = try (key("wg_a"), key("wg_b"), key("K1"))
        #expect(try Derivation.presharedKey(epochKey: epochKey, party: party(), a, b) == key("psk_ab"))
        #expect(try Derivation.presharedKey(epochKey: epochKey, party: party(), b, a) == key("psk_ba"))
    }

    @Test("a check key belongs to one direction, which both ends compute alike")
    func checkKeys() throws {
        let (a, b) = try (key("wg_a"), key("wg_b"))
        let (peerA, peerB) = try (key16("peer_a"), key16("peer_b"))
        let atA = try KeyAgreement.shared(privateKey: key("wg_a_private"), publicKey: b)
        let atB = try KeyAgreement.shared(privateKey: key("wg_b_private"), publicKey: a)
        #expect(atA == atB)
        func checkKey(
            _ epochKey: String, _ sender: PeerID, _ receiver: PeerID, _ senderWG: PublicKey, _ receiverWG: PublicKey
        ) throws -> Bytes32 {
            try Derivation.checkKey(
                shared: atA, epochKey: key(epochKey), party: party(), sender: sender, receiver: receiver,
                senderWG: senderWG, receiverWG: receiverWG)
        }
        #expect(try checkKey("K1", peerA, peerB, a, b) == key("check_key_ab"))
        #expect(try checkKey("K1", peerB, peerA, b, a) == key("check_key_ba"))
        #expect(try checkKey("K0", PeerID(), PeerID(), a, b) == key("check_key_ab_epoch0"))
    }

    @Test("a relay and a member agree on the keys of HELLO and OK")
    func relayKeys() throws {
        let (relay, wg) = try (key("relay"), key("wg_a"))
        let atMember = try KeyAgreement.shared(privateKey: key("wg_a_private"), publicKey: relay)
        let atRelay = try KeyAgreement.shared(privateKey: key("relay_private"), publicKey: wg)
        #expect(atMember == atRelay)
        #expect(try RelayKeys.hello(shared: atMember, relay: relay, wg: wg) == key("hello_key"))
        #expect(try RelayKeys.ok(shared: atMember, relay: relay, wg: wg) == key("ok_key"))
    }

    @Test("a cookie belongs to one secret, one address and one machine")
    func cookies() throws {
        let (wgA, wgB, secret) = try (key("wg_a"), key("wg_b"), key("K1"))
        let seen = Endpoint(IPAddress(v4: 0xcb00_7107), 51_820)
        let cookie = RelayKeys.cookie(secret: secret, observed: seen, wg: wgA)
        let others = [
            RelayKeys.cookie(secret: wgB, observed: seen, wg: wgA),
            RelayKeys.cookie(secret: secret, observed: Endpoint(seen.address, 51_821), wg: wgA),
            RelayKeys.cookie(secret: secret, observed: seen, wg: wgB),
        ]
        #expect(RelayKeys.cookie(secret: secret, observed: seen, wg: wgA) == cookie)
        #expect(!others.contains(cookie))
    }
}
