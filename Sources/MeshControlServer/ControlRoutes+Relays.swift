import Crypto
import HTTPTypes
import Hummingbird
import MeshCore
import MeshRules
import MeshWire

extension ControlRoutes {
    /// A relay of the operator's says that it is there. One that listens on a wildcard doesn't know its address: then it
    /// is the one that the request came from.
    func register(_ request: Request, _ context: ControlContext) async throws -> Response {
        guard isOperator(request) else { throw ControlRefusal.unauthorised }
        let id: Bytes8 = try context.id("relay")
        var relay = try await request.decode(ControlJSON.Relay.self).announcement
        guard relay.id == id else { throw RequestProblem(422, "Not understood", "the ID in the path is not the key's") }
        let source = try context.source
        relay.endpoints = relay.endpoints.map { endpoint in
            guard endpoint.address.isUnspecified else { return endpoint }
            return Endpoint(source, endpoint.port)
        }
        return .json(ControlJSON.LeaseBody(try await service.registerRelay(relay)))
    }

    /// Hashes are compared, so that the time tells nothing of how much was right.
    private func isOperator(_ request: Request) -> Bool {
        guard let bearer = request.bearer else { return false }
        return SHA256.hash(data: Array(bearer.utf8)) == SHA256.hash(data: Array(operatorToken.utf8))
    }
}
