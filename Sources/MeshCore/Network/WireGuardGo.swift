internal import CLinux
internal import Glibc
package import Logging
internal import MeshWire
internal import Subprocess
internal import SystemPackage

/// `wireguard-go` in the foreground as a child, each run of it a run of a job: it is started again when it ends. The
/// control socket is ours and the child inherits it: requests wait in it from before the child is ready, and while it is
/// being replaced.
package actor WireGuardGo: WireGuardBackend {
    package nonisolated let name = "wireguard-go"
    package nonisolated let restarts: AsyncStream<String>
    private let restarted: AsyncStream<String>.Continuation
    private let interface: String
    private let record: ProcessRecord
    private let log: ChildLog
    private let socket: UAPISocket
    private let queue = BlockingQueue("meshtui.wireguard")
    private let logQueue = BlockingQueue("meshtui.wireguard.log")
    private let tasks: TaskManager
    private let logger: Logger
    private var listener: Descriptor?
    private var child: Descriptor?
    private var isReady = false
    /// How the last child ended, until the next one runs.
    private var ending: Ending?

    /// How long a child that is asked to end has before it is killed.
    private static let grace: Duration = .seconds(2)
    /// Before a child that ended is replaced. Less makes one that can't start burn the processor, more cuts the peers off
    /// for longer.
    private static let pause: Duration = .milliseconds(200)

    /// In words that follow the program's name.
    private struct Ending: Error, CustomStringConvertible {
        let words: String
        var description: String { "wireguard-go \(words)" }
    }

    package init(interface: String, stateFolder: String, tasks: TaskManager, logger: Logger) {
        (self.interface, self.tasks, self.logger) = (interface, tasks, logger)
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
        log.forgetLastLine()
        let job = TaskJob(name, again: .always(after: Self.pause)) { try await self.runChild() }
        guard await tasks.start(job) else { throw .notRunning }
        do {
            _ = try await device()
            isReady = true
        } catch {
            await stop()
            throw .backendFailed(log.lastLine ?? error.description)
        }
    }

    package func apply(_ change: WireGuardChange) async throws(NetworkProblem) {
        _ = try await exchange(UAPICodec.request(change), title: UAPICodec.title(change))
        // With the port WireGuard has new sockets.
        if case .listenPort(let port) = change, let child = child?.number {
            ReceiveBuffer.enlarge(in: child, port: port)
        }
    }

    package func device() async throws(NetworkProblem) -> WireGuardDevice {
        UAPICodec.device(in: try await exchange(UAPICodec.get, title: "say how it is"))
    }

    package func stop() async {
        await tasks.cancel(name)
        shut()
        record.remove()
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

    /// Whoever waits for an answer sees the connection break.
    private func shut() {
        guard listener != nil else { return }
        listener = nil
        unlink(socket.path)
    }

    /// One run of the child, over when it has ended: that is a failure, unless it was asked to end.
    private func runChild() async throws {
        guard isReady || ending == nil else { return }
        // wireguard-go ends when somebody deletes its socket, and needs it in its place to begin.
        if access(socket.path, F_OK) != 0 { try listen() }
        guard let listener = listener?.number else { return }
        let ending = try await Self.run(command, listener, log, logQueue) { await self.began($0) }
        self.ending = ending
        child = nil
        if !isReady { shut() }
        if !Task.isCancelled { logger.warning("\(ending)") }
        throw ending
    }

    private var command: [String] {
        let program = [Prerequisites.path(of: "wireguard-go") ?? "wireguard-go", "-f", interface]
        // A node that is killed takes the child with it; where setpriv is missing, the next start ends the leftover.
        guard let setpriv = Prerequisites.path(of: "setpriv") else { return program }
        return [setpriv, "--pdeathsig", "KILL", "--"] + program
    }

    @concurrent
    private static func run(
        _ command: [String], _ listener: Int32, _ log: ChildLog, _ queue: BlockingQueue,
        began: @Sendable (pid_t) async -> Void
    ) async throws -> Ending {
        let pipe = try ChildLog.Pipe()
        async let copied: Void = queue.run { log.copy(from: pipe) }
        defer { pipe.begun() }
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: grace)]
        let result = try await Subprocess.run(
            .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
            environment: .inherit.updating(["WG_UAPI_FD": "0", "WG_PROCESS_FOREGROUND": "1", "LOG_LEVEL": "error"]),
            platformOptions: options,
            input: .fileDescriptor(FileDescriptor(rawValue: listener), closeAfterSpawningProcess: false),
            output: .fileDescriptor(FileDescriptor(rawValue: pipe.writing), closeAfterSpawningProcess: false),
            error: .fileDescriptor(FileDescriptor(rawValue: pipe.writing), closeAfterSpawningProcess: false)
        ) { execution in
            pipe.begun()
            await began(execution.processIdentifier.value)
        }
        await copied
        switch result.terminationStatus {
        case .exited(let code): return Ending(words: "ended with status \(code)")
        case .signaled(let signal): return Ending(words: "was ended by signal \(signal)")
        }
    }

    private func began(_ pid: pid_t) {
        child = try? Descriptor(clinux_pidfd_open(pid), "watching wireguard-go")
        do throws(StorageProblem) { try record.write(pid) } catch { logger.warning("\(error)") }
        if let ending { restarted.yield(ending.words) }
        ending = nil
    }
}
