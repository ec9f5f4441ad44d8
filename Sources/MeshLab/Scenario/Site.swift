/// One machine of the lab and the household it stands in.
struct Site: Codable, Sendable, Equatable {
    /// How a household meets the internet. All but `open` and `server` stand behind a router of their own.
    enum Kind: String, Codable, Sendable, CaseIterable {
        /// The machine has the public address itself.
        case open
        /// Whatever reaches the router's address is passed to the machine.
        case fullCone = "full-cone"
        /// One mapping for all destinations; only addresses the machine has sent to get in.
        case restrictedCone = "restricted-cone"
        /// One mapping for all destinations; only the address and port the machine has sent to get in.
        case portRestricted = "port-restricted"
        /// A random mapping for each destination.
        case symmetric
        /// A firewall that lets no UDP through.
        case udpBlocked = "udp-blocked"
        /// A control server or a relay: public, like `open`, but nobody plays there.
        case server

        var hasRouter: Bool { self != .open && self != .server }
    }

    let name: String
    let kind: Kind
    let region: Region
    /// The household's addresses on the lab's internet, the main one first.
    let publicAddresses: [IPv4]
    /// The third octet of the household's network 192.168.N.0/24; the router is .1, the machine .2.
    let household: UInt8

    var publicAddress: IPv4 { publicAddresses[0] }
    var routerAddress: IPv4? { kind.hasRouter ? IPv4(192, 168, household, 1) : nil }
    /// What the machine itself sees as its address.
    var hostAddress: IPv4 { kind.hasRouter ? IPv4(192, 168, household, 2) : publicAddress }
}
