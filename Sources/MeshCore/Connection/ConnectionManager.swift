package import MeshRules
import MeshWire

/// Owns the node of this machine and carries its bytes and its time. `Node` decides what is to be done; here it hears
/// what happened. Datagrams leave at once, effects are carried out one after the other beside them (`OutputBatch`).
package actor ConnectionManager {
    /// One input's part of the ordered lane.
    private struct Work: Sendable {
        var batch: OutputBatch
        var answers: [(CommandAnswer, PendingCommands.ID)] = []
    }

    /// Between two looks at WireGuard's counters.
    static let sampling: Duration = .seconds(1)
    /// Between two looks at the machine's own addresses.
    static let addressWatch: Duration = .seconds(5)
    /// Batches that may wait for the ordered lane. Higher holds more memory while a disk stalls; lower drops datagrams
    /// sooner.
    static let mostWaiting = 1_024
    /// Echoes that may wait to begin; a party has 31 peers.
    private static let mostEchoes = 64

    private var node: Node
    private let began: ContinuousClock.Instant
    private let network: any NodeNetwork
    private let control: ControlConnection
    private let runner: EffectRunner
    private let heard: @Sendable (NodeEvent) -> Void

    private let timer = DeadlineTimer()
    private let work: AsyncStream<Work>
    private let queue: AsyncStream<Work>.Continuation
    private let echoes: AsyncStream<Effect>
    private let measure: AsyncStream<Effect>.Continuation
    /// Batches in the ordered lane, the one under way among them.
    private var waiting = 0
    /// Those of them that change WireGuard's peers.
    private var changes = 0
    /// Samples in a row that were out of date, and how many may be.
    private var postponed = 0
    private static let mostPostponed = 8
    private var whenRoom: [CheckedContinuation<Void, Never>] = []
    /// A sample of WireGuard waits in the lane.
    private var willSample = false
    /// Datagrams that the node never saw, because its lane was full.
    private(set) var overflow = 0
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
        (echoes, measure) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.mostEchoes))
    }

    /// The jobs that carry the node. They run until they are cancelled; then `stop()` answers who still waits.
    package nonisolated var jobs: [TaskJob] {
        [
            TaskJob("effects") { await self.carryOutLane() },
            TaskJob("echoes") { await self.carryOutEchoes() },
            TaskJob("deadlines") { await self.timer.run { await self.deadlinePassed() } },
            TaskJob("addresses", again: .always(after: Self.addressWatch)) { await self.lookAtNetwork() },
            TaskJob("datagrams") {
                for await datagram in self.network.incoming {
                    await self.take(.datagram(datagram.bytes, from: datagram.from, at: datagram.at))
                }
            },
            TaskJob("handshakes") {
                for await handshake in self.network.handshakes { await self.take(.handshake(handshake)) }
            },
            TaskJob("control plane") {
                for await input in self.control.inputs {
                    await self.room()
                    await self.take(input)
                }
            },
            TaskJob("wireguard samples", again: .always(after: Self.sampling)) { await self.sample() },
        ]
    }

    /// Tells the node what happened, and sees to what it wants done. While the ordered lane is full datagrams are dropped,
    /// as a full socket would drop them: their senders ask again.
    package func take(_ input: NodeInput) {
        if case .datagram = input, waiting >= Self.mostWaiting { return overflow += 1 }
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

    /// Servers that a person gave and that do not answer now.
    var silentServers: [Endpoint] { node.silentServers }

    /// The invite of the party: only its host has one. It is a secret.
    package var invite: String? { node.invite }

    /// The invite with the addresses at which this machine serves the party now.
    func invite(serving: [ControlAddress]) -> String? { node.invite(serving: serving) }

    /// Where the invite said that this machine is, for a host that serves its party itself.
    var invited: [ControlAddress]? { node.invited }

    /// Answers everybody who still waits. Call it when the jobs have ended.
    package func stop() {
        isStopped = true
        _ = commands.removeAll()
        // Also whom the node has answered in the last moment, when nothing is delivered any more.
        for continuation in answers.values { continuation.resume(returning: nil) }
        answers = [:]
        makeRoom()
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
        var outputs: [NodeOutput] = []
        while let output = node.nextOutput() { outputs.append(output) }
        timer.set(node.nextDeadline.map { began + .nanoseconds($0.nanoseconds) })
        tellOfChange()
        let batch = OutputBatch(outputs)
        for output in batch.immediate {
            switch output {
            case .transmit(let datagram, let destination): network.send(datagram, to: destination)
            case .event(let event): heard(event)
            case .effect(.receive(let tags)): receive(for: tags)
            case .effect(let effect): measure.yield(effect)
            case .answer: break
            }
        }
        let ended = batch.answers.compactMap { answer in commands.end(answer, asked: asked).map { (answer, $0) } }
        guard !batch.isImmediate else {
            for (answer, id) in ended { deliver(answer, to: id) }
            return
        }
        // Many inputs want to hear of WireGuard: one sample serves all of them.
        guard !batch.isSample else { return sample() }
        enqueue(Work(batch: batch, answers: ended))
    }

    private func enqueue(_ work: Work) {
        waiting += 1
        if work.batch.changesWireGuard { changes += 1 }
        queue.yield(work)
    }

    private func receive(for tags: [Tag]) {
        do { try network.receive(for: tags) } catch { take(.failed([.receive(tags)], "\(error)")) }
    }

    // MARK: The ordered lane

    @concurrent
    private nonisolated func carryOutLane() async {
        await withDiscardingTaskGroup { group in
            for await var work in work {
                while let next = work.batch.next() {
                    switch await runner.start(next) {
                    case .done: break
                    case .failed(let why): work.batch.failed(why)
                    case .sampled(let samples): await sampled(samples, during: work.batch)
                    case .asked(let answer): group.addTask { await self.take(await answer()) }
                    }
                }
                await carriedOut(work)
            }
        }
    }

    private func carriedOut(_ work: Work) {
        waiting -= 1
        if work.batch.changesWireGuard { changes -= 1 }
        for (answer, id) in work.answers { deliver(work.batch.outcome(of: answer), to: id) }
        for failure in work.batch.failures {
            if failure.effects == [.sampleWireGuard] { willSample = false }
            take(.failed(failure.effects, failure.why))
        }
        if waiting < Self.mostWaiting { makeRoom() }
    }

    /// Returns when the ordered lane has room.
    private func room() async {
        guard waiting >= Self.mostWaiting, !isStopped else { return }
        await withCheckedContinuation { whenRoom.append($0) }
    }

    private func makeRoom() {
        for continuation in whenRoom { continuation.resume() }
        whenRoom = []
    }

    /// WireGuard is asked in its turn: what it says then is what the effects before have made of it.
    private func sample() {
        guard !willSample else { return }
        willSample = true
        enqueue(Work(batch: OutputBatch([.effect(.sampleWireGuard)])))
    }

    private func sampled(_ samples: [WireGuardSample], during batch: OutputBatch) {
        willSample = false
        // The node has already decided otherwise, and would take what is there still for WireGuard's own doing. Other
        // samples that wait are no reason: each would put off the next, for ever. Changes without end are none either.
        if changes > (batch.changesWireGuard ? 1 : 0), postponed < Self.mostPostponed {
            postponed += 1
            sample()
        } else {
            postponed = 0
            take(.wireGuard(samples))
        }
    }

    @concurrent
    private nonisolated func carryOutEchoes() async {
        await withDiscardingTaskGroup { group in
            for await effect in echoes {
                guard case .asked(let answer) = await runner.start(.effect(effect)) else { continue }
                group.addTask { await self.take(await answer()) }
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
