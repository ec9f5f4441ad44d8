internal import CLinux
internal import Glibc
package import Logging
internal import MeshWire
internal import Subprocess
internal import SystemPackage

/// `wireguard-go` in the foreground as a child that is started again when it ends. The control socket is ours and the
/// child inherits it: requests wait in it from before the child is ready, and while it is being replaced.
package actor WireGuardGo: WireGuardBackend {
    package nonisolated let name = "wireguard-go"
    package nonisolated let restarts: AsyncStream<String>
    private let restarted: AsyncStream<String>.Continuation
    private let interface: String
    private let record: ProcessRecord
    private let log: ChildLog
    private let socket: UAPISocket
    private let queue = BlockingQueue("meshtui.wireguard")
    private let logger: Logger
    private var listener: Descriptor?
    private var child: Descriptor?
    private var supervision: Task<Void, Never>?
    private var isReady = false
    private var isStopping = false

    /// How long a child that is asked to end has before it is killed.
    private static let grace: Int32 = 2_000
    /// Before a child that ended is replaced: twice as long each time, unless it ran for `longEnough`.
    private static let pauses: (first: Duration, longest: Duration) = (.milliseconds(100), .seconds(5))
    private static let longEnough: Duration = .seconds(30)

    package init(interface: String, stateFolder: String, logger: Logger) {
        (self.interface, self.logger) = (interface, logger)
        record = ProcessRecord(path: "\(stateFolder)/wireguard-go.pid")
        log = ChildLog(path: "\(stateFolder)/wireguard-go.log")
        socket = UAPISocket(path: UAPISocket.path(of: interface))
        (restarts, restarted) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
    }

    package func start() async throws(NetworkProblem) {
        let (record, socket, interface) = (record, socket, interface)
        try await queue.run { () throws(NetworkProblem) in
            try Self.sweep(record, socket, interface)
        }
        try listen()
        let mark = log.size
        supervision = Task { await supervise() }
        do {
            _ = try await device()
            isReady = true
        } catch {
            await stop()
            throw .backendFailed(log.lastLine(after: mark) ?? error.description)
        }
    }

    package func apply(_ change: WireGuardChange) async throws(NetworkProblem) {
        _ = try await exchange(UAPICodec.request(change), title: UAPICodec.title(change))
    }

    package func device() async throws(NetworkProblem) -> WireGuardDevice {
        UAPICodec.device(in: try await exchange(UAPICodec.get, title: "say how it is"))
    }

    package func stop() async {
        isStopping = true
        supervision?.cancel()
        if let process = child?.number {
            _ = clinux_pidfd_send_signal(process, SIGTERM)
            await queue.run {
                var waited = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
                if poll(&waited, 1, Self.grace) == 0 { _ = clinux_pidfd_send_signal(process, SIGKILL) }
            }
        }
        await supervision?.value
        supervision = nil
        child = nil
        if listener != nil {
            listener = nil
            unlink(socket.path)
            record.remove()
        }
        restarted.finish()
    }

    private func exchange(_ request: String, title: String) async throws(NetworkProblem) -> String {
        guard listener != nil else { throw .notRunning }
        let socket = socket
        return try await queue.run { () throws(NetworkProblem) in try socket.exchange(request, title: title) }
    }

    /// Makes room for a child of this interface: ends what a killed run left, refuses to touch what is not ours.
    private static func sweep(
        _ record: ProcessRecord, _ socket: UAPISocket, _ interface: String
    ) throws(NetworkProblem) {
        record.endLeftover(interface: interface)
        if socket.answers || access("/sys/class/net/\(interface)", F_OK) == 0 { throw .interfaceInUse(interface) }
        guard mkdir(UAPISocket.folder, 0o755) == 0 || errno == EEXIST else {
            throw .socket("making \(UAPISocket.folder)", .last)
        }
        socket.removeStale()
    }

    private func listen() throws(NetworkProblem) {
        let path = socket.path
        listener = try Descriptor(clinux_unix_listen(path), "opening \(path)")
    }

    private func supervise() async {
        var pause = Self.pauses.first
        var reason: String?
        while !isStopping, let listener = listener?.number {
            let began = ContinuousClock.now
            let ended = await runChild(listener, after: reason)
            child = nil
            if isStopping { return }
            guard isReady else {
                // Whoever waits for the first answer sees the connection break.
                self.listener = nil
                unlink(socket.path)
                return
            }
            logger.warning("wireguard-go \(ended); starting it again")
            reason = ended
            if ContinuousClock.now - began > Self.longEnough { pause = Self.pauses.first }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.pauses.longest)
            // wireguard-go ends when somebody deletes its socket, and needs it in its place to begin.
            if !isStopping, access(socket.path, F_OK) != 0 {
                do throws(NetworkProblem) { try listen() } catch { logger.warning("\(error)") }
            }
        }
    }

    /// Returns how it ended, in words that follow "wireguard-go".
    private func runChild(_ listener: Int32, after reason: String?) async -> String {
        var command = [Prerequisites.path(of: "wireguard-go") ?? "wireguard-go", "-f", interface]
        // A node that is killed takes the child with it; where setpriv is missing, the next start ends the leftover.
        if let setpriv = Prerequisites.path(of: "setpriv") {
            command = [setpriv, "--pdeathsig", "KILL", "--"] + command
        }
        do {
            let output = try log.open()
            let result = try await Subprocess.run(
                .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
                environment: .inherit.updating(["WG_UAPI_FD": "0", "WG_PROCESS_FOREGROUND": "1", "LOG_LEVEL": "error"]),
                input: .fileDescriptor(FileDescriptor(rawValue: listener), closeAfterSpawningProcess: false),
                output: .fileDescriptor(FileDescriptor(rawValue: output), closeAfterSpawningProcess: false),
                error: .fileDescriptor(FileDescriptor(rawValue: output), closeAfterSpawningProcess: true)
            ) { execution in
                began(execution.processIdentifier.value, after: reason)
            }
            switch result.terminationStatus {
            case .exited(let code): return "ended with status \(code)"
            case .signaled(let signal): return "was ended by signal \(signal)"
            }
        } catch {
            return "could not be run: \(error)"
        }
    }

    private func began(_ pid: pid_t, after reason: String?) {
        child = try? Descriptor(clinux_pidfd_open(pid), "watching wireguard-go")
        do throws(NetworkProblem) { try record.write(pid) } catch { logger.warning("\(error)") }
        if let reason { restarted.yield(reason) }
        // Asked to stop while the child was being started.
        if isStopping, let process = child?.number { _ = clinux_pidfd_send_signal(process, SIGTERM) }
    }
}
