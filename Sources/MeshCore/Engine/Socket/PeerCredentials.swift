import Glibc
import NIOCore

/// Who is at the other end of a Unix socket: the kernel's `struct ucred`, whose C type the importer hides.
struct PeerCredentials {
    var pid: Int32 = 0
    var uid: UInt32 = .max
    var gid: UInt32 = .max

    /// PROTOCOL.md §7: root may do everything, others nothing for now.
    var mayCommand: Bool { uid == 0 }

    /// SO_PEERCRED of a connected socket; nobody when the kernel doesn't say.
    static func of(_ channel: any Channel) async -> PeerCredentials {
        guard let options = channel as? any SocketOptionProvider else { return PeerCredentials() }
        let credentials: EventLoopFuture<PeerCredentials> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return (try? await credentials.get()) ?? PeerCredentials()
    }
}
