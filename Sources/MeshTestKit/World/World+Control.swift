import MeshRelayServer
import MeshRules
import MeshWire

extension World {
    mutating func useControl(_ party: PartyID?, _ machine: Int) {
        machines[machine].party = party
        guard party == nil else { return }
        machines[machine].bearer = nil
        control.subscriptions.removeAll { $0.machine == machine }
    }

    mutating func ask(_ request: ControlRequest, _ machine: Int) {
        guard let party = machines[machine].party else {
            return later(
                .milliseconds(1), machine, .reply(request, .refused(.unreachable("no control plane is in use"))))
        }
        let call = ControlCall(
            machine: machine, run: machines[machine].run, party: party, bearer: machines[machine].bearer,
            request: request)
        queue.schedule(.control(call), at: now + control.latency)
    }

    /// A request has reached the control plane.
    mutating func answer(_ call: ControlCall) {
        guard machines[call.machine].run == call.run else { return }
        guard !control.isDown else {
            let refusal = ControlRefusal.unreachable("connection refused")
            return later(control.latency, call.machine, .reply(call.request, .refused(refusal)))
        }
        var taken: [Subscription] = []
        var outcome = control.handle(call, now: wallClock, taken: &taken)
        for subscription in taken { tellTaken(subscription) }
        if let lie = control.lies?.answer(outcome.reply) { outcome.reply = lie }
        trace.note(now, "control", "\(machines[call.machine].name) \(call.request.name): \(outcome.reply.name)")
        later(control.latency, call.machine, .reply(call.request, outcome.reply))
        announce(outcome.changes)
    }

    /// The stream of a machine has ended because another one with its identity follows the events: it comes back after
    /// a pause that grows.
    private mutating func tellTaken(_ subscription: Subscription) {
        let machine = subscription.machine
        guard machines[machine].run == subscription.run else { return }
        machines[machine].streamsTaken += 1
        later(control.latency, machine, .eventsTaken)
        let pause = Duration.milliseconds(500) * (1 << min(machines[machine].streamsTaken - 1, 6))
        later(pause, machine, .subscribe(subscription))
    }

    /// A machine follows the events again, unless it has stopped to.
    mutating func subscribeAgain(_ subscription: Subscription) {
        let machine = subscription.machine
        guard machines[machine].party == subscription.party, !control.isDown else { return }
        for other in control.subscribe(subscription) { tellTaken(other) }
        later(control.latency, machine, .controlReachable(true))
    }

    private mutating func announce(_ changes: [Change]) {
        for change in changes {
            for subscription in control.audience(of: change) {
                for event in control.lies?.events(for: change.event) ?? [change.event] {
                    queue.schedule(.push(subscription, event), at: now + control.latency)
                }
            }
        }
    }

    /// A server that lies talks without being asked.
    private mutating func tellLies() {
        for subscription in control.subscriptions {
            let others = control.subscriptions.filter { $0.party == subscription.party && $0 != subscription }
            for event in control.lies?.unasked(about: others.first?.peer) ?? [] {
                queue.schedule(.push(subscription, event), at: now + control.latency)
            }
        }
    }

    /// From now on the control plane lies as this seed wants it; nil makes it honest again.
    package mutating func setLies(_ lies: ControlLies?) {
        control.lies = lies
        trace.note(now, "control", lies == nil ? "is honest again" : "begins to lie")
    }

    mutating func push(_ event: ControlEvent, to subscription: Subscription) {
        guard machines[subscription.machine].run == subscription.run,
            machines[subscription.machine].party == subscription.party
        else { return }
        if let until = machines[subscription.machine].suspendedUntil, now < until {
            return queue.schedule(.push(subscription, event), at: until)
        }
        note(subscription.machine, "hears \(event.name)")
        give(.event(event), to: subscription.machine)
    }

    mutating func hear(_ reply: ControlReply, to request: ControlRequest, _ machine: Int) {
        switch reply {
        case .joined(let joined):
            machines[machine].bearer = joined.token
            later(control.latency, machine, .controlReachable(true))
        case .heartbeat(_, let token, _): machines[machine].bearer = token
        default: break
        }
        give(.control(request, reply), to: machine)
    }

    mutating func setControlDown(_ isDown: Bool) {
        guard control.isDown != isDown else { return }
        control.isDown = isDown
        trace.note(now, "control", isDown ? "goes down" : "comes back")
        if isDown {
            for subscription in control.subscriptions { tell(subscription, isReachable: false) }
            return
        }
        // It comes back as a new process; members whose bearer still counts connect again.
        let old = control.subscriptions
        do throws(Refusal) { try control.restart(startedAt: wallClock) } catch {
            violate("the control plane can't read what it kept: \(error)")
        }
        for subscription in old where machines[subscription.machine].run == subscription.run {
            control.subscribe(subscription)
            tell(subscription, isReachable: true)
        }
        registerRelays()
    }

    private mutating func tell(_ subscription: Subscription, isReachable: Bool) {
        guard machines[subscription.machine].run == subscription.run else { return }
        later(control.latency, subscription.machine, .controlReachable(isReachable))
    }

    mutating func keepHouse() {
        queue.schedule(.housekeeping, at: now + Self.housekeepingPace)
        guard !control.isDown else { return }
        registerRelays()
        tellLies()
        let outcome = control.rules.sweep(now: wallClock, uptime: UInt64(now.nanoseconds / 1_000_000_000))
        control.records += outcome.records
        announce(outcome.changes)
    }

    private mutating func registerRelays() {
        for relay in relays where !relay.isDown {
            let announcement = RelayAnnouncement(
                key: relay.rules.publicKey, endpoints: [relay.endpoint], region: "region", capacity: 100, load: 0)
            do throws(ControlRefusal) {
                let outcome = try control.rules.registerRelay(announcement, now: wallClock).outcome
                control.records += outcome.records
                announce(outcome.changes)
            } catch {
                violate("a relay can't register: \(error)")
            }
        }
    }
}

extension ControlEvent {
    fileprivate var name: String {
        switch self {
        case .peer: "peer"
        case .left: "left"
        case .roster: "roster"
        case .grant: "grant"
        case .signal: "signal"
        case .relays: "relays"
        }
    }
}
