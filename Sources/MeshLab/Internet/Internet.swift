import CLinux
import Glibc

/// The lab's internet: a TUN device for each household, and packets carried between them. Everything happens on the thread
/// that calls `run`, which waits for devices, the control socket and the next packet due at once.
final class Internet {
    private static let packetsOnTheirWay = 65_536
    /// Packets taken from one device before the others and the packets due have their turn.
    private static let batch = 64

    private let devices: [Descriptor]
    private let control: Descriptor
    private let epoll: Descriptor
    private let slab: PacketSlab
    private var queue = DelayQueue(capacity: 4096)
    private var table: RoutingTable
    private var chance: Chance
    private var carried: UInt64 = 0
    private var dropped = [UInt64](repeating: 0, count: RoutingTable.DropReason.allCases.count)
    private var clients: [Int32: Descriptor] = [:]

    /// Makes the devices, in the network namespace of the calling thread.
    init(scenario: Scenario, socketPath: String, seed: UInt64) throws(LabProblem) {
        var devices: [Descriptor] = []
        for site in scenario.households {
            let name = Topology.deviceName(of: site)
            devices.append(try Descriptor(clinux_open_tun(name), from: "opening TUN device", on: name))
        }
        self.devices = devices
        control = try UnixSocket.listen(at: socketPath)
        epoll = try Descriptor(clinux_epoll_create(), from: "epoll_create", on: "the lab's internet")
        slab = try PacketSlab(slots: Internet.packetsOnTheirWay)
        table = RoutingTable(scenario)
        chance = Chance(seed: seed)
        for (index, device) in devices.enumerated() { try watch(device.number, as: Int32(index)) }
        try watch(control.number, as: Int32(devices.count))
    }

    /// Carries packets until the process is ended.
    func run() throws(LabProblem) -> Never {
        var ready = [clinux_ready](repeating: clinux_ready(), count: 64)
        while true {
            let now = MonotonicClock.now
            let timeout = queue.nextDue.map { $0 > now ? Int64($0 - now) : 0 } ?? -1
            let count = clinux_epoll_wait(epoll.number, &ready, Int32(ready.count), timeout)
            guard count >= 0 || errno == EINTR else {
                throw .systemCall("epoll_pwait2", object: "the lab's internet", errno: errno)
            }
            deliver(dueBy: MonotonicClock.now)
            for index in 0..<max(0, Int(count)) { attend(to: Int(ready[index].data)) }
        }
    }

    private func watch(_ descriptor: Int32, as number: Int32) throws(LabProblem) {
        guard clinux_epoll_add_readable(epoll.number, descriptor, number) == 0 else {
            throw .systemCall("epoll_ctl", object: "descriptor \(descriptor)", errno: errno)
        }
    }

    private func attend(to number: Int) {
        if number < devices.count {
            accept(from: number)
        } else if number == devices.count {
            greet()
        } else {
            answer(Int32(number - devices.count - 1))
        }
    }

    // MARK: Packets

    private func accept(from device: Int) {
        let now = MonotonicClock.now
        for _ in 0..<Internet.batch {
            guard let slot = slab.take() else {
                drain(device)
                return
            }
            let bytes = slab.bytes(of: slot)
            let length = read(devices[device].number, bytes, PacketSlab.slotSize)
            guard length > 0 else {
                slab.giveBack(slot)
                return
            }
            switch verdict(UnsafeRawBufferPointer(start: bytes, count: length), from: device, now: now) {
            case .deliver(let destination, let due):
                queue.add(slot: slot, length: Int32(length), destination: Int32(destination), due: due)
            case .drop(let reason):
                dropped[reason.rawValue] += 1
                slab.giveBack(slot)
            }
        }
    }

    private func verdict(_ packet: UnsafeRawBufferPointer, from device: Int, now: UInt64) -> RoutingTable.Verdict {
        guard packet.count >= 20, packet[0] >> 4 == 4 else { return .drop(.protocolUnknown) }
        let source = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
        let destination = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        return table.route(from: device, source: source, destination: destination, now: now, chance: &chance)
    }

    private func deliver(dueBy now: UInt64) {
        while let entry = queue.next(dueBy: now) {
            let device = devices[Int(entry.destination)].number
            if write(device, slab.bytes(of: entry.slot), Int(entry.length)) == Int(entry.length) {
                carried += 1
            } else {
                dropped[RoutingTable.DropReason.device.rawValue] += 1
            }
            slab.giveBack(entry.slot)
        }
    }

    /// Without room the packets are read all the same, else epoll would report the device for ever.
    private func drain(_ device: Int) {
        var nowhere = [UInt8](repeating: 0, count: PacketSlab.slotSize)
        for _ in 0..<Internet.batch where read(devices[device].number, &nowhere, nowhere.count) > 0 {
            dropped[RoutingTable.DropReason.overflow.rawValue] += 1
        }
    }

    // MARK: The control socket

    private func greet() {
        let client = Glibc.accept(control.number, nil, nil)
        guard client >= 0 else { return }
        let descriptor = Descriptor(client)
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        guard (try? watch(client, as: Int32(devices.count) + 1 + client)) != nil else { return }
        clients[client] = descriptor
    }

    private func answer(_ client: Int32) {
        if let request = UnixSocket.receive(on: client) {
            try? UnixSocket.send(reply(to: request), on: client)
        }
        clients[client] = nil
    }

    private func reply(to request: String) -> String {
        let words = request.split(separator: " ").map(String.init)
        switch words.first {
        case "hello": return "ok"
        case "faults": return (["ok"] + table.faults).joined(separator: "\n")
        case "counters":
            let drops = RoutingTable.DropReason.allCases.map { "\($0) \(dropped[$0.rawValue])" }
            return (["ok", "carried \(carried)", "waiting \(queue.count)"] + drops).joined(separator: "\n")
        default:
            do throws(LabProblem) {
                try table.apply(try Fault(words: words))
                return "ok"
            } catch {
                return "\(error)"
            }
        }
    }
}
