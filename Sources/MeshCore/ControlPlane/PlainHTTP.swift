package import MeshRules
import MeshWire

/// Where plain HTTP may be spoken: on this machine and in private networks. Elsewhere whoever carries the packets could
/// stand in for the server.
package enum PlainHTTP {
    /// Why plain HTTP to this address is refused, in one line; nil when it is allowed.
    package static func refusal(_ address: ControlAddress, isAllowedAnywhere: Bool) -> String? {
        if isAllowedAnywhere || address.host == "localhost" { return nil }
        if let ip = IPAddress(address.host), ip.isLoopback || ip.isPrivate || ip.isLinkLocal { return nil }
        return
            "the control server at \(address.host) speaks plain HTTP, which could be read and changed on its way through "
            + "the internet: use one in a private network, or allow it with --insecure-http, which a node takes when it starts"
    }
}
