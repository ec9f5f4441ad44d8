import MeshWire
import Testing

@testable import MeshRelayServer

/// Random numbers that are the same every time.
struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// The rules with a clock, an issuer that they trust and one scope.
struct TestRelay {
    var rules: RelayRules
    var now: Int64 = 1_000 * second
    let issuer: SigningKey
    let scope = Scope([UInt8](repeating: 0x5c, count: 16).span, at: 0)
    static let second: Int64 = 1_000_000_000
    static let privateKey = Bytes32([UInt8](repeating: 0x77, count: 32).span, at: 0)

    /// - Parameter issuerTime: the issuer's clock; nil when no server has told it yet.
    init(open: Bool = false, capacity: Int = 100, issuerTime: UInt64? = 1_700_000_000) throws {
        issuer = try Self.issuer(1)
        rules = RelayRules(
            privateKey: Self.privateKey,
            policy: RelayPolicy(issuers: open ? [] : [issuer.publicKey], open: open, capacity: capacity),
            secrets: Bytes32([UInt8](repeating: 9, count: 32).span, at: 0), random: SeededNumbers(7))
        if let issuerTime { rules.setTime(issuerTime, of: issuer.publicKey, now: now) }
    }

    static func issuer(_ number: UInt8) throws -> SigningKey {
        try SigningKey(seed: Bytes32([UInt8](repeating: number, count: 32).span, at: 0))
    }

    /// 203.0.113.`host`.
    static func place(_ host: UInt32, _ port: UInt16 = 51820) -> Endpoint {
        Endpoint(IPAddress(v4: 0xcb00_7100 | host), port)
    }

    func token(
        _ machine: TestMachine, scope: Scope? = nil, issuer: SigningKey? = nil, expiry: UInt64 = 0
    ) -> RelayToken {
        RelayToken.make(scope: scope ?? self.scope, wg: machine.wg, expiry: expiry, signer: issuer ?? self.issuer)
    }

    mutating func send(_ bytes: [UInt8], from source: Endpoint) -> RelayAnswer {
        rules.handle(bytes, from: source, now: now)
    }

    /// HELLO until it is answered with an OK: once more after a CHALLENGE.
    @discardableResult
    mutating func register(
        _ machine: inout TestMachine, at source: Endpoint, token: RelayToken? = nil, rows: [Hello.Row] = []
    ) throws -> HelloOK {
        let token = token ?? self.token(machine)
        for _ in 0..<2 {
            let answer = send(try machine.hello(token, to: rules.publicKey, rows: rows), from: source)
            guard case .reply(let bytes) = answer else { throw TestFailure("no answer: \(answer)") }
            if bytes.count != Challenge.size { return try machine.read(ok: bytes, from: rules.publicKey) }
            machine.cookie = try Challenge.decode(bytes.span).cookie
        }
        throw TestFailure("two challenges")
    }

    mutating func pass(seconds: Int64) { now += seconds * Self.second }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
