import MeshRules
import MeshWire

/// Follows a server's events and comes back after each break, from the last one heard.
struct RemoteEvents: Sendable {
    let session: SessionFeed<RemoteSession>
    let party: PartyID
    let out: AsyncStream<ControlPlaneEvent>.Continuation

    private enum Ending { case refused, broken(String) }
    private struct NotAnEventStream: Error, CustomStringConvertible {
        var description: String { "what it sends are no events" }
    }

    /// Until the reader stops.
    func run() async {
        for await _ in session.entries() { await followSession() }
        out.finish()
    }

    /// Until the server wants this member to join again.
    private func followSession() async {
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            let ending = await follow { backoff.succeeded() }
            switch ending {
            case .refused:
                out.yield(.disconnected("the server wants this member to join again"))
                return
            case .broken(let why):
                out.yield(.disconnected(why))
                try? await Task.sleep(for: backoff.failed(random: &random))
            }
        }
    }

    private func follow(connected: () -> Void) async -> Ending {
        guard let session = session.current else { return .refused }
        var parser = ServerSentEventParser()
        var status = 0
        do {
            try await ControlHTTP.follow(
                path: "/v1/parties/\(party)/events", at: session.server, bearer: session.token, after: session.event
            ) { code in
                status = code
                guard code == 200 else { return false }
                connected()
                out.yield(.connected)
                return true
            } received: { bytes in
                guard let events = parser.feed(bytes) else { throw NotAnEventStream() }
                for event in events { try take(event) }
            }
        } catch {
            return .broken("\(ControlHTTP.failure(error))")
        }
        switch status {
        case 200: return .broken("the server has closed the connection")
        case 401: return .refused
        default: return .broken("the server answered \(status)")
        }
    }

    private func take(_ event: ServerSentEvent) throws {
        if event.name == ControlEventCodec.resync {
            out.yield(.resync)
        } else if event.name == ControlEventCodec.taken {
            out.yield(.taken)
        } else if let told = try ControlEventCodec.decode(name: event.name, data: event.data) {
            out.yield(.event(told))
        }
        if let id = UInt64(event.id) { session.update { $0.event = Bounded<EventNumber>(id).value } }
    }
}
