import MeshWire

/// One good datagram of each kind.
struct Samples {
    let data = Self.message(type: 4, [7], size: 1_440)
    let initiation: [UInt8]
    let response = Self.message(type: 2, [1, 2], size: 92)
    let cookieReply = Self.message(type: 3, [3], size: 64)
    let mac1: Mac1Key
    let check: [UInt8]
    let question: [UInt8]
    let answer: [UInt8]
    let fingerprint: [UInt8]
    let hello: [UInt8]
    let helloWithRows: [UInt8]
    let challenge = Challenge(request: 5, cookie: Bytes16()).encode()
    let ok: [UInt8]
    let token: [UInt8]

    init() throws {
        let wg = try KeyAgreement.publicKey(of: Bytes32([UInt8](repeating: 8, count: 32).span, at: 0))
        mac1 = Mac1Key(publicKey: wg)
        var signed = Self.message(type: 1, [9], size: 148)
        mac1.sign(&signed)
        initiation = signed
        var bytes: [UInt8] = [UInt8]("mtui".utf8) + [1, 16, 1, 0]
        bytes.append(contentsOf: [UInt8](repeating: 0x5a, count: 123 - bytes.count))
        check = bytes
        let mapped = Endpoint(IPAddress(high: 0x2001_0db8 << 32, low: 1), 4_000)
        let asked = STUNMessage.bindingRequest(transaction: TransactionID(1, 2, 3))
        question = asked
        answer = STUNMessage.bindingSuccess(for: asked.span, mapped: mapped) ?? []
        // An empty request with a FINGERPRINT of zeros.
        var stun = [UInt8](asked.prefix(20)) + [0x80, 0x28, 0, 4, 0, 0, 0, 0]
        (stun[2], stun[3]) = (0, 8)
        fingerprint = stun
        let issuer = try SigningKey(seed: Bytes32([UInt8](repeating: 4, count: 32).span, at: 0))
        let made = RelayToken.make(scope: Scope(), wg: wg, expiry: 6, signer: issuer)
        token = made.bytes
        hello = Hello(request: 1, counter: 2, cookie: Bytes16(), token: made, rows: []).encode(key: Bytes32())
        let rows = [Hello.Row(peerTag: Tag(), index: 1), Hello.Row(peerTag: Tag(), index: 2)]
        helloWithRows = Hello(request: 1, counter: 2, cookie: Bytes16(), token: made, rows: rows).encode(key: Bytes32())
        ok = HelloOK(request: 1, nextCookie: Bytes16(), observed: mapped, lifetime: 45).encode(key: Bytes32())
    }

    /// A WireGuard message as far as a relay looks at it.
    static func message(type: UInt8, _ indexes: [ReceiverIndex], size: Int) -> [UInt8] {
        var bytes: [UInt8] = [type, 0, 0, 0]
        for index in indexes { bytes.append(bigEndian: index) }
        return bytes + [UInt8](repeating: 0xa5, count: size - bytes.count)
    }
}
