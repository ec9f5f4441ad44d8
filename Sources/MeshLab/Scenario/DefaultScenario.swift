extension Scenario {
    /// Every household is in one of the three ranges of RFC 5737, which nobody on the real internet has. The relays have
    /// a second address, as RFC 5780 behaviour discovery wants.
    static let standard = Scenario(sites: [
        Site(
            name: "control", kind: .server, region: .centre, publicAddresses: [IPv4(192, 0, 2, 1)], household: 1),
        Site(
            name: "relay1", kind: .server, region: .west,
            publicAddresses: [IPv4(192, 0, 2, 11), IPv4(192, 0, 2, 12)], household: 11),
        Site(
            name: "relay2", kind: .server, region: .east,
            publicAddresses: [IPv4(198, 51, 100, 11), IPv4(198, 51, 100, 12)], household: 12),
        Site(
            name: "open1", kind: .open, region: .south, publicAddresses: [IPv4(203, 0, 113, 10)], household: 20),
        Site(
            name: "cone1", kind: .portRestricted, region: .west, publicAddresses: [IPv4(203, 0, 113, 21)],
            household: 21),
        Site(
            name: "cone2", kind: .portRestricted, region: .centre, publicAddresses: [IPv4(198, 51, 100, 22)],
            household: 22),
        Site(
            name: "fullcone1", kind: .fullCone, region: .east, publicAddresses: [IPv4(203, 0, 113, 30)],
            household: 30),
        Site(
            name: "restricted1", kind: .restrictedCone, region: .south, publicAddresses: [IPv4(192, 0, 2, 31)],
            household: 31),
        Site(
            name: "symmetric1", kind: .symmetric, region: .north, publicAddresses: [IPv4(198, 51, 100, 41)],
            household: 41),
        Site(
            name: "symmetric2", kind: .symmetric, region: .south, publicAddresses: [IPv4(192, 0, 2, 42)],
            household: 42),
    ])
}
