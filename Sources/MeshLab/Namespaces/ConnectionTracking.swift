import CLinux
import Glibc

/// What a router remembers of the connections it translates.
enum ConnectionTracking {
    /// Makes the router of the calling process's namespace forget every mapping, as a reboot does (ctnetlink, a delete
    /// without a filter).
    static func forgetAll() throws(LabProblem) {
        let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let netfilter: Int32 = 12
        let socket = try Descriptor(socket(AF_NETLINK, kind, netfilter), from: "socket", on: "netlink")
        // nlmsghdr: length, type, flags (request, acknowledge), sequence, port; nfgenmsg: family, version, resource.
        let deleteConnections: UInt16 = 1 << 8 | 2
        let message: [UInt8] =
            bytes(UInt32(20)) + bytes(deleteConnections) + bytes(UInt16(1 | 4)) + bytes(UInt32(1)) + bytes(UInt32(0))
            + [0, 0, 0, 0]
        guard send(socket.number, message, message.count, 0) == message.count else {
            throw .systemCall("send", object: "netlink", errno: errno)
        }
        var answer = [UInt8](repeating: 0, count: 256)
        guard recv(socket.number, &answer, answer.count, 0) >= 20 else {
            throw .systemCall("recv", object: "netlink", errno: errno)
        }
        let code = answer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: Int32.self) }
        guard code == 0 else { throw .systemCall("forgetting the mappings", object: "the router", errno: -code) }
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}
