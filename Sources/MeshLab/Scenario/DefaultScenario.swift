extension Scenario {
    /// Every household is in one of the three ranges of RFC 5737, which nobody on the real internet has. The relays have
    /// a second address, as RFC 5780 behaviour discovery wants.
    static let standard = Scenario(sites: [
        server("control", .centre, IPv4(192, 0, 2, 1), household: 1),
        server("relay1", .west, IPv4(192, 0, 2, 11), IPv4(192, 0, 2, 12), household: 11),
        server("relay2", .east, IPv4(198, 51, 100, 11), IPv4(198, 51, 100, 12), household: 12),
        Site(name: "open1", kind: .open, region: .south, publicAddresses: [IPv4(203, 0, 113, 10)], household: 20),
        Site(name: "open2", kind: .open, region: .west, publicAddresses: [IPv4(198, 51, 100, 10)], household: 19),
        home("cone1", .portRestricted, .west, IPv4(203, 0, 113, 21), household: 21),
        home("cone1b", .portRestricted, .west, IPv4(203, 0, 113, 21), household: 21, machine: 3),
        home("cone2", .portRestricted, .centre, IPv4(198, 51, 100, 22), household: 22),
        home("fullcone1", .fullCone, .east, IPv4(203, 0, 113, 30), household: 30),
        home("restricted1", .restrictedCone, .south, IPv4(192, 0, 2, 31), household: 31),
        home("symmetric1", .symmetric, .north, IPv4(198, 51, 100, 41), household: 41),
        home("symmetric2", .symmetric, .south, IPv4(192, 0, 2, 42), household: 42),
        home("cgnat1", .doubleNAT, .north, IPv4(203, 0, 113, 51), household: 51),
        home("blocked1", .udpBlocked, .centre, IPv4(198, 51, 100, 61), household: 61),
    ])

    private static func server(_ name: String, _ region: Region, _ addresses: IPv4..., household: UInt8) -> Site {
        Site(name: name, kind: .server, region: region, publicAddresses: addresses, household: household)
    }

    /// The spare address is the main one plus 100.
    private static func home(
        _ name: String, _ kind: Site.Kind, _ region: Region, _ address: IPv4, household: UInt8, machine: UInt8 = 2
    ) -> Site {
        Site(
            name: name, kind: kind, region: region, publicAddresses: [address],
            spareAddress: IPv4(value: address.value + 100), household: household, machine: machine)
    }
}
