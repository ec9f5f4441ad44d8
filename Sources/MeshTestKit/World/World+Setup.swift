import MeshRules
package import MeshWire

extension World {
    /// A household: the NATs of the kind, on addresses of its own. `.open` gives each machine a public address.
    package struct Household: Sendable {
        let segment: Segment
        let nats: [Int]
        let publicAddress: IPAddress?
        let number: Int
    }

    /// A household behind a NAT of this kind.
    package mutating func addHousehold(_ kind: NATKind) -> Household { addHousehold(kind.layers) }

    /// NATs in front of a household, outermost first.
    package mutating func addHousehold(_ layers: [NATLayer]) -> Household {
        households += 1
        let publicAddress = IPAddress(v4: 0xc633_6400 + UInt32(households))
        var segment = Segment.internet
        var nats: [Int] = []
        for (depth, layer) in layers.enumerated() {
            // What a carrier hands out lies in 100.64.0.0/10 (RFC 6598), the same for all its customers' customers.
            let address = depth == 0 ? publicAddress : IPAddress(v4: 0x6440_0000 + UInt32(depth))
            segment = internet.addNAT(layer, at: address, in: segment)
            nats.append(internet.nats.count - 1)
        }
        return Household(
            segment: segment, nats: nats, publicAddress: layers.isEmpty ? nil : publicAddress, number: households)
    }

    /// A machine in a household, switched off. Households use the same private addresses, as they do in life.
    package mutating func addMachine(_ name: String, in household: Household) throws(Refusal) -> Int {
        let position = residents[household.segment, default: 0] + 1
        residents[household.segment] = position
        let isOpen = household.nats.isEmpty
        let address = IPAddress(v4: isOpen ? 0xcb00_7100 + UInt32(position) : 0xc0a8_0109 + UInt32(position))
        var own = random.fork()
        let key = Bytes32(own.bytes(32).span, at: 0)
        let publicKey = try KeyAgreement.publicKey(of: key)
        let index = machines.count
        internet.place(.machine(index), at: address, in: household.segment)
        machines.append(
            Machine(
                name: name, address: address, publicAddress: household.publicAddress ?? address, nats: household.nats,
                publicKey: publicKey, segment: household.segment, wireGuardKey: key, store: MachineStore(),
                wireGuard: WireGuardModel(publicKey: publicKey, random: own)))
        return index
    }

    /// A relay that the control plane lists, with STUN on its port.
    @discardableResult
    package mutating func addRelay(isOpen: Bool = false) -> Int {
        let index = relays.count
        let address = IPAddress(v4: 0xc000_0201 + UInt32(index))
        relays.append(
            RelayModel(
                endpoint: Endpoint(address, 51_822), issuers: [control.issuerKey], isOpen: isOpen,
                random: random.fork()))
        internet.place(.relay(index), at: address, in: .internet)
        return index
    }

    /// Two public STUN servers of two operators.
    package mutating func addSTUNServers() {
        for index in 0..<2 {
            let address = IPAddress(v4: 0xc000_0264 + UInt32(index))
            internet.place(.stun(index), at: address, in: .internet)
            stunServers.append(STUNServer(endpoint: Endpoint(address, 3_478), operator: "operator \(index)"))
        }
    }

    /// Switches a machine on: a new run of its node from what its disk holds.
    package mutating func start(_ machine: Int) {
        guard machines[machine].node == nil else { return }
        machines[machine].run += 1
        var own = random.fork()
        machines[machine].wireGuard = WireGuardModel(publicKey: machines[machine].publicKey, random: own.fork())
        machines[machine].wireGuard.clockOffset = machines[machine].clockOffset
        machines[machine].heardFrom = [Bool](repeating: false, count: machines.count)
        var settings = configuration
        settings.nodeName = machines[machine].name
        settings.started = wallClock
        do throws(Refusal) {
            machines[machine].node = try Node(
                stored: machines[machine].store.load(), wireGuardKey: machines[machine].wireGuardKey,
                configuration: settings, random: own, now: now)
        } catch {
            violate("\(machines[machine].name) does not start: \(error)")
        }
        note(machine, "starts, run \(machines[machine].run)")
        let network = LocalNetwork(addresses: [machines[machine].address], listenPort: Self.port)
        give(.network(network), to: machine)
        give(.servers(stun: stunServers, relays: relaysByHand), to: machine)
        later(.seconds(1), machine, .sample(isRegular: true))
    }

    /// Kills the node: WireGuard's state and everything not stored is gone.
    package mutating func stop(_ machine: Int) {
        guard machines[machine].isOn else { return }
        note(machine, "stops")
        (machines[machine].node, machines[machine].hostile) = (nil, nil)
        machines[machine].wireGuard = WireGuardModel(publicKey: machines[machine].publicKey, random: random.fork())
        machines[machine].virtualAddress = nil
        (machines[machine].party, machines[machine].bearer, machines[machine].held) = (nil, nil, nil)
        (machines[machine].echoes, machines[machine].removals, machines[machine].lane) = ([], [], [])
        (machines[machine].suspendedUntil, machines[machine].tags) = (nil, [])
        (machines[machine].scheduledWake, machines[machine].firstPeerAt) = (nil, nil)
        control.subscriptions.removeAll { $0.machine == machine }
    }

    /// WireGuard's port on every machine.
    static let port: UInt16 = 51_820
}
