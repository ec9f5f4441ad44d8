import HTTPTypes
import Hummingbird
import MeshCore
import MeshRules
import MeshWire
import NIOCore
import ServiceLifecycle

extension ControlRoutes {
    /// The member's events as Server-Sent Events, from the last one that it has heard.
    func events(_ request: Request, _ context: ControlContext) async throws -> Response {
        let party: PartyID = try context.id("party")
        let peer = try await member(request, of: party)
        let events = await service.events(party: party, peer: peer, after: request.lastEvent)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                // The head goes out at once, so that the reader knows that it is connected.
                try await writer.write(ByteBuffer(bytes: ServerSentEvent.ping))
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    // A server that is asked to stop ends its streams, so that a reader sees an end and not a break.
                    for await event in events.cancelOnGracefulShutdown() {
                        try await writer.write(ByteBuffer(bytes: event.bytes))
                    }
                }
                try await writer.finish(nil)
            })
    }
}

extension ServedEvent {
    fileprivate var bytes: [UInt8] {
        switch self {
        case .ping: return ServerSentEvent.ping
        case .resync(let id):
            return ServerSentEvent(id: "\(id)", name: ControlEventCodec.resync, data: Array("{}".utf8)).bytes
        case .taken: return ServerSentEvent(id: "", name: ControlEventCodec.taken, data: Array("{}".utf8)).bytes
        case .event(let id, let event):
            let (name, data) = ControlEventCodec.encode(event)
            return ServerSentEvent(id: "\(id)", name: name, data: data).bytes
        }
    }
}
