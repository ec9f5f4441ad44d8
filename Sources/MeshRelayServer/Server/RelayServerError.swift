import Glibc

/// Why a relay can't start or go on.
public enum RelayServerError: Error, Equatable, Sendable {
    /// A system call failed: which, on what, and its errno.
    case system(operation: String, object: String, errno: Int32)
    /// An address that isn't IPv4, or no address at all.
    case address(String)
    /// A server runs once.
    case ran
}

extension RelayServerError: CustomStringConvertible {
    /// One line that ends with what to do.
    public var description: String {
        switch self {
        case .system(let operation, let object, let code):
            "\(operation) \(object) failed: \(String(cString: strerror(code))); \(Self.advice(code))"
        case .address(let text):
            "a relay can't listen on \(text); give an IPv4 address and a port, such as 0.0.0.0:51822"
        case .ran: "this relay has already run; make a new one"
        }
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "stop the program that uses the port, or choose another with --listen"
        case EADDRNOTAVAIL: "give an address of this machine with --listen"
        case EACCES, EPERM: "run as the user that may do this, or choose another with --listen"
        default: "try again, and report it if it stays"
        }
    }
}
