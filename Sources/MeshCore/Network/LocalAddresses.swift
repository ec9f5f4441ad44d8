internal import CLinux
internal import Glibc
internal import MeshWire

/// The machine's own addresses that a peer might reach.
enum LocalAddresses {
    /// In order; without those of `tunnel`, of interfaces that are down, loopback and link-local ones.
    static func current(without tunnel: String) -> [IPAddress] {
        let v6 = ipv6(inProc: ProcFile.text(at: "/proc/net/if_inet6") ?? "", without: tunnel)
        return Set(ipv4(without: tunnel).map(\.address) + v6).sorted()
    }

    static func ipv4(without tunnel: String) -> [(address: IPAddress, interface: String)] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [(address: IPAddress, interface: String)] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            let interface = String(cString: entry.ifa_name)
            guard entry.ifa_flags & UInt32(IFF_UP) != 0, interface != tunnel, let address = address(of: entry.ifa_addr),
                address.isReachable
            else { continue }
            found.append((address, interface))
        }
        return found
    }

    private static func address(of pointer: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
        guard let pointer, pointer.pointee.sa_family == sa_family_t(AF_INET) else { return nil }
        return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            IPAddress(v4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
        }
    }

    /// IFA_F_TEMPORARY (replaced every few hours), IFA_F_DADFAILED, IFA_F_DEPRECATED and IFA_F_TENTATIVE.
    private static let unfit: UInt32 = 0x01 | 0x08 | 0x20 | 0x40

    /// Lines of `address interfaceIndex prefix scope flags name`, all but the name in hexadecimal.
    static func ipv6(inProc text: String, without tunnel: String) -> [IPAddress] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 6, words[5] != tunnel, let flags = UInt32(words[4], radix: 16), flags & unfit == 0,
                let bytes = Bytes16(hex: String(words[0])), bytes.words.count == 2
            else { return nil }
            let address = IPAddress(high: bytes.words[0], low: bytes.words[1])
            return address.isReachable ? address : nil
        }
    }
}
