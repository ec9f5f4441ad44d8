internal import CLinux
internal import Glibc
internal import MeshRules
internal import MeshWire

/// Networks that the machine reaches over IPv4 without the tunnel: the routes of the kernel's main table, and the addresses of
/// its interfaces.
enum LocalRoutes {
    /// In order; without those of `tunnel`, of loopback interfaces, and without the default route.
    static func current(without tunnel: String) -> [LocalRoute] {
        let routes = routes(inProc: ProcFile.text(at: "/proc/net/route") ?? "", without: tunnel)
        return Set(routes + addresses(without: tunnel)).sorted { left, right in
            (left.network.address, left.network.prefix, left.interface, left.isAddress ? 0 : 1)
                < (right.network.address, right.network.prefix, right.interface, right.isAddress ? 0 : 1)
        }
    }

    /// RTF_UP and RTF_REJECT. A route that rejects has no interface.
    private static let (up, reject): (UInt32, UInt32) = (0x1, 0x200)

    /// A line of titles, then lines of `interface destination gateway flags … mask` with tabs between; numbers are in
    /// hexadecimal, addresses in the machine's byte order.
    static func routes(inProc text: String, without tunnel: String) -> [LocalRoute] {
        text.split(separator: "\n").dropFirst().compactMap { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 8, words[0] != tunnel, words[0] != "lo", let flags = UInt32(words[3], radix: 16),
                flags & up != 0, flags & reject == 0, let destination = UInt32(words[1], radix: 16),
                let mask = UInt32(words[7], radix: 16), mask != 0
            else { return nil }
            let prefix = UInt8((~UInt32(bigEndian: mask)).leadingZeroBitCount)
            return LocalRoute(
                IPv4Network(around: UInt32(bigEndian: destination), prefix: prefix), interface: String(words[0]))
        }
    }

    private static func addresses(without tunnel: String) -> [LocalRoute] {
        LocalAddresses.ipv4(without: tunnel).compactMap { entry in
            entry.address.v4.map {
                LocalRoute(IPv4Network(around: $0, prefix: 32), interface: entry.interface, isAddress: true)
            }
        }
    }
}
