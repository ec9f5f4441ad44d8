internal import Glibc

/// The number that a system call failed with, and the C library's words for it.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    /// Of the call that failed last on this thread.
    static var last: SystemError { SystemError(errno) }

    package var description: String { String(cString: strerror(number)) }
}
