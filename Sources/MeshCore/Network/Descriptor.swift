internal import Glibc

/// A file descriptor that closes itself. Its number is good for as long as the owner lives.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    /// Takes what a system call returned; `what` names the call for the person who reads of its failure.
    init(_ result: Int32, _ what: @autoclosure () -> String) throws(NetworkProblem) {
        guard result >= 0 else { throw .socket(what(), .last) }
        number = result
    }

    deinit { close(number) }
}
