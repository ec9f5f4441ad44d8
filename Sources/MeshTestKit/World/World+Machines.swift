import MeshRules
import MeshWire

extension World {
    /// Between a handshake message leaving and its index being known, and between asking for a sample and having it.
    private static let kernelDelay: Duration = .milliseconds(1)
    private static let echoTimeout: Duration = .seconds(1)
    /// A peer is not added sooner after its removal (DESIGN.md §3).
    static let peerPause: Duration = .milliseconds(50)

    mutating func note(_ machine: Int, _ what: String) {
        trace.note(now, machines[machine].name, what)
    }

    mutating func later(_ delay: Duration, _ machine: Int, _ input: MachineInput) {
        queue.schedule(.input(machine: machine, run: machines[machine].run, input), at: now + delay)
    }

    mutating func give(_ input: NodeInput, to machine: Int) {
        machines[machine].node?.handle(input, now: now)
        settle(machine)
    }

    /// Carries out all that node and WireGuard want, and sees to it that they are woken in time.
    mutating func settle(_ machine: Int) {
        drainNode(machine)
        drainWireGuard(machine)
        arm(machine)
    }

    private mutating func drainNode(_ machine: Int) {
        var outputs: [NodeOutput] = []
        while let output = machines[machine].node?.nextOutput() { outputs.append(output) }
        for output in outputs { machines[machine].deeds?.append(Machine.Deed(at: now, output: output)) }
        if !outputs.isEmpty {
            let batch = OutputBatch(outputs)
            for output in batch.immediate { carryOut(output, machine) }
            machines[machine].lane.append(batch)
        }
        carryOutLane(machine)
    }

    private mutating func carryOutLane(_ machine: Int) {
        if let held = machines[machine].held {
            guard mayCarryOut(held, machine) else { return }
            machines[machine].held = nil
            carryOut(held, machine)
        }
        while !machines[machine].lane.isEmpty {
            while let work = machines[machine].lane[0].next() {
                guard mayCarryOut(work, machine) else {
                    machines[machine].held = work
                    return later(Self.peerPause, machine, .carryOn)
                }
                carryOut(work, machine)
            }
            let batch = machines[machine].lane.removeFirst()
            for answer in batch.answers {
                machines[machine].answers.append(batch.outcome(of: answer))
                note(machine, "answers \(answer.name)")
            }
            for failure in batch.failures { later(Self.kernelDelay, machine, .failed(failure)) }
        }
    }

    private func mayCarryOut(_ work: OutputBatch.Work, _ machine: Int) -> Bool {
        guard case .effect(.addPeer(let peer)) = work else { return true }
        return !machines[machine].removals.contains { $0.key == peer.publicKey && now - $0.at < Self.peerPause }
    }

    private mutating func carryOut(_ output: NodeOutput, _ machine: Int) {
        switch output {
        case .transmit(let bytes, let destination): send(bytes, to: destination, from: machine)
        case .effect(let effect): carryOut(effect, machine)
        case .event(let event):
            machines[machine].events.append(event)
            note(machine, "says \(event.level) \(event.subject): \(event.message)")
        case .answer: break
        }
        drainWireGuard(machine)
    }

    private mutating func carryOut(_ work: OutputBatch.Work, _ machine: Int) {
        if fails(work, machine) { return machines[machine].lane[0].failed("the fake world made it fail") }
        switch work {
        case .store(let records): for record in records { carryOut(.store(record), machine) }
        case .effect(let effect): carryOut(effect, machine)
        case .transmit(let bytes, let destination): send(bytes, to: destination, from: machine)
        }
        drainWireGuard(machine)
    }

    /// A fault makes some of what the machine is told to change fail.
    private mutating func fails(_ work: OutputBatch.Work, _ machine: Int) -> Bool {
        guard machines[machine].failing > 0 else { return false }
        switch work {
        case .transmit, .effect(.control), .effect(.useControl): return false
        case .store, .effect: break
        }
        guard random.below(100) < machines[machine].failing else { return false }
        note(machine, "fails at \(work.trace)")
        machines[machine].hasFailed = true
        return true
    }

    private mutating func carryOut(_ effect: Effect, _ machine: Int) {
        note(machine, effect.trace)
        switch effect {
        case .store(let record): machines[machine].store.apply(record)
        case .useControl(let target, let party): useControl(target == nil ? nil : party, machine)
        case .control(let request): ask(request, machine)
        case .configureInterface(let address): configure(address, machine)
        case .receive(let tags): machines[machine].tags = tags
        case .addPeer(let peer):
            watchAdding(peer, machine)
            if machines[machine].firstPeerAt == nil { machines[machine].firstPeerAt = now }
            machines[machine].wireGuard.add(peer, now: now)
        case .setEndpoint(let endpoint, let key): machines[machine].wireGuard.setEndpoint(endpoint, of: key)
        case .removePeer(let key):
            machines[machine].wireGuard.remove(key)
            machines[machine].removals.removeAll { now - $0.at >= Self.peerPause }
            machines[machine].removals.append((key, now))
        case .guardRoaming(let rule): if guardsWork { machines[machine].wireGuard.setGuard(rule) }
        case .endGuard(let key): machines[machine].wireGuard.endGuard(of: key)
        case .sampleWireGuard: later(Self.kernelDelay, machine, .sample(isRegular: false))
        case .echo(let peer, let address): echo(peer, address, machine)
        }
    }

