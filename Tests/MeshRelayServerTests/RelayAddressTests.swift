import MeshWire
import Testing

@Suite struct RelayAddressTests {
    static let key = "f706d0bd3409ddfc3e8bc4b8adbf562deb872499f8b699755eb19dbcdbe5f25b"

    @Test(
        "what a person types is read, and written back the same",
        arguments: [
            ("relay.example.org:51822#\(key)", "relay.example.org", 51822),  // a name
            ("192.0.2.1:1#\(key)", "192.0.2.1", 1),  // IPv4
            ("[2001:db8::1]:65535#\(key)", "2001:db8::1", 65535),  // IPv6
        ])
    func read(text: String, host: String, port: UInt16) throws {
        let address = try RelayAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.key.hex == Self.key)
        #expect(address.description == text)
    }

    @Test("white space around it and capital digits don't matter")
    func lenient() throws {
        let typed = try RelayAddress("  192.0.2.1:1#\(Self.key.uppercased())\n")
        #expect(typed.description == "192.0.2.1:1#\(Self.key)")
    }

    @Test(
        "what can't be a relay is refused with its reason",
        arguments: [
            ("192.0.2.1:51822", Refusal.prefix),  // no key
            ("192.0.2.1:51822#", .key),
            ("192.0.2.1:51822#\(key.dropLast())", .key),  // 63 digits
            ("192.0.2.1:51822#" + String(repeating: "f", count: 64), .key),  // not canonical
            ("192.0.2.1#\(key)", .range),  // no port
            ("192.0.2.1:0#\(key)", .range),
            ("192.0.2.1:65536#\(key)", .range),
            ("192.0.2.1:+1#\(key)", .range),
            (":51822#\(key)", .name),  // no host
            ("a b:51822#\(key)", .name),
            ("2001:db8::1:51822#\(key)", .name),  // IPv6 without brackets
            ("[192.0.2.1]:51822#\(key)", .name),  // brackets without IPv6
        ])
    func refused(text: String, reason: Refusal) {
        #expect(throws: reason) { try RelayAddress(text) }
    }
}
