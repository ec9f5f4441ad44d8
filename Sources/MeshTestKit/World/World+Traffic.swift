import MeshRules

extension World {
    /// Sends packets from one machine to another inside the tunnel, at a steady pace, from now on.
    /// - Returns: The position in `flows`.
    @discardableResult
    package mutating func addFlow(from: Int, to: Int, every interval: Duration, for duration: Duration) -> Int {
        flows.append(Flow(from: from, to: to, interval: interval, start: now, end: now + duration))
        queue.schedule(.flow(flows.count - 1), at: now)
        return flows.count - 1
    }

    /// A flow each way.
    @discardableResult
    package mutating func addFlows(
        between one: Int, and other: Int, every interval: Duration, for duration: Duration
    ) -> [Int] {
        [
            addFlow(from: one, to: other, every: interval, for: duration),
            addFlow(from: other, to: one, every: interval, for: duration),
        ]
    }

    /// No more packets from any flow.
    package mutating func stopFlows() {
        for index in flows.indices { flows[index].end = min(flows[index].end, now) }
    }

    mutating func sendTraffic(_ index: Int) {
        guard now < flows[index].end else { return }
        queue.schedule(.flow(index), at: now + flows[index].interval)
        let sender = flows[index].from
        guard machines[sender].node != nil, machines[sender].suspendedUntil.map({ now >= $0 }) ?? true,
            let address = machines[flows[index].to].virtualAddress
        else { return }
        let packet = TunnelPacket.traffic(flow: index, number: flows[index].sent + 1).encode()
        // A machine that has no such peer yet refuses the packet, which no path could have helped.
        guard machines[sender].wireGuard.send(packet, to: address, now: now) else { return }
        flows[index].sent += 1
        drainWireGuard(sender)
        arm(sender)
    }
}
