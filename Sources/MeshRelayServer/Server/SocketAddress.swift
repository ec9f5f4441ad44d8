import CLinux
import Glibc
import MeshWire

extension sockaddr_in {
    /// Nil for IPv6.
    init?(_ endpoint: Endpoint) {
        guard let v4 = endpoint.address.v4 else { return nil }
        self.init()
        sin_family = sa_family_t(AF_INET)
        sin_port = endpoint.port.bigEndian
        sin_addr.s_addr = v4.bigEndian
    }

    var endpoint: Endpoint { Endpoint(IPAddress(v4: UInt32(bigEndian: sin_addr.s_addr)), UInt16(bigEndian: sin_port)) }
}
