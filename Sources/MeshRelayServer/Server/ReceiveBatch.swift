import CLinux
import Glibc
import MeshWire

/// Room for one batch of datagrams, made once: what a packet passes through allocates nothing.
final class ReceiveBatch {
    static let capacity = 64
    /// Longer datagrams are dropped; it holds what a link of 9,000 bytes carries.
    static let datagramSize = 9216

    private let messages = UnsafeMutablePointer<clinux_mmsghdr>.allocate(capacity: capacity)
    private let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: capacity)
    private let names = UnsafeMutablePointer<sockaddr_in>.allocate(capacity: capacity)
    private let control: UnsafeMutableRawPointer
    private static let controlSize = clinux_cmsg_space(PacketInfo.size)
    private let data = UnsafeMutableRawPointer.allocate(byteCount: capacity * datagramSize, alignment: 16)

    init() {
        control = .allocate(
            byteCount: Self.capacity * Self.controlSize, alignment: MemoryLayout<cmsghdr>.alignment)
        names.initialize(repeating: sockaddr_in(), count: Self.capacity)
        messages.initialize(repeating: clinux_mmsghdr(), count: Self.capacity)
        for slot in 0..<Self.capacity {
            vectors[slot] = iovec(iov_base: data + slot * Self.datagramSize, iov_len: Self.datagramSize)
            messages[slot].msg_hdr.msg_name = UnsafeMutableRawPointer(names + slot)
            messages[slot].msg_hdr.msg_iov = vectors + slot
            messages[slot].msg_hdr.msg_iovlen = 1
            messages[slot].msg_hdr.msg_control = control + slot * Self.controlSize
        }
    }

    deinit {
        messages.deallocate()
        vectors.deallocate()
        names.deallocate()
        control.deallocate()
        data.deallocate()
    }

    /// Takes what has arrived, without waiting.
    ///
    /// - Returns: how many datagrams, or -1 with errno set.
    func receive(from descriptor: Int32) -> Int {
        for slot in 0..<Self.capacity {
            messages[slot].msg_hdr.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
            messages[slot].msg_hdr.msg_controllen = Self.controlSize
        }
        return Int(clinux_recvmmsg(descriptor, messages, UInt32(Self.capacity), Int32(MSG_DONTWAIT)))
    }

    /// The bytes of a datagram; they stay until the next `receive`.
    func datagram(_ slot: Int) -> UnsafeBufferPointer<UInt8> {
        let start = data + slot * Self.datagramSize
        return UnsafeBufferPointer(
            start: UnsafePointer(start.assumingMemoryBound(to: UInt8.self)), count: Int(messages[slot].msg_len))
    }

    func source(_ slot: Int) -> Endpoint { names[slot].endpoint }

    /// Which of our own addresses it was sent to, where the socket says so; else 0.
    func localAddress(_ slot: Int) -> UInt32 {
        guard let header = clinux_cmsg_first(&messages[slot].msg_hdr) else { return 0 }
        return PacketInfo.localAddress(header)
    }

    /// Whether it was longer than the room for it.
    func isCut(_ slot: Int) -> Bool { messages[slot].msg_hdr.msg_flags & Int32(MSG_TRUNC) != 0 }
}