    private mutating func echo(_ peer: PeerID, _ address: IPAddress, _ machine: Int) {
        guard let own = machines[machine].virtualAddress else { return }
        echoNumber += 1
        machines[machine].echoes.append(Machine.Echo(id: echoNumber, peer: peer, sentAt: now))
        later(Self.echoTimeout, machine, .echoTimeout(echoNumber))
        let packet = TunnelPacket.echoRequest(from: own, id: echoNumber).encode()
        _ = machines[machine].wireGuard.send(packet, to: address, now: now)
    }

    mutating func drainWireGuard(_ machine: Int) {
        guard !machines[machine].wireGuard.transmits.isEmpty || !machines[machine].wireGuard.handshakes.isEmpty else {
            return
        }
        let transmits = machines[machine].wireGuard.transmits
        machines[machine].wireGuard.transmits.removeAll(keepingCapacity: true)
        for transmit in transmits { send(transmit.bytes, to: transmit.destination, from: machine) }
        let handshakes = machines[machine].wireGuard.handshakes
        machines[machine].wireGuard.handshakes.removeAll()
        for sent in handshakes { later(Self.kernelDelay, machine, .handshake(sent)) }
    }

    /// An input that was on its way.
    mutating func take(_ input: MachineInput, _ machine: Int, run: Int) {
        guard machines[machine].run == run, machines[machine].isOn else { return }
        if let until = machines[machine].suspendedUntil, now < until {
            return queue.schedule(.input(machine: machine, run: run, input), at: until)
        }
        switch input {
        case .handshake(let sent):
            note(machine, "sent \(sent.kind) \(String(sent.index, radix: 16))")
            give(.handshake(sent), to: machine)
        case .sample(let isRegular):
            // It is taken in its turn: before that it would tell of what the node has already changed.
            guard machines[machine].lane.isEmpty else { return later(Self.peerPause, machine, input) }
            if isRegular { later(.seconds(1), machine, .sample(isRegular: true)) }
            give(.wireGuard(machines[machine].wireGuard.samples(now: now)), to: machine)
        case .echoTimeout(let id):
            guard let index = machines[machine].echoes.firstIndex(where: { $0.id == id }) else { return }
            let echo = machines[machine].echoes.remove(at: index)
            give(.echo(echo.peer, nil), to: machine)
        case .reply(let request, let reply): hear(reply, to: request, machine)
        case .controlReachable(let isReachable): give(.controlReachable(isReachable), to: machine)
        case .failed(let failure): give(.failed(failure.effects, failure.why), to: machine)
        case .eventsTaken:
            give(.controlReachable(false), to: machine)
            give(.eventsTaken, to: machine)
        case .subscribe(let subscription): subscribeAgain(subscription)
        case .carryOn: settle(machine)
        }
    }

    // MARK: Time

    mutating func arm(_ machine: Int) {
        guard machines[machine].isOn else { return }
        var due = Int64.max
        if let node = machines[machine].node?.nextDeadline { due = node.nanoseconds }
        if let tunnel = machines[machine].wireGuard.nextDeadline { due = min(due, tunnel.nanoseconds) }
        guard due != .max else { return }
        let time = max(Instant(nanoseconds: due), now)
        if let scheduled = machines[machine].scheduledWake, scheduled <= time { return }
        machines[machine].scheduledWake = time
        queue.schedule(.wake(machine: machine, run: machines[machine].run), at: time)
    }

    mutating func wake(_ machine: Int, run: Int) {
        guard machines[machine].run == run, machines[machine].isOn,
            let scheduled = machines[machine].scheduledWake, scheduled <= now
        else { return }
        if let until = machines[machine].suspendedUntil, now < until {
            machines[machine].scheduledWake = until
            return queue.schedule(.wake(machine: machine, run: run), at: until)
        }
        machines[machine].scheduledWake = nil
        machines[machine].wakesInARow = machines[machine].lastWake == now ? machines[machine].wakesInARow + 1 : 0
        machines[machine].lastWake = now
        guard machines[machine].wakesInARow < 100 else {
            return violate("\(machines[machine].name) asks for the same moment again and again")
        }
        if let due = machines[machine].wireGuard.nextDeadline, due <= now {
            machines[machine].wireGuard.handleTimeout(now: now)
            drainWireGuard(machine)
        }
        if let due = machines[machine].node?.nextDeadline, due <= now {
            machines[machine].node?.handleTimeout(now: now)
        }
        settle(machine)
    }
}
