import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
package import MeshCore
package import MeshRules
import NIOCore
import ServiceLifecycle

/// The control plane's HTTP face (PROTOCOL.md §6). It understands requests and knows who asks; what is done with them is
/// the service's to say.
package struct ControlServer: Sendable {
    private let service: ControlService
    private let listen: [ControlAddress]
    private let operatorToken: String
    private let limits: ConnectionLimits
    private let hosts: ServedHosts
    private let logger: Logger
    private let bound: @Sendable (ControlAddress) async -> Void

    /// - Parameters:
    ///   - listen: addresses to serve on; port 0 takes a free one.
    ///   - operatorToken: the Bearer of relays and of whoever runs the server.
    ///   - limits: of connections, over all addresses.
    ///   - hosts: names under which requests are taken.
    ///   - bound: hears of each address once requests are taken there, with its real port.
    package init(
        service: ControlService, listen: [ControlAddress], operatorToken: String,
        limits: ConnectionLimits = ConnectionLimits(), hosts: ServedHosts = .any, logger: Logger,
        bound: @escaping @Sendable (ControlAddress) async -> Void = { _ in }
    ) {
        (self.service, self.listen, self.operatorToken) = (service, listen, operatorToken)
        (self.limits, self.hosts, self.logger, self.bound) = (limits, hosts, logger, bound)
    }

    /// Serves until cancelled; the service is run by its owner. Throws when an address can't be had.
    @concurrent
    package func run() async throws {
        var limits = limits
        limits.all = min(limits.all, Descriptors.raise())
        let admission = Admission(limits)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for address in listen { group.addTask { try await serve(address, admission) } }
            // The first to end ends all: it was cancelled, or its address can't be had.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// What the HTTP library says of connections and of being cancelled is of use to nobody.
    private var quiet: Logger {
        var quiet = logger
        quiet.logLevel = .critical
        return quiet
    }

    private func serve(_ address: ControlAddress, _ admission: Admission) async throws {
        let routes = ControlRoutes(service: service, operatorToken: operatorToken, hosts: hosts, logger: logger)
        let application = Application(
            responder: routes.responder(),
            server: HTTPServerBuilder { ControlChannel(admission: admission, responder: $0) },
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: Int(address.port))),
            onServerRunning: { channel in
                await ListeningSocket.prepare(channel, limits: admission.limits)
                guard let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:)) else { return }
                await bound(ControlAddress(host: address.host, port: port))
            },
            logger: quiet)
        do {
            try await run(application)
        } catch is CancellationError {
        } catch {
            throw ListenProblem(
                address: address, reason: Self.words(for: error),
                isTaken: (error as? IOError)?.errnoCode == EADDRINUSE)
        }
    }

    private static func words(for error: any Error) -> String {
        (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }

    /// Runs until cancelled, and then ends in order: first nobody new is let in, then those who are in are let go. Cut
    /// short, NIO traps over a connection that was accepted and not yet taken up.
    private func run(_ application: some Service) async throws {
        var configuration = ServiceGroupConfiguration(services: [application], logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(1)
        let group = ServiceGroup(configuration: configuration)
        // Unstructured, because cancelling must reach the group as a request and not as an end.
        let running = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await running.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }
}

/// An address that could not be served on.
package struct ListenProblem: Error, CustomStringConvertible {
    /// As it was asked for.
    package var address: ControlAddress
    /// The system's or the library's words.
    package var reason: String
    /// Another program has the port.
    package var isTaken: Bool

    /// One line that ends with what to do.
    package var description: String {
        "the control server can't listen on \(address.host):\(address.port), \(reason): give another --listen"
    }
}
