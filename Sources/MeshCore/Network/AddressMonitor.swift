internal import CLinux
internal import MeshWire
internal import Synchronization

/// Hears from the kernel (rtnetlink) that interfaces, addresses or routes have changed.
final class AddressMonitor: PacketSource {
    private let socket: Descriptor
    private let tunnel: String
    private let known: Mutex<[IPAddress]>
    private let routesChanged: @Sendable () -> Void
    private let addressesChanged: @Sendable ([IPAddress]) -> Void

    /// RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR.
    private static let groups: UInt32 = 0x1 | 0x10 | 0x40 | 0x100

    /// `addressesChanged` is called when the addresses of the machine, those of `tunnel` apart, are others than before;
    /// `routesChanged` whenever packets may leave from another address than before.
    init(
        tunnel: String, routesChanged: @escaping @Sendable () -> Void,
        addressesChanged: @escaping @Sendable ([IPAddress]) -> Void
    ) throws(NetworkProblem) {
        socket = try Descriptor(clinux_netlink_socket(0, Self.groups), "watching the machine's addresses")
        known = Mutex(LocalAddresses.current(without: tunnel))
        (self.tunnel, self.routesChanged, self.addressesChanged) = (tunnel, routesChanged, addressesChanged)
    }

    var descriptor: Int32 { socket.number }

    /// What the message says is not read: the whole list is asked for, so a lost message costs nothing.
    func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>) {
        routesChanged()
        let now = LocalAddresses.current(without: tunnel)
        let isNew = known.withLock { known in
            defer { known = now }
            return known != now
        }
        if isNew { addressesChanged(now) }
    }
}
