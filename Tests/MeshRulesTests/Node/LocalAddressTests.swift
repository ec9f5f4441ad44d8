import MeshWire
import Testing

@testable import MeshRules

@Suite("The machine's own addresses, ranked")
struct LocalAddressTests {
    private static func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress() }

    @Test("the default route's comes first, then real interfaces, then tunnels, bridges last")
    func order() {
        let ranked = LocalAddress.ranked([
            LocalAddress(Self.address("172.17.0.1"), .bridge),
            LocalAddress(Self.address("2001:db8::7"), .physical, hasDefaultRoute: true),
            LocalAddress(Self.address("10.8.0.2"), .virtual),
            LocalAddress(Self.address("172.18.0.1"), .bridge),
            LocalAddress(Self.address("192.168.1.5"), .physical, hasDefaultRoute: true),
            LocalAddress(Self.address("10.0.0.9"), .physical),
            LocalAddress(Self.address("192.168.1.5"), .bridge),
        ])
        #expect(
            ranked.map(\.description) == [
                "192.168.1.5", "2001:db8::7", "10.0.0.9", "10.8.0.2", "172.17.0.1", "172.18.0.1",
            ])
    }

    @Test(
        "a bridge or a tunnel that has the default route comes first",
        arguments: [.bridge, .virtual] as [LocalAddress.Kind])
    func defaultRoute(_ kind: LocalAddress.Kind) {
        let ranked = LocalAddress.ranked([
            LocalAddress(Self.address("192.168.1.5"), .physical),
            LocalAddress(Self.address("192.168.7.5"), kind, hasDefaultRoute: true),
        ])
        #expect(ranked.map(\.description) == ["192.168.7.5", "192.168.1.5"])
    }

    @Test(
        "names of interfaces tell their kind where the kernel does not",
        arguments: [
            ("eth0", .physical), ("enp3s0", .physical), ("wlan0", .physical), ("docker0", .bridge),
            ("br-1f2e3d4c5b6a", .bridge), ("virbr0", .bridge), ("veth12ab", .bridge), ("wg0", .virtual),
            ("tailscale0", .virtual), ("tun0", .virtual),
        ] as [(String, LocalAddress.Kind)])
    func names(_ name: String, _ kind: LocalAddress.Kind) { #expect(LocalAddress.Kind(interface: name) == kind) }
}
