import MeshWire

/// WireGuard's own messages and checks: forwarded unchanged within a scope, never answered.
extension RelayRules {
    mutating func wireGuard(_ datagram: Span<UInt8>, from source: Endpoint, now: Int64) -> RelayVerdict {
        guard let head = WireGuardMessage.head(datagram) else { return .drop(.malformed) }
        switch head {
        case .data(let receiver):
            guard let route = registry.route(from: source, index: receiver) else { return lost(source) }
            if !route.used { registry.use(route, index: receiver) }
            return forward(to: route.receiver, control: false)
        case .cookieReply(let receiver):
            guard let route = registry.route(from: source, index: receiver) else { return lost(source) }
            return forward(to: route.receiver, control: false)
        case .response(let sender, let receiver):
            guard let route = registry.route(from: source, index: receiver) else { return lost(source) }
            let row = ClientRow(peer: registry.place(route.receiver).tag, index: sender)
            registry.learn(row, of: route.sender, now: now)
            return forward(to: route.receiver, control: false)
        case .initiation(let sender):
            return initiation(datagram, sender: sender, from: source, now: now)
        }
    }

    /// Only `mac1` says whom an initiation is for: it is keyed with the responder's public key (WireGuard §5.4.4).
    private mutating func initiation(
        _ datagram: Span<UInt8>, sender: ReceiverIndex, from source: Endpoint, now: Int64
    ) -> RelayVerdict {
        guard let here = registry.slots(at: source) else { return .drop(.unregistered) }
        for position in 0..<SourceSlots.capacity {
            guard let slot = here[position] else { continue }
            let passes = registry.update(slot) { client in
                client.handshakes.pass(
                    now: now, burst: RelayLimits.handshakeBurst, interval: RelayLimits.handshakeInterval)
            }
            guard passes ?? false else { return .drop(.rate) }
            for member in registry.tables[registry.place(slot).table]
            where member.slot != slot && registry.answers(member.slot, datagram) {
                registry.learn(ClientRow(peer: member.tag, index: sender), of: slot, now: now)
                return forward(to: member.slot, control: false)
            }
        }
        return .drop(.responder)
    }

    func check(_ datagram: Span<UInt8>, from source: Endpoint) -> RelayVerdict {
        do {
            let head = try CheckHead.decode(datagram)
            guard let here = registry.slots(at: source) else { return .drop(.unregistered) }
            for position in 0..<SourceSlots.capacity {
                guard let slot = here[position], registry.place(slot).tag == head.senderTag,
                    let receiver = registry.tables.slot(tagged: head.receiverTag, in: registry.place(slot).table),
                    receiver != slot
                else { continue }
                return forward(to: receiver, control: true)
            }
            return .drop(.tag)
        } catch {
            return .drop(RelayDrop(error))
        }
    }

    private func forward(to slot: Int, control: Bool) -> RelayVerdict {
        let place = registry.place(slot)
        return .forward(to: place.endpoint, way: place.way, control: control)
    }

    private func lost(_ source: Endpoint) -> RelayVerdict {
        .drop(registry.slots(at: source) == nil ? .unregistered : .index)
    }
}
