import Hummingbird
import Logging
import MeshCore
import MeshRules
import MeshWire
import Synchronization

/// Refuses addresses that ask too much, and answers every failure with a problem document.
final class RequestGate: RouterMiddleware {
    typealias Context = ControlContext

    private let logger: Logger
    private let budget = Mutex(RequestBudget())
    private let start = ContinuousClock.now

    init(logger: Logger) { self.logger = logger }

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
