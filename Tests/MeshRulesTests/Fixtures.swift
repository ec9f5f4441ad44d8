import MeshWire

@testable import MeshRules

/// An endpoint written in a test; `0.0.0.0:0` shows a typing mistake at once.
func end(_ text: String) -> Endpoint { Endpoint(text) ?? Endpoint(IPAddress(), 0) }

func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress() }

func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

extension Step {
    var datagrams: [(bytes: [UInt8], to: Endpoint)] {
        outputs.compactMap { if case .transmit(let bytes, let to) = $0 { (bytes, to) } else { nil } }
    }

    var effects: [Effect] {
        outputs.compactMap { if case .effect(let effect) = $0 { effect } else { nil } }
    }
}

/// Why something was refused; nil when it wasn't.
func refusal(_ body: () throws -> Void) -> Refusal? { reason(body) }

/// Why a command was refused; nil when it wasn't.
func commandRefusal(_ body: () throws -> Void) -> CommandRefusal? { reason(body) }

private func reason<Reason: Error>(_ body: () throws -> Void) -> Reason? {
    do {
        try body()
        return nil
    } catch {
        return error as? Reason
    }
}
