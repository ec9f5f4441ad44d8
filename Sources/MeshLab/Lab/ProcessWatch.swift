import CLinux
import Glibc

/// A process that may belong to somebody else, held by a descriptor so that its number can't come to mean another.
struct ProcessWatch {
    private let descriptor: Descriptor

    /// Nil if there is no such process any more.
    init?(pid: Int32) {
        let number = clinux_pidfd_open(pid)
        guard number >= 0 else { return nil }
        descriptor = Descriptor(number)
    }

    func send(_ signal: Int32) { _ = clinux_pidfd_send_signal(descriptor.number, signal) }

    /// Waits until the process has ended, at most for `patience`. Returns whether it has.
    func ended(within patience: Duration) -> Bool {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, Int32(patience.nanoseconds / 1_000_000)) > 0
    }
}
