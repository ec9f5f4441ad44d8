import MeshWire

// The decoders with arrays in place of spans. A span can't be an argument within #expect, and a span of an array that a
// throwing call makes in the same expression stops the compiler (6.3.1: "Instruction does not dominate all uses").

extension InviteCode { static func decode(_ bytes: [UInt8]) throws(Refusal) -> Self { try decode(bytes.span) } }
extension Card { static func decode(_ bytes: [UInt8]) throws(Refusal) -> Self { try decode(bytes.span) } }
extension Roster { static func decode(_ bytes: [UInt8]) throws(Refusal) -> Self { try decode(bytes.span) } }
extension RelayToken { static func decode(_ bytes: [UInt8]) throws(Refusal) -> Self { try decode(bytes.span) } }
extension Hello { static func decode(_ bytes: [UInt8]) throws(Refusal) -> Self { try decode(bytes.span) } }
extension HelloOK { static func decode(_ bytes: [UInt8]) throws(Refusal) -> Self { try decode(bytes.span) } }
extension Challenge { static func decode(_ bytes: [UInt8]) throws(Refusal) -> Self { try decode(bytes.span) } }
extension STUNMessage { static func decode(_ bytes: [UInt8]) throws(Refusal) -> Self { try decode(bytes.span) } }
