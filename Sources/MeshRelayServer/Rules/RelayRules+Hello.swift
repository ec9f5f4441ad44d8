import MeshWire

/// Registration.
extension RelayRules {
    mutating func hello(
        _ datagram: Span<UInt8>, from source: Endpoint, socket: Int, now: Int64, issuerTime: UInt64,
        reply: inout MutableSpan<UInt8>
    ) -> RelayVerdict {
        do {
            try Hello.checkForm(datagram)
            cookies.turn(now: now)
            let wg = Hello.wg(datagram)
            guard cookies.accepts(Hello.cookie(datagram), from: source, wg: wg) else {
                let cookie = cookies.cookie(for: source, wg: wg)
                return write(Challenge(request: Hello.request(datagram), cookie: cookie).encode(), to: &reply)
            }
            // From here on the address has proven itself and may cost something.
            let hello = try Hello.decode(datagram)
            guard let pair = try pair(with: wg, now: now) else { return .drop(.rate) }
            try Hello.verifyMAC(datagram, key: pair.hello)
            let answer: HelloOK
            do {
                guard let accepted = try register(hello, at: source, socket: socket, now: now, issuerTime: issuerTime)
                else { return .drop(.rate) }
                answer = accepted
            } catch .expired {
                answer = refusal(.expired, of: hello, at: source)
            } catch .issuer {
                answer = refusal(.issuer, of: hello, at: source)
            } catch .full {
                answer = refusal(.full, of: hello, at: source)
            }
            return write(answer.encode(key: pair.ok), to: &reply)
        } catch {
            return .drop(error == .replay ? .replay : RelayDrop(error))
        }
    }

    /// Nil when too many new machines come at once.
    private mutating func pair(with wg: PublicKey, now: Int64) throws(Refusal) -> SharedKeys.Pair? {
        if let pair = keys.known(wg) { return pair }
        guard agreements.pass(now: now, burst: RelayLimits.agreementBurst, interval: RelayLimits.agreementInterval)
        else { return nil }
        return try keys.agree(with: wg)
    }

    /// Nil when the client says HELLO too often.
    private mutating func register(
        _ hello: Hello, at source: Endpoint, socket: Int, now: Int64, issuerTime: UInt64
    ) throws(Refusal) -> HelloOK? {
        let key = ClientKey(hello.token)
        if let last = registry.counter(of: key), hello.counter <= last { throw .replay }
        try policy.admit(hello.token, issuerTime: issuerTime)
        let known = registry.slot(of: key)
        if let known {
            let passes = registry.update(known) { client in
                client.hellos.pass(now: now, burst: RelayLimits.helloBurst, interval: RelayLimits.helloInterval)
            }
            guard passes ?? false else { return nil }
        }
        if known.flatMap({ registry[$0]?.token }) != hello.token { try hello.token.verify() }
        let slot: Int
        if let known { slot = known } else { slot = try place(hello.token, at: source, socket: socket, now: now) }
        registry.move(slot, to: source, socket: socket, now: now)
        let end = now + Int64(RelayLimits.lifetime) * RelayProtocol.second
        _ = registry.update(slot) { client in
            (client.counter, client.token, client.end) = (hello.counter, hello.token, end)
        }
        watch(end: end)
        let rows = hello.rows.map { ClientRow(peer: $0.peerTag, index: $0.index) }
        let conflicts = registry.tell(rows, of: slot, now: now)
        return ok(draining ? .draining : [], hello, at: source, lifetime: RelayLimits.lifetime, conflicts: conflicts)
    }

    private mutating func place(
        _ token: RelayToken, at source: Endpoint, socket: Int, now: Int64
    ) throws(Refusal) -> Int {
        // Remembered counters take room too, and forgetting one early would let a replay in.
        guard registry.count < policy.capacity, registry.gone.count < 4 * policy.capacity,
            registry.tables.count(issuer: token.issuer, scope: token.scope) < RelayLimits.membersPerTable
        else { throw .full }
        return registry.add(token, at: source, socket: socket, now: now)
    }

    private func refusal(_ flag: HelloOK.Flags, of hello: Hello, at source: Endpoint) -> HelloOK {
        ok(draining ? [flag, .draining] : flag, hello, at: source, lifetime: 0, conflicts: [])
    }

    private func ok(
        _ flags: HelloOK.Flags, _ hello: Hello, at source: Endpoint, lifetime: UInt16, conflicts: [ReceiverIndex]
    ) -> HelloOK {
        HelloOK(
            flags: flags, request: hello.request, nextCookie: cookies.cookie(for: source, wg: hello.token.wg),
            observed: source, lifetime: lifetime, conflicts: conflicts)
    }

    private func write(_ bytes: [UInt8], to reply: inout MutableSpan<UInt8>) -> RelayVerdict {
        guard bytes.count <= reply.count else { return .drop(.long) }
        for position in bytes.indices { reply[position] = bytes[position] }
        return .reply(length: bytes.count)
    }
}
