import HTTPTypes
import Hummingbird
import Logging
import MeshCore
import MeshRules
import MeshWire
import Synchronization

/// Names under which a server takes requests. A web page can make a browser send requests to any address of its network by
/// giving its own name that address (DNS rebinding): such a request names the page's host.
package enum ServedHosts: Equatable, Sendable {
    /// A server of any name.
    case any
    /// A host's own control plane: any address, the virtual one among them, and the names that its invites give.
    case addresses(names: [String])

    func serves(_ authority: String?) -> Bool {
        guard case .addresses(let names) = self else { return true }
        guard let authority, let place = HostPort.split(authority, defaultPort: 80) else { return false }
        let host = place.host.lowercased()
        return host == "localhost" || IPAddress(host) != nil || names.contains { $0.lowercased() == host }
    }
}

/// Refuses addresses that ask too much and hosts that are not served, and answers every failure with a problem document.
final class RequestGate: RouterMiddleware {
    typealias Context = ControlContext

    private let hosts: ServedHosts
    private let logger: Logger
    private let budget = Mutex(RequestBudget())
    private let start = ContinuousClock.now

    init(hosts: ServedHosts, logger: Logger) { (self.hosts, self.logger) = (hosts, logger) }

    @concurrent
    func handle(
        _ request: Request, context: ControlContext,
        next: @concurrent (Request, ControlContext) async throws -> Response
    ) async throws -> Response {
        let now = start.duration(to: .now)
        do {
            let source = try context.source
            guard budget.withLock({ $0.spend(source, now: now) }) else {
                throw ControlRefusal.busy(retryAfter: RequestBudget.pause)
            }
            guard hosts.serves(request.head.authority) else {
                throw RequestProblem(421, "Not here", "the host that the request names is not served here")
            }
            return try await next(request, context)
        } catch ControlRefusal.unreachable(let why) {
            // The operator has to know which disk is full, a client must not.
            logger.error("\(why)")
            return .problem(ControlProblem(.unreachable("the server has no room, or can't keep what it is told")))
        } catch let error as ControlRefusal {
            return .problem(ControlProblem(error))
        } catch let error as RequestProblem {
            return .problem(error.problem)
        } catch let error as HTTPError where error.status.code == 404 {
            return .problem(ControlProblem(status: 404, title: "No such thing", detail: "there is no such path here"))
        } catch let error as any HTTPResponseError {
            return .problem(
                ControlProblem(
                    status: Int(error.status.code), title: "Not understood", detail: error.status.reasonPhrase))
        }
    }
}

/// A request that can't be understood.
struct RequestProblem: Error {
    var problem: ControlProblem

    init(_ status: Int, _ title: String, _ detail: String) {
        problem = ControlProblem(status: status, title: title, detail: detail)
    }
}
