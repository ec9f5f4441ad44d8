package import MeshRules
import MeshWire

/// Owns the node of this machine and carries its bytes and its time. What is to be done, `Node` decides; here it only
/// hears what happened, and what it wants is done strictly in order.
package actor ConnectionManager {
    private enum Work: Sendable {
        case output(NodeOutput)
        case answer(CommandAnswer, PendingCommands.ID)
    }

    /// Between two looks at WireGuard's counters.
    static let sampling: Duration = .seconds(1)
    /// Between two looks at the machine's own addresses.
    static let addressWatch: Duration = .seconds(5)

    private var node: Node
    private let began: ContinuousClock.Instant
    private let network: any NodeNetwork
    private let control: ControlConnection
    private let runner: EffectRunner
    private let heard: @Sendable (NodeEvent) -> Void

    private let timer = DeadlineTimer()
    private let work: AsyncStream<Work>
    private let queue: AsyncStream<Work>.Continuation
    private var commands = PendingCommands()
    private var answers: [PendingCommands.ID: CheckedContinuation<CommandAnswer?, Never>] = [:]
    private var whenChanged: [CheckedContinuation<Void, Never>] = []
    private var lastNetwork: LocalNetwork?
    private(set) var isStopped = false

    /// `began` is the moment that `node` was made at, its instant zero. `heard` gets the lines for the event log.
    package init(
        node: Node, began: ContinuousClock.Instant, network: any NodeNetwork, store: any RecordKeeping,
        control: ControlConnection, heard: @escaping @Sendable (NodeEvent) -> Void
    ) {
        (self.node, self.began, self.network, self.control) = (node, began, network, control)
        runner = EffectRunner(network: network, store: store, control: control)
        self.heard = heard
        (work, queue) = AsyncStream.makeStream()
    }

    /// The jobs that carry the node. They run until they are cancelled; then `stop()` answers who still waits.
    package nonisolated var jobs: [TaskJob] {
        [
            TaskJob("effects") { await self.carryOutWork() },
            TaskJob("deadlines") { await self.timer.run { await self.deadlinePassed() } },
            TaskJob("addresses", again: .always(after: Self.addressWatch)) { await self.lookAtNetwork() },
            TaskJob("datagrams") {
                for await datagram in self.network.incoming {
                    await self.take(.datagram(datagram.bytes, from: datagram.from))
                }
            },
            TaskJob("handshakes") {
                for await handshake in self.network.handshakes { await self.take(.handshake(handshake)) }
            },
            TaskJob("control plane") {
                for await input in self.control.inputs { await self.take(input) }
            },
            TaskJob("wireguard samples", again: .always(after: Self.sampling)) {
                await self.take(.wireGuard(try await self.network.samples()))
            },
        ]
    }

    /// Tells the node what happened, and queues what it wants done.
    package func take(_ input: NodeInput) {
        node.handle(input, now: now)
        drain(asked: nil)
    }

    /// Gives the node a command and waits for its answer; nil when it was stopped before it gave one.
    package func perform(_ command: Command) async -> CommandAnswer? {
        guard !isStopped else { return nil }
        return await withCheckedContinuation { continuation in
            let id = commands.begin(command)
            answers[id] = continuation
            node.handle(.command(command), now: now)
            drain(asked: id)
        }
    }

    /// Without tasks and events, which the engine adds.
    package var snapshot: MeshSnapshot { node.snapshot(now: now) }

    /// The invite of the party: only its host has one. It is a secret.
    package var invite: String? { node.invite }

    /// Answers everybody who still waits. Call it when the jobs have ended.
    package func stop() {
        isStopped = true
        _ = commands.removeAll()
        // Also whom the node has answered in the last moment, when nothing is delivered any more.
        for continuation in answers.values { continuation.resume(returning: nil) }
        answers = [:]
        tellOfChange()
    }

    /// Returns when the node has heard of something, or has been stopped: at most `sampling` from now.
    func nextChange() async {
        guard !isStopped else { return }
        await withCheckedContinuation { whenChanged.append($0) }
    }

    private func tellOfChange() {
        for continuation in whenChanged { continuation.resume() }
        whenChanged = []
    }

    private var now: Instant { Instant(nanoseconds: (ContinuousClock.now - began).nanoseconds) }

    private func deadlinePassed() {
        node.handleTimeout(now: now)
        drain(asked: nil)
    }

    private func drain(asked: PendingCommands.ID?) {
        while let output = node.nextOutput() {
            guard case .answer(let answer) = output else {
                queue.yield(.output(output))
                continue
            }
            guard let id = commands.end(answer, asked: asked) else { continue }
            queue.yield(.answer(answer, id))
        }
        timer.set(node.nextDeadline.map { began + .nanoseconds($0.nanoseconds) })
        tellOfChange()
    }

    @concurrent
    private nonisolated func carryOutWork() async {
        await withDiscardingTaskGroup { group in
            var notStored: String?
            for await work in work {
                switch work {
                case .answer(let answer, let id):
                    await deliver(answer.unless(notStored), to: id)
                case .output(.transmit(let datagram, let destination)): network.send(datagram, to: destination)
                case .output(.event(let event)): heard(event)
                case .output(.answer): break
                case .output(.effect(let effect)):
                    switch await runner.start(effect) {
                    case .done(let input):
                        if case .store = effect { notStored = input?.failure }
                        if let input { await take(input) }
                    case .asked(let answer): group.addTask { await self.take(await answer()) }
                    }
                }
            }
        }
    }

    private func deliver(_ answer: CommandAnswer, to id: PendingCommands.ID) {
        answers.removeValue(forKey: id)?.resume(returning: answer)
    }

    /// Tells the node of the machine's addresses when they are others than before.
    package func lookAtNetwork() async {
        let found = await network.localNetwork()
        guard found != lastNetwork else { return }
        lastNetwork = found
        take(.network(found))
    }
}

extension CommandAnswer {
    /// What was done holds no longer than the node when it could not be stored.
    fileprivate func unless(_ notStored: String?) -> CommandAnswer {
        if case .refused = self { return self }
        return notStored.map { .refused(.notStored($0)) } ?? self
    }
}

extension NodeInput {
    /// Why an effect did not come about.
    fileprivate var failure: String? { if case .failed(_, let why) = self { why } else { nil } }
}
