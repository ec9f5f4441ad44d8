import Hummingbird
import MeshRules
import MeshWire
import NIOCore

/// A request's surroundings: where it came from, and how long it may be.
struct ControlContext: RequestContext, RemoteAddressRequestContext {
    /// The longest request is an update with sealed candidates for 31 members: 50 KB in base64.
    static let largestBody = 65_536

    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    /// Where the request came from. `Admission` refuses a connection without an address, so that this throws never.
    var source: IPAddress {
        get throws {
            guard let address = remoteAddress.flatMap(IPAddress.init) else {
                throw RequestProblem(400, "Not understood", "the connection has no address")
            }
            return address
        }
    }

    var maxUploadSize: Int { Self.largestBody }
}
