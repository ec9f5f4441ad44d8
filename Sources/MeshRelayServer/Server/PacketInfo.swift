import CLinux
import Glibc

/// IP_PKTINFO of ip(7), the control message that names the own address of a datagram: interface:4 own address:4
/// destination:4, the numbers in the machine's order and the addresses in the network's.
enum PacketInfo {
    static let size = 12
    private static let addressAt = 4

    /// 0 for another control message.
    static func localAddress(_ header: UnsafeMutablePointer<cmsghdr>) -> UInt32 {
        guard header.pointee.cmsg_level == Int32(IPPROTO_IP), header.pointee.cmsg_type == IP_PKTINFO else { return 0 }
        return UInt32(bigEndian: clinux_cmsg_data(header).load(fromByteOffset: addressAt, as: UInt32.self))
    }

    /// Makes a control message of zeros one that leaves the interface to the route.
    static func write(_ header: UnsafeMutablePointer<cmsghdr>) {
        header.pointee.cmsg_len = clinux_cmsg_len(size)
        header.pointee.cmsg_level = Int32(IPPROTO_IP)
        header.pointee.cmsg_type = IP_PKTINFO
    }

    /// - Parameter start: where a control message that `write` has made begins.
    static func setLocalAddress(_ address: UInt32, _ start: UnsafeMutableRawPointer) {
        clinux_cmsg_data(start.assumingMemoryBound(to: cmsghdr.self))
            .storeBytes(of: address.bigEndian, toByteOffset: addressAt, as: UInt32.self)
    }
}
