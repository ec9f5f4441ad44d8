import Foundation
import Glibc

/// A pseudo-terminal: what a person sees and types at one end, the program's terminal at the other.
struct Pty {
    let master: Int32
    let slave: Int32
    let path: String

    init?(_ columns: UInt16, _ rows: UInt16) {
        // Glibc's module leaves posix_openpt and its companions out; these are what they do.
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var locked: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, ioctl(master, UInt(0x4004_5431), &locked) == 0,  // TIOCSPTLCK
            ioctl(master, UInt(0x8004_5430), &number) == 0  // TIOCGPTN
        else { return nil }
        path = "/dev/pts/\(number)"
        self.master = master
        slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { return nil }
        resize(columns, rows)
    }

    func resize(_ columns: UInt16, _ rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Types once the terminal is as `isReady` wants it, from a thread of its own: tests that wait for a process may hold
    /// every thread of the pool meanwhile.
    func type(_ text: String, when isReady: @escaping @Sendable (_ slave: Int32) -> Bool) {
        Thread.detachNewThread { [self] in
            for _ in 0..<2000 where !isReady(slave) { usleep(10_000) }
            type(text)
        }
    }

    /// What the program has written until `end` came; what there is when nothing more comes for ten seconds.
    func read(until end: String) -> String {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: result, as: UTF8.self)
            var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            if text.contains(end) || poll(&waiting, 1, 10_000) <= 0 { return text }
            let count = Glibc.read(master, &buffer, buffer.count)
            if count <= 0 { return text }
            result += buffer[..<count]
        }
    }

    /// The settings that a broken restore would leave changed.
    var settings: [UInt32] {
        var now = termios()
        tcgetattr(slave, &now)
        return [now.c_iflag, now.c_oflag, now.c_cflag, now.c_lflag]
    }

    func close() {
        Glibc.close(master)
        Glibc.close(slave)
    }
}
