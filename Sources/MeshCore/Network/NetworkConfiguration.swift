/// What a node's network is made of before it is on the machine.
package struct NetworkConfiguration: Equatable, Sendable {
    /// Holds the WireGuard key, the child's process ID and its log; made with mode 0700 if it is not there.
    package var stateFolder: String
    /// The tunnel's interface. Two nodes of one machine need two names, also in different network namespaces, because
    /// WireGuard's control sockets share one folder.
    package var interface: String
    /// The first UDP port to try; the following ones are tried when it is taken.
    package var listenPort: UInt16
    /// Of the tunnel, in bytes. Higher than 1,420 and WireGuard's packets no longer fit into 1,500 bytes on an IPv6 path.
    package var mtu: Int

    package init(
        stateFolder: String, interface: String = "meshtui0", listenPort: UInt16 = 51820, mtu: Int = 1420
    ) {
        (self.stateFolder, self.interface) = (stateFolder, interface)
        (self.listenPort, self.mtu) = (listenPort, mtu)
    }

    /// Whether the interface can be called so: by the kernel, in a socket's path and in a rule of nftables.
    var hasUsableInterfaceName: Bool {
        let name = Array(interface.utf8)
        guard (1...15).contains(name.count), let first = name.first, Self.isLetter(first) else { return false }
        return name.allSatisfy { Self.isLetter($0) || 0x30...0x39 ~= $0 || [0x2d, 0x2e, 0x5f].contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { 0x41...0x5a ~= byte & 0xdf }
}
