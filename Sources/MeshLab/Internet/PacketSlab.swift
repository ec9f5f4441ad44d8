import Glibc

/// Room for the packets on their way, mapped once: a packet costs no allocation. Slots are reused last in, first out, so
/// that a quiet internet touches few pages however many it could hold.
final class PacketSlab {
    static let slotSize = 1600

    private let memory: UnsafeMutableRawPointer
    private let slots: Int
    private var free: [Int32]

    init(slots: Int) throws(LabProblem) {
        let size = slots * PacketSlab.slotSize
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED else {
            throw .systemCall("mmap", object: "\(size) bytes for packets", errno: errno)
        }
        self.memory = memory
        self.slots = slots
        free = (0..<Int32(slots)).reversed()
    }

    deinit { munmap(memory, slots * PacketSlab.slotSize) }

    func take() -> Int32? { free.popLast() }
    func giveBack(_ slot: Int32) { free.append(slot) }
    func bytes(of slot: Int32) -> UnsafeMutableRawPointer { memory + Int(slot) * PacketSlab.slotSize }
}
