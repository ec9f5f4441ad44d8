internal import CLinux
internal import Glibc
internal import MeshRules
internal import MeshWire

/// The machine's own addresses that a peer might reach.
enum LocalAddresses {
    /// The most useful first; without those of `tunnel`, of interfaces that are down, loopback and link-local ones.
    static func current(without tunnel: String) -> [IPAddress] {
        let v6 = ipv6(inProc: ProcFile.text(at: "/proc/net/if_inet6") ?? "", without: tunnel)
        let gateways = defaultRoutes(
            v4: ProcFile.text(at: "/proc/net/route") ?? "", v6: ProcFile.text(at: "/proc/net/ipv6_route") ?? "")
        return LocalAddress.ranked(
            (ipv4(without: tunnel) + v6).map { address, interface in
                LocalAddress(address, kind(of: interface), hasDefaultRoute: gateways.contains(interface))
            })
    }

    /// What /sys says of the interface, else what its name does.
    private static func kind(of interface: String) -> LocalAddress.Kind {
        let folder = "/sys/class/net/\(interface)"
        guard access(folder, F_OK) == 0 else { return LocalAddress.Kind(interface: interface) }
        if access("\(folder)/bridge", F_OK) == 0 { return .bridge }
        if access("\(folder)/device", F_OK) == 0 { return .physical }
        // Without a device behind it, it may be one end of a pair that leads out of a container.
        let byName = LocalAddress.Kind(interface: interface)
        return byName == .physical ? .virtual : byName
    }

    /// Names of the interfaces that have a route to everywhere.
    static func defaultRoutes(v4: String, v6: String) -> Set<String> {
        let first = v4.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count > 7, words[1] == "00000000", words[7] == "00000000" else { return nil }
            return String(words[0])
        }
        let second = v6.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 10, words[0].allSatisfy({ $0 == "0" }), words[1] == "00", words[9] != "lo" else {
                return nil
            }
            return String(words[9])
        }
        return Set(first + second)
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
            guard entry.ifa_flags & UInt32(IFF_UP) != 0, interface != tunnel,
                let address = address(of: entry.ifa_addr), address.isReachable
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
    static func ipv6(
        inProc text: String, without tunnel: String
    ) -> [(address: IPAddress, interface: String)] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 6, words[5] != tunnel, let flags = UInt32(words[4], radix: 16), flags & unfit == 0,
                let bytes = Bytes16(hex: String(words[0])), bytes.words.count == 2
            else { return nil }
            let address = IPAddress(high: bytes.words[0], low: bytes.words[1])
            return address.isReachable ? (address, String(words[5])) : nil
        }
    }
}
