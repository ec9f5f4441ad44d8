import MeshWire

/// Registration.
extension RelayRules {
    /// How a datagram came: whence, by which way, when (nanoseconds).
    struct Arrival {
        let source: Endpoint
        let way: Int
        let now: Int64
    }

    mutating func hello(
        _ datagram: Span<UInt8>, _ arrival: Arrival, reply: inout MutableSpan<UInt8>
    ) -> RelayVerdict {
        do {
            try Hello.checkForm(datagram)
            cookies.turn(now: arrival.now)
            let wg = Hello.wg(datagram)
            guard cookies.accepts(Hello.cookie(datagram), from: arrival.source, wg: wg) else {
                let cookie = cookies.cookie(for: arrival.source, wg: wg)
                return write(Challenge(request: Hello.request(datagram), cookie: cookie).encode(), to: &reply)
            }
            // From here on the address has proven itself and may cost something.
            return try answer(datagram, try Hello.decode(datagram), arrival, reply: &reply)
        } catch {
            return .drop(RelayDrop(error))
        }
    }

    private mutating func answer(
        _ datagram: Span<UInt8>, _ hello: Hello, _ arrival: Arrival, reply: inout MutableSpan<UInt8>
    ) throws(Refusal) -> RelayVerdict {
        let known = registry.slot(of: ClientKey(hello.token))
        guard let keys = try keys(of: known, hello.token.wg, arrival) else { return .drop(.rate) }
        try Hello.verifyMAC(datagram, key: keys.hello)
        let ok: HelloOK
        do {
            guard let slot = try admit(hello, known, keys, arrival) else { return .drop(.rate) }
            ok = renew(slot, with: hello, arrival)
        } catch .expired {
            ok = answer(.expired, hello, arrival)
        } catch .issuer {
            ok = answer(.issuer, hello, arrival)
        } catch .full {
            ok = answer(.full, hello, arrival)
        }
        return write(ok.encode(key: keys.ok), to: &reply)
    }

    /// Nil when too many come at once whose keys aren't known yet.
    private mutating func keys(
        of known: Int?, _ wg: PublicKey, _ arrival: Arrival
    ) throws(Refusal) -> SharedKeys.Pair? {
        if let known { return registry[known]?.keys }
        // The address first, so that one that asks too much leaves the budget of all alone.
        guard agreementsOfAddress.pass(arrival.source.address, now: arrival.now),
            agreements.pass(
                now: arrival.now, burst: RelayLimits.agreementBurst, interval: RelayLimits.agreementInterval)
        else { return nil }
        return try keys.agree(with: wg)
    }

    /// Gives an honest HELLO its slot; nil when the client says HELLO too often, or its address puts out too many.
    private mutating func admit(
        _ hello: Hello, _ known: Int?, _ keys: SharedKeys.Pair, _ arrival: Arrival
    ) throws(Refusal) -> Int? {
        if let last = registry.counter(of: ClientKey(hello.token)), hello.counter <= last { throw .replay }
        try policy.admit(
            hello.token, issuerTime: clocks.time(of: hello.token.issuer, now: arrival.now))
        if let known {
            let passes = registry.update(known) { client in
                client.hellos.pass(
                    now: arrival.now, burst: RelayLimits.helloBurst, interval: RelayLimits.helloInterval)
            }
            guard passes ?? false else { return nil }
            if registry[known]?.token != hello.token { try hello.token.verify() }
            return mayStand(hello.token, arrival) ? known : nil
        }
        guard hasRoom(for: hello.token, at: arrival.source.address), remembers(now: arrival.now) else { throw .full }
        try hello.token.verify()
        guard mayStand(hello.token, arrival) else { return nil }
        return registry.add(
            hello.token, keys: keys, at: arrival.source, way: arrival.way, now: arrival.now)
    }

    /// Whether one more may come in. Those who are in are never asked, and nobody is put out for a newcomer.
    private func hasRoom(for token: RelayToken, at address: IPAddress) -> Bool {
        let places = policy.places(trusted: policy.issuers.contains(token.issuer))
        let share = policy.share(taken: registry.count)
        return registry.count < places && registry.count(at: address) < share
            && registry.tables.count(issuer: token.issuer, scope: token.scope) < RelayLimits.membersPerTable
    }

    /// Makes sure that there is room to remember one more counter: a full memory is emptied together with the cookies that
    /// its counters guard against.
    private mutating func remembers(now: Int64) -> Bool {
        guard registry.gone.count >= RelayLimits.rememberedPerPlace * policy.capacity else { return true }
        if let forgottenAt, now - forgottenAt < RelayLimits.forgettingInterval { return false }
        forgottenAt = now
        cookies.renewBoth(now: now)
        registry.forgetGone()
        return true
    }

    /// Whoever the client puts out of its place is charged to its address.
    private mutating func mayStand(_ token: RelayToken, _ arrival: Arrival) -> Bool {
        !registry.evicts(ClientKey(token), at: arrival.source)
            || evictions.pass(arrival.source.address, now: arrival.now)
    }

    private mutating func renew(_ slot: Int, with hello: Hello, _ arrival: Arrival) -> HelloOK {
        registry.move(slot, to: arrival.source, way: arrival.way, now: arrival.now)
        let end = arrival.now + Int64(RelayLimits.lifetime) * RelayProtocol.second
        _ = registry.update(slot) { client in
            (client.counter, client.token, client.end) = (hello.counter, hello.token, end)
        }
        watch(end: end)
        let rows = hello.rows.map { ClientRow(peer: $0.peerTag, index: $0.index) }
        let conflicts = registry.tell(rows, of: slot, now: arrival.now)
        return answer([], hello, arrival, lifetime: RelayLimits.lifetime, conflicts: conflicts)
    }

    private func answer(
        _ flags: HelloOK.Flags, _ hello: Hello, _ arrival: Arrival, lifetime: UInt16 = 0,
        conflicts: [ReceiverIndex] = []
    ) -> HelloOK {
        HelloOK(
            flags: draining ? flags.union(.draining) : flags, request: hello.request,
            nextCookie: cookies.cookie(for: arrival.source, wg: hello.token.wg), observed: arrival.source,
            lifetime: lifetime, conflicts: conflicts)
    }

    private func write(_ bytes: [UInt8], to reply: inout MutableSpan<UInt8>) -> RelayVerdict {
        guard bytes.count <= reply.count else { return .drop(.long) }
        for position in bytes.indices { reply[position] = bytes[position] }
        return .reply(length: bytes.count)
    }
}
