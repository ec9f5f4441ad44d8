import MeshRules
import MeshWire

/// Follows a server's events and comes back after each break, from the last one heard.
struct RemoteEvents: Sendable {
    let session: SessionFeed<RemoteSession>
    let party: PartyID
    /// The party's server may be reached at another address as well.
    var hasOtherServers = false
    let hear: @Sendable (ControlPlaneEvent) async -> Void

    /// A stream that lived so long counts as a success. One that is closed at once is met ever more seldom.
    static let proofOfLife: Duration = .seconds(10)

    /// Failures in a row after which the other addresses are asked again, where there are some.
    private static let patience = 3

    private enum Ending { case refused, broken(String) }
    private struct NotAnEventStream: Error, CustomStringConvertible {
        var description: String { "what it sends are no events" }
    }

    /// Until cancelled.
    func run() async {
        for await _ in session.entries() { await followSession() }
    }

    /// Until the server wants this member to join again.
    private func followSession() async {
        var backoff = Backoff()
        var random = SystemRandomNumberGenerator()
        var failures = 0
        while !Task.isCancelled {
            let began = ContinuousClock.now
            let ending = await follow()
            if ContinuousClock.now - began >= Self.proofOfLife {
                backoff.succeeded()
                failures = 0
            }
            switch ending {
            case .refused:
                await hear(.disconnected("the server wants this member to join again"))
                return
            case .broken(let why):
                await hear(.disconnected(why))
                failures += 1
                // Without a session the next request makes the member join again, which looks at all addresses.
                if hasOtherServers, failures >= Self.patience { return session.leave() }
                try? await Task.sleep(for: backoff.failed(random: &random))
            }
        }
    }

    private func follow() async -> Ending {
        guard let session = session.current else { return .refused }
        var parser = ServerSentEventParser()
        var status = 0
        do {
            try await ControlHTTP.follow(
                path: "/v1/parties/\(party)/events", at: session.server, bearer: session.token, after: session.event
            ) { code, type in
                status = code
                guard code == 200 else { return false }
                guard type?.hasPrefix("text/event-stream") == true else { throw NotAnEventStream() }
                await hear(.connected)
                return true
            } received: { bytes in
                guard let events = parser.feed(bytes) else { throw NotAnEventStream() }
                for event in events { try await take(event) }
            }
        } catch let error as NotAnEventStream {
            return .broken("\(error)")
        } catch let error as ControlJSON.Unreadable {
            return .broken("an event of it can't be understood, \(error)")
        } catch {
            return .broken("\(ControlHTTP.failure(error))")
        }
        switch status {
        case 200: return .broken("the server has closed the connection")
        case 401: return .refused
        default: return .broken("the server answered \(status)")
        }
    }

    private func take(_ event: ServerSentEvent) async throws {
        if event.name == ControlEventCodec.resync {
            await hear(.resync)
        } else if event.name == ControlEventCodec.taken {
            await hear(.taken)
        } else if let told = try ControlEventCodec.decode(name: event.name, data: event.data) {
            await hear(.event(told))
        }
        if let id = UInt64(event.id) { session.update { $0.event = Bounded<EventNumber>(id).value } }
    }
}
