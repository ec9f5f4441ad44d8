import CLinux
import Glibc

/// Buffers and headers for many datagrams in one system call, made once.
final class DatagramBatch {
    let capacity: Int
    let slotSize: Int
    private let memory: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<iovec>
    private let headers: UnsafeMutablePointer<clinux_mmsghdr>

    init(capacity: Int, slotSize: Int) {
        self.capacity = capacity
        self.slotSize = slotSize
        memory = .allocate(byteCount: capacity * slotSize, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: capacity * slotSize)
        vectors = .allocate(capacity: capacity)
        headers = .allocate(capacity: capacity)
        for index in 0..<capacity {
            (vectors + index).initialize(to: iovec(iov_base: memory + index * slotSize, iov_len: slotSize))
            var header = clinux_mmsghdr()
            header.msg_hdr.msg_iov = vectors + index
            header.msg_hdr.msg_iovlen = 1
            (headers + index).initialize(to: header)
        }
    }

    deinit {
        memory.deallocate()
        vectors.deallocate()
        headers.deallocate()
    }

    func slot(_ index: Int) -> UnsafeMutableRawPointer { memory + index * slotSize }

    /// The bytes of a received datagram.
    func received(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: slot(index), count: Int(headers[index].msg_len))
    }

    /// Sends the first `count` slots whole. Returns how many left, or -1.
    func send(_ count: Int, on socket: Int32) -> Int {
        Int(clinux_sendmmsg(socket, headers, UInt32(count), 0))
    }

    /// Receives what is there. Returns how many came, or -1.
    func receive(on socket: Int32) -> Int {
        Int(clinux_recvmmsg(socket, headers, UInt32(capacity), Int32(MSG_DONTWAIT)))
    }
}
