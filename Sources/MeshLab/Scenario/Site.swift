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
        /// `portRestricted` twice: the household's router stands behind its carrier's (CGNAT).
        case doubleNAT = "double-nat"
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
    /// One that the household may get instead of the main one when its router comes up again.
    var spareAddress: IPv4?
    /// The third octet of the household's network 192.168.N.0/24; the router is .1. Sites with the same number share it.
    let household: UInt8
    /// The last octet of the machine's address in there: 2 for the household's first machine.
    var machine: UInt8 = 2

    var publicAddress: IPv4 { publicAddresses[0] }
    var isFirstOfHousehold: Bool { machine == 2 }
    var routerAddress: IPv4 { IPv4(192, 168, household, 1) }
    /// What the machine itself sees as its address.
    var hostAddress: IPv4 { kind.hasRouter ? IPv4(192, 168, household, machine) : publicAddress }
    /// The carrier's and the router's end of the line between them, in the range of RFC 6598.
    var carrierLine: (carrier: IPv4, router: IPv4) { (IPv4(100, 64, household, 1), IPv4(100, 64, household, 2)) }
}
