import MeshWire
import Testing

/// A machine that talks to a relay by the book, on whichever transport the test has.
struct TestMachine {
    let privateKey: Bytes32
    let wg: PublicKey
    var counter: UInt64 = 1 << 32
    var cookie = Bytes16()
    private var request: UInt64 = 0

    /// Equal numbers make equal machines.
    init(_ number: UInt64) throws {
        privateKey = try #require(
            Bytes32([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 24) + number.bytes))
        wg = try KeyAgreement.publicKey(of: privateKey)
    }

    func tag(_ scope: Scope) -> MeshWire.Tag { Derivation.tag(scope: scope, wg: wg) }

    func helloKey(_ relay: PublicKey) throws -> Bytes32 {
        RelayKeys.hello(shared: try KeyAgreement.shared(privateKey: privateKey, publicKey: relay), relay: relay, wg: wg)
    }

    func okKey(_ relay: PublicKey) throws -> Bytes32 {
        RelayKeys.ok(shared: try KeyAgreement.shared(privateKey: privateKey, publicKey: relay), relay: relay, wg: wg)
    }

    /// The next HELLO, with the next counter.
    mutating func hello(_ token: RelayToken, to relay: PublicKey, rows: [Hello.Row] = []) throws -> [UInt8] {
        counter += 1
        request += 1
        return Hello(request: request, counter: counter, cookie: cookie, token: token, rows: rows)
            .encode(key: try helloKey(relay))
    }

    /// Reads an OK after checking who made it, and keeps its cookie.
    mutating func read(ok bytes: [UInt8], from relay: PublicKey) throws -> HelloOK {
        try HelloOK.verifyMAC(bytes.span, key: try okKey(relay))
        let ok = try HelloOK.decode(bytes.span)
        try #require(ok.request == request)
        cookie = ok.nextCookie
        return ok
    }
}

extension UInt64 {
    var bytes: [UInt8] {
        var result: [UInt8] = []
        result.append(bigEndian: self)
        return result
    }
}
