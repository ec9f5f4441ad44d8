import CMeter
import MeshWire

/// Every decoder that a datagram passes before anybody is known to have sent it: what it takes of a good one, and what of
/// one that it refuses.
struct WireBench {
    private struct Case {
        let name: String
        let bytes: [UInt8]
        /// A number that depends on what was read, so that reading it can't be left out; negative for a refusal.
        let read: (Span<UInt8>) -> Int
    }

    private static let rounds = 10
    private static let readings = 10_000

    static func run() throws -> [Measurement] {
        try cases().map { try measure($0, isRefused: false) } + refusals().map { try measure($0, isRefused: true) }
    }

    private static func measure(_ one: Case, isRefused: Bool) throws -> Measurement {
        let span = one.bytes.span
        guard (one.read(span) < 0) == isRefused else {
            throw Failure("“\(one.name)” was \(isRefused ? "taken" : "refused")")
        }
        var (sum, allocations, fastest) = (0, 0, UInt64.max)
        for _ in 0..<rounds {
            let start = cmeter_cpu_of_this_thread()
            allocations += counted { for _ in 0..<readings { sum &+= one.read(span) } }.allocations
            fastest = min(fastest, cmeter_cpu_of_this_thread() - start)
        }
        guard sum == one.read(span) &* rounds * readings else {
            throw Failure("“\(one.name)” doesn't read the same each time")
        }
        let tenths = Int(fastest) * 10 / readings
        return Measurement(name: one.name, allocations: allocations, remark: "\(tenths / 10).\(tenths % 10) ns each")
    }

    private static func cases() throws -> [Case] {
        let samples = try Samples()
        return [
            Case(name: "wire: classify", bytes: samples.data) { Datagram.classify($0) == .wireGuard(4) ? 4 : -1 },
            Case(name: "wire: WireGuard initiation", bytes: samples.initiation, read: Readers.wireGuard),
            Case(name: "wire: WireGuard response", bytes: samples.response, read: Readers.wireGuard),
            Case(name: "wire: WireGuard cookie reply", bytes: samples.cookieReply, read: Readers.wireGuard),
            Case(name: "wire: WireGuard data", bytes: samples.data, read: Readers.wireGuard),
            Case(name: "wire: mac1", bytes: samples.initiation) { samples.mac1.matches($0) ? 1 : -1 },
            Case(name: "wire: check head", bytes: samples.check, read: Readers.check),
            Case(name: "wire: STUN request", bytes: samples.question, read: Readers.stun),
            Case(name: "wire: STUN answer", bytes: samples.answer, read: Readers.stun),
            Case(name: "wire: HELLO's form", bytes: samples.hello, read: Readers.helloForm),
            Case(name: "wire: HELLO without rows", bytes: samples.hello, read: Readers.hello),
            // Its rows are an array, one for each reading: what the meter sees of an allocation.
            Case(name: "wire: HELLO with two rows", bytes: samples.helloWithRows, read: Readers.hello),
            Case(name: "wire: CHALLENGE", bytes: samples.challenge, read: Readers.challenge),
            Case(name: "wire: OK without conflicts", bytes: samples.ok, read: Readers.ok),
            Case(name: "wire: token", bytes: samples.token, read: Readers.token),
        ]
    }

    private static func refusals() throws -> [Case] {
        let samples = try Samples()
        func cut(_ bytes: [UInt8]) -> [UInt8] { [UInt8](bytes.dropLast()) }
        func other(_ bytes: [UInt8], at place: Int) -> [UInt8] {
            var bytes = bytes
            bytes[place] ^= 0x40
            return bytes
        }
        return [
            Case(name: "refused: WireGuard cut short", bytes: cut(samples.data), read: Readers.wireGuard),
            Case(name: "refused: check cut short", bytes: cut(samples.check), read: Readers.check),
            Case(name: "refused: check of another version", bytes: other(samples.check, at: 4), read: Readers.check),
            Case(name: "refused: STUN cut short", bytes: cut(samples.question), read: Readers.stun),
            Case(
                name: "refused: STUN with another length", bytes: samples.question + [0, 0, 0, 0], read: Readers.stun),
            Case(name: "refused: STUN's fingerprint", bytes: samples.fingerprint, read: Readers.stun),
            Case(name: "refused: HELLO cut short", bytes: cut(samples.hello), read: Readers.hello),
            Case(name: "refused: HELLO with too many rows", bytes: other(samples.hello, at: 6), read: Readers.hello),
            Case(name: "refused: HELLO's token", bytes: other(samples.hello, at: 40), read: Readers.hello),
            Case(name: "refused: CHALLENGE too long", bytes: samples.challenge + [0], read: Readers.challenge),
            Case(name: "refused: OK cut short", bytes: cut(samples.ok), read: Readers.ok),
            Case(name: "refused: token of another kind", bytes: other(samples.token, at: 1), read: Readers.token),
        ]
    }
}

private enum Readers {
    static func wireGuard(_ span: Span<UInt8>) -> Int {
        switch WireGuardMessage.head(span) {
        case .initiation(let sender): Int(sender)
        case .response(let sender, let receiver): Int(sender ^ receiver)
        case .cookieReply(let receiver), .data(let receiver): Int(receiver)
        case nil: -1
        }
    }

    static func check(_ span: Span<UInt8>) -> Int {
        do throws(Refusal) { return Int(try CheckHead.decode(span).epochLow) } catch { return -1 }
    }

    static func stun(_ span: Span<UInt8>) -> Int {
        do throws(Refusal) { return Int(try STUNMessage.decode(span).xorMapped?.port ?? 1) } catch { return -1 }
    }

    static func helloForm(_ span: Span<UInt8>) -> Int {
        do throws(Refusal) { return try Hello.checkForm(span) } catch { return -1 }
    }

    static func hello(_ span: Span<UInt8>) -> Int {
        do throws(Refusal) { return Int(try Hello.decode(span).counter) } catch { return -1 }
    }

    static func challenge(_ span: Span<UInt8>) -> Int {
        do throws(Refusal) { return Int(try Challenge.decode(span).request) } catch { return -1 }
    }

    static func ok(_ span: Span<UInt8>) -> Int {
        do throws(Refusal) { return Int(try HelloOK.decode(span).lifetime) } catch { return -1 }
    }

    static func token(_ span: Span<UInt8>) -> Int {
        do throws(Refusal) { return Int(try RelayToken.decode(span).expiry) } catch { return -1 }
    }
}
