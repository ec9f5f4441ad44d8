import HTTPTypes
import Hummingbird
import MeshCore
import NIOCore

extension Response {
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: ControlJSON.encode(value))))
    }

    static func problem(_ problem: ControlProblem) -> Response {
        var headers: HTTPFields = [.contentType: ControlProblem.mediaType]
        if let seconds = problem.retryAfter { headers[.retryAfter] = "\(seconds)" }
        return Response(
            status: .init(code: problem.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: ControlJSON.encode(problem))))
    }
}
