package import MeshRules
package import MeshWire

extension World {
    /// Plans a fault.
    package mutating func schedule(_ fault: Fault, at time: Instant) { queue.schedule(.fault(fault), at: time) }

    /// Brings a fault about now.
    package mutating func apply(_ fault: Fault) {
        trace.note(now, "fault", "\(fault)")
        switch fault {
        case .cut(let one, let other, let oneWay): setCut(true, one, other, oneWay: oneWay)
        case .mend(let one, let other): setCut(false, one, other, oneWay: false)
        case .cutFromRelay(let machine, let relay): setCut(true, machine, relay: relay)
        case .mendToRelay(let machine, let relay): setCut(false, machine, relay: relay)
        case .stop(let machine): stop(machine)
        case .start(let machine): start(machine)
        case .suspend(let machine, let duration): machines[machine].suspendedUntil = now + duration
        case .rebootNAT(let machine): for nat in machines[machine].nats { internet.reboot(nat) }
        case .restartRelay(let relay): relays[relay].restart()
        case .drainRelay(let relay): relays[relay].isDraining = true
        case .distrustControl(let relay): relays[relay].distrustControl()
        case .restartWireGuard(let machine): restartWireGuard(machine)
        case .otherInterface(let machine, let isThere):
            let addresses = [machines[machine].address] + (isThere ? [IPAddress(v4: 0xac11_0001)] : [])
            give(.network(LocalNetwork(addresses: addresses.sorted(), listenPort: Self.port)), to: machine)
        case .removePeers(let machine):
            for sample in machines[machine].wireGuard.samples(now: now) {
                machines[machine].wireGuard.remove(sample.publicKey)
            }
        case .failEffects(let machine, let percent): machines[machine].failing = percent
        case .controlDown(let isDown): setControlDown(isDown)
        case .standardLink(let link): internet.links.standard = link
        case .clockStep(let machine, let step):
            machines[machine].clockOffset += step
            machines[machine].wireGuard.clockOffset = machines[machine].clockOffset
        }
    }

    private mutating func restartWireGuard(_ machine: Int) {
        machines[machine].wireGuard.restart(now: now)
        give(.wireGuardRestarted, to: machine)
    }

    /// A machine that is on gets further addresses on its own network, where nobody else is.
    package mutating func addAddresses(_ count: Int, to machine: Int) {
        let more = (1...count).map { IPAddress(v4: 0x0a00_0000 + UInt32(machine) << 16 + UInt32($0)) }
        give(.network(LocalNetwork(addresses: [machines[machine].address] + more, listenPort: Self.port)), to: machine)
    }

    /// A relay says from now on that it sees everybody at `endpoint`; nil: where they are.
    package mutating func setObserved(_ endpoint: Endpoint?, byRelay relay: Int) { relays[relay].misreports = endpoint }

    /// Puts a disk's old content back, on a machine that is off.
    package mutating func putBack(_ store: MachineStore, on machine: Int) { machines[machine].store = store }

    /// Copies a machine's whole state folder, WireGuard's key included, to one that is off.
    package mutating func copyFolder(of machine: Int, to other: Int) {
        (machines[other].store, machines[other].wireGuardKey) = (
            machines[machine].store, machines[machine].wireGuardKey
        )
        (machines[other].publicKey, machines[other].circle) = (machines[machine].publicKey, machines[machine].circle)
    }

    /// A link of their own for two machines that are not in one household.
    package mutating func setLink(_ link: Link, between one: Int, and other: Int) {
        internet.links.set(link, between: machines[one].publicAddress, and: machines[other].publicAddress)
    }

    /// A link of its own for a machine and a relay.
    package mutating func setLink(_ link: Link, from machine: Int, toRelay relay: Int) {
        internet.links.set(link, between: machines[machine].publicAddress, and: relays[relay].endpoint.address)
    }

    private mutating func setCut(_ isCut: Bool, _ one: Int, _ other: Int, oneWay: Bool) {
        let (from, to) = (machines[one].publicAddress, machines[other].publicAddress)
        internet.links.setCut(isCut, from: from, to: to)
        if !oneWay { internet.links.setCut(isCut, from: to, to: from) }
    }

    private mutating func setCut(_ isCut: Bool, _ machine: Int, relay: Int) {
        let (from, to) = (machines[machine].publicAddress, relays[relay].endpoint.address)
        internet.links.setCut(isCut, from: from, to: to)
        internet.links.setCut(isCut, from: to, to: from)
    }
}
