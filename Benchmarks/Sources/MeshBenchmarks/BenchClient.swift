import CMeter
import MeshWire

/// A machine that registers with a relay over loopback.
final class BenchClient {
    let socket: Int32
    let port: UInt16
    private let privateKey: Bytes32
    private let wg: PublicKey
    private var counter: UInt64 = 0

    init(_ number: UInt8) throws {
        var port: UInt16 = 0
        socket = cmeter_socket(&port)
        guard socket >= 0 else { throw Failure("no UDP socket on loopback") }
        self.port = port
        privateKey = Bytes32([UInt8](repeating: number, count: 32).span, at: 0)
        wg = try KeyAgreement.publicKey(of: privateKey)
    }

    func tag(_ scope: Scope) -> Tag { Derivation.tag(scope: scope, wg: wg) }

    /// HELLO, CHALLENGE, HELLO, OK.
    func register(at relay: UInt16, key: PublicKey, scope: Scope, issuer: SigningKey, rows: [Hello.Row]) throws {
        let shared = try KeyAgreement.shared(privateKey: privateKey, publicKey: key)
        let helloKey = RelayKeys.hello(shared: shared, relay: key, wg: wg)
        let token = RelayToken.make(scope: scope, wg: wg, expiry: 0, signer: issuer)
        var cookie = Bytes16()
        for _ in 0..<2 {
            counter += 1
            let hello = Hello(request: counter, counter: counter, cookie: cookie, token: token, rows: rows)
            let answer = try ask(hello.encode(key: helloKey), relay)
            if let ok = try? HelloOK.decode(answer.span), ok.lifetime > 0 { return }
            cookie = try Challenge.decode(answer.span).cookie
        }
        throw Failure("the relay didn't register a client")
    }

    private func ask(_ question: [UInt8], _ relay: UInt16) throws -> [UInt8] {
        var answer = [UInt8](repeating: 0, count: 2_048)
        guard cmeter_send(socket, relay, question, question.count) == question.count else {
            throw Failure("nothing could be sent to the relay")
        }
        let size = cmeter_receive(socket, &answer, answer.count)
        guard size >= 0 else { throw Failure("the relay doesn't answer") }
        return [UInt8](answer[..<size])
    }
}
