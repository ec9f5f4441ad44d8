import MeshTestKit
import MeshWire

@testable import MeshRules

/// A relay that a test answers for by hand.
struct HandMadeRelay {
    static let privateKey = Bytes32(SeededRandom.bytes(seed: 31, 32).span, at: 0)
    static let endpoint = end("203.0.113.5:51822")
    let helloKey: Bytes32
    let okKey: Bytes32
    let info: RelayInfo
    let membership: Membership
    let token: RelayToken

    init() throws {
        let pair = try TestPair()
        membership = pair.chooser
        let key = try KeyAgreement.publicKey(of: Self.privateKey)
        info = RelayInfo(key: key, endpoints: [Self.endpoint], region: "Berlin")
        let shared = try KeyAgreement.shared(privateKey: Self.privateKey, publicKey: membership.wireGuard)
        helloKey = RelayKeys.hello(shared: shared, relay: key, wg: membership.wireGuard)
        okKey = RelayKeys.ok(shared: shared, relay: key, wg: membership.wireGuard)
        token = RelayToken.make(
            scope: membership.keys.scope, wg: membership.wireGuard, expiry: 0, signer: membership.keys.group)
    }

    func client(counter: Sequence64? = nil) throws -> RelayClient {
        try RelayClient(
            info: info, tokens: [token], membership: membership, counter: counter ?? Sequence64(incarnation: 2))
    }

    func hello(_ datagram: [UInt8]) throws -> Hello {
        try Hello.verifyMAC(datagram.span, key: helloKey)
        return try Hello.decode(datagram.span)
    }

    func ok(_ hello: Hello, lifetime: UInt16 = 45, flags: HelloOK.Flags = [], cookie: Bytes16 = Bytes16()) -> [UInt8] {
        HelloOK(
            flags: flags, request: hello.request, nextCookie: cookie, observed: end("192.0.2.7:4000"),
            lifetime: lifetime
        ).encode(key: okKey)
    }
}
