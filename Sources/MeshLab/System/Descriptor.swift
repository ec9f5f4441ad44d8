import Glibc

/// A file descriptor that closes with its owner.
final class Descriptor {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// Takes what a system call returned; -1 becomes the problem that `errno` names.
    init(_ result: Int32, from call: String, on object: String) throws(LabProblem) {
        guard result >= 0 else { throw .systemCall(call, object: object, errno: errno) }
        number = result
    }

    deinit { close(number) }
}
