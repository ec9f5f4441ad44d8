internal import Glibc
internal import MeshWire

/// The machine's own addresses that a peer might reach.
enum LocalAddresses {
    /// IPv4, in order; without those of `tunnel`, of interfaces that are down, loopback and link-local ones.
    static func current(without tunnel: String) -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: Set<IPAddress> = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard entry.ifa_flags & UInt32(IFF_UP) != 0, String(cString: entry.ifa_name) != tunnel,
                let address = address(of: entry.ifa_addr), address.isReachable
            else { continue }
            found.insert(address)
        }
        return found.sorted()
    }

    private static func address(of pointer: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
        guard let pointer, pointer.pointee.sa_family == sa_family_t(AF_INET) else { return nil }
        return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            IPAddress(v4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
        }
    }
}
