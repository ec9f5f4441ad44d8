import CLinux
import Glibc
import MeshWire

/// Datagrams that leave one socket together. It points at bytes that others own until `flush`.
final class SendBatch {
    static let capacity = ReceiveBatch.capacity
    /// WireGuard's packets.
    static let dataTTL: Int32 = 64
    /// Ours: kernels that merge datagrams of one sender on arrival don't merge unlike TTLs, so a check never gets glued
    /// to data and lost to who looks for it.
    static let controlTTL: Int32 = 63

    private let messages = UnsafeMutablePointer<clinux_mmsghdr>.allocate(capacity: capacity)
    private let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: capacity)
    private let names = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: capacity)
    /// For each datagram the TTL and then our own address; what isn't wanted is left out at either end.
    private let control: UnsafeMutableRawPointer
    private static let ttlSize = clinux_cmsg_space(MemoryLayout<Int32>.size)
    private static let controlSize = ttlSize + clinux_cmsg_space(PacketInfo.size)
    private(set) var count = 0

    init() {
        names.initialize(repeating: sockaddr_in(), count: Self.capacity)
        vectors.initialize(repeating: iovec(), count: Self.capacity)
        messages.initialize(repeating: clinux_mmsghdr(), count: Self.capacity)
        let size = Self.capacity * Self.controlSize
        control = .allocate(byteCount: size, alignment: MemoryLayout<cmsghdr>.alignment)
        control.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        for slot in 0..<Self.capacity {
            messages[slot].msg_hdr.msg_name = UnsafeMutableRawPointer(names + slot)
            messages[slot].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
            messages[slot].msg_hdr.msg_iov = vectors + slot
            messages[slot].msg_hdr.msg_iovlen = 1
            writeControl(control + slot * Self.controlSize)
        }
    }

    deinit {
        messages.deallocate()
        vectors.deallocate()
        names.deallocate()
        control.deallocate()
    }

    private func writeControl(_ start: UnsafeMutableRawPointer) {
        var message = msghdr()
        message.msg_control = start
        message.msg_controllen = Self.controlSize
        guard let ttl = clinux_cmsg_first(&message) else { return }
        ttl.pointee.cmsg_len = clinux_cmsg_len(MemoryLayout<Int32>.size)
        ttl.pointee.cmsg_level = Int32(IPPROTO_IP)
        ttl.pointee.cmsg_type = IP_TTL
        clinux_cmsg_data(ttl).storeBytes(of: Self.controlTTL, as: Int32.self)
        if let info = clinux_cmsg_next(&message, ttl) { PacketInfo.write(info) }
    }

    /// Adds a datagram.
    ///
    /// - Parameter local: the own address that it leaves from, 0 for the socket's.
    /// - Returns: false when there is no room or the address is none that this socket reaches.
    func add(
        _ bytes: UnsafeBufferPointer<UInt8>, to destination: Endpoint, from local: UInt32, control isControl: Bool
    ) -> Bool {
        guard count < Self.capacity, let name = sockaddr_in(destination) else { return false }
        names[count] = name
        vectors[count] = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
        let start = control + count * Self.controlSize
        let first = isControl ? 0 : Self.ttlSize
        let end = local == 0 ? Self.ttlSize : Self.controlSize
        if local != 0 { PacketInfo.setLocalAddress(local, start + Self.ttlSize) }
        messages[count].msg_hdr.msg_control = first < end ? start + first : nil
        messages[count].msg_hdr.msg_controllen = end - first
        count += 1
        return true
    }

    /// Sends everything; one that the kernel refuses doesn't keep those behind it.
    ///
    /// - Returns: how many it refused.
    func flush(to descriptor: Int32) -> Int {
        var (sent, refused) = (0, 0)
        while sent + refused < count {
            let first = sent + refused
            let left = Int(clinux_sendmmsg(descriptor, messages + first, UInt32(count - first), 0))
            if left > 0 { sent += left } else if errno != EINTR { refused += 1 }
        }
        count = 0
        return refused
    }
}
