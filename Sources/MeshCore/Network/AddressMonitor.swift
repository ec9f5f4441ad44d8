internal import CLinux
internal import MeshWire

/// Hears from the kernel (rtnetlink) that interfaces, addresses or routes have changed. A machine on which they change
/// two thousand times a second is looked at once a second.
final class AddressMonitor: PacketSource {
    private let socket: Descriptor
    private let changed: @Sendable () -> Void

    /// RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR.
    private static let groups: UInt32 = 0x1 | 0x10 | 0x40 | 0x100

    /// `changed` is called on the packet thread: soon after a change, and then at most once a second.
    init(changed: @escaping @Sendable () -> Void) throws(NetworkProblem) {
        socket = try Descriptor(clinux_netlink_socket(0, Self.groups), "watching the machine's addresses")
        self.changed = changed
    }

    var descriptor: Int32 { socket.number }
    /// Messages that the kernel has no room for meanwhile are lost, and cost nobody anything.
    var rest: Duration { .seconds(1) }

    /// What the messages say is not read: the whole list is asked for, so a lost one costs nothing.
    func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>) {}

    func drained() { changed() }
}
