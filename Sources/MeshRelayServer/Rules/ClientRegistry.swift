import MeshWire

/// Who is registered and where, and by which rows their packets find them. It stores and finds; whether somebody may
/// register is decided before.
struct ClientRegistry {
    private var clients: [RelayClient?] = []
    private var places: [RelayPlace] = []
    private var free: [Int] = []
    private var slots: [ClientKey: Int] = [:]
    private var sources: [Endpoint: SourceSlots] = [:]
    private var crowds: [IPAddress: Int] = [:]
    private(set) var tables = ClientTables()
    private var rows = RowTable()
    private var routes = RouteTable()
    private(set) var gone = CounterMemory()

    var count: Int { slots.count }
    /// The earliest moment at which `expire` has something to do.
    var nextEnd: Int64? { [clients.lazy.compactMap { $0?.end }.min(), gone.nextEnd].compactMap(\.self).min() }

    subscript(slot: Int) -> RelayClient? { clients[slot] }

    func slot(of key: ClientKey) -> Int? { slots[key] }

    /// Where the client of a slot in use is.
    func place(_ slot: Int) -> RelayPlace { places[slot] }

    /// Everybody who stands at an address.
    func slots(at source: Endpoint) -> SourceSlots? { sources[source] }

    /// How many are registered at an address, whatever their ports.
    func count(at address: IPAddress) -> Int { crowds[address] ?? 0 }

    /// The last counter of a client that is here or was here within the last minutes.
    func counter(of key: ClientKey) -> UInt64? { slots[key].flatMap { clients[$0]?.counter } ?? gone.counter(of: key) }

    /// Whether this initiation is meant for the client of a slot.
    func answers(_ slot: Int, _ initiation: Span<UInt8>) -> Bool { clients[slot]?.mac1.matches(initiation) ?? false }

    // MARK: Clients

    /// Adds a machine that isn't registered yet.
    mutating func add(
        _ token: RelayToken, keys: SharedKeys.Pair, at endpoint: Endpoint, way: Int, now: Int64
    ) -> Int {
        let client = RelayClient(token, keys: keys)
        let place = RelayPlace(
            table: tables.open(client.key), tag: Derivation.tag(scope: token.scope, wg: token.wg), endpoint: endpoint,
            way: way)
        let slot: Int
        if let unused = free.popLast() {
            slot = unused
            (clients[slot], places[slot]) = (client, place)
        } else {
            slot = clients.count
            clients.append(client)
            places.append(place)
        }
        slots[client.key] = slot
        tables.add(slot, tag: place.tag, to: place.table)
        stand(slot, at: endpoint, now: now)
        gone.forget(client.key)
        return slot
    }

    /// Takes a client and all that is known of it away, except for its counter.
    mutating func remove(_ slot: Int, now: Int64) {
        guard let client = clients[slot] else { return }
        rows.release(table: places[slot].table, client.rows.all, of: slot)
        leave(slot)
        tables.remove(slot, of: client.key)
        gone.remember(client.counter, of: client.key, now: now)
        slots[client.key] = nil
        clients[slot] = nil
        free.append(slot)
    }

    /// Forgets the counters of clients that are gone (`CounterMemory.forgetAll`).
    mutating func forgetGone() { gone.forgetAll() }

    /// Whether somebody has to go when this client comes to stand at the address.
    func evicts(_ key: ClientKey, at endpoint: Endpoint) -> Bool {
        let own = slots[key]
        if let own, places[own].endpoint == endpoint { return false }
        let others = sources[endpoint]?.all ?? []
        return others.count >= SourceSlots.capacity
            || others.contains { other in
                clients[other].map { $0.key.issuer == key.issuer && $0.key.scope == key.scope } ?? false
            }
    }

    /// Removes everybody whose registration has ended.
    mutating func expire(now: Int64) {
        for slot in clients.indices where clients[slot].map({ $0.end <= now }) ?? false { remove(slot, now: now) }
        gone.expire(now: now)
    }

    /// Changes what belongs to a client alone; nil when the slot is free.
    mutating func update<Result>(_ slot: Int, _ change: (inout RelayClient) -> Result) -> Result? {
        guard var client = clients[slot] else { return nil }
        clients[slot] = nil
        defer { clients[slot] = client }
        return change(&client)
    }

    /// Puts a client, and so all its rows, at the address that it has proven.
    mutating func move(_ slot: Int, to endpoint: Endpoint, way: Int, now: Int64) {
        places[slot].way = way
        guard places[slot].endpoint != endpoint else { return }
        leave(slot)
        places[slot].endpoint = endpoint
        stand(slot, at: endpoint, now: now)
    }

    /// Whoever of the same table stood at the address has lost it and goes: an address has one owner within a table.
    private mutating func stand(_ slot: Int, at endpoint: Endpoint, now: Int64) {
        routes.forget()
        crowds[endpoint.address, default: 0] += 1
        let others = sources[endpoint]?.all ?? []
        for other in others where places[other].table == places[slot].table { remove(other, now: now) }
        guard !sources[endpoint, default: SourceSlots()].insert(slot) else { return }
        if let oldest = others.min(by: { clients[$0]?.end ?? .min < clients[$1]?.end ?? .min }) {
            remove(oldest, now: now)
            _ = sources[endpoint, default: SourceSlots()].insert(slot)
        }
    }

    private mutating func leave(_ slot: Int) {
        routes.forget()
        let endpoint = places[slot].endpoint
        let left = count(at: endpoint.address) - 1
        crowds[endpoint.address] = left > 0 ? left : nil
        sources[endpoint]?.remove(slot)
        if sources[endpoint]?.isEmpty ?? false { sources[endpoint] = nil }
    }

    // MARK: Rows

    /// Replaces the rows that a client has told.
    ///
    /// - Returns: the indexes of those that another client holds; they are left to it.
    mutating func tell(_ told: [ClientRow], of slot: Int, now: Int64) -> [ReceiverIndex] {
        let table = places[slot].table
        let held = told.filter { isFree($0, for: slot) }
        let ended = clients[slot]?.rows.tell(held, now: now) ?? []
        rows.release(table: table, ended, of: slot)
        var isChanged = !ended.isEmpty
        for row in held where rows.hold(table: table, row, by: slot) { isChanged = true }
        // Nearly every HELLO repeats the rows of the last one.
        if isChanged { routes.forget() }
        return told.filter { row in !held.contains(row) }.map(\.index)
    }

    /// Adds a row that a handshake has shown, unless another client holds it.
    mutating func learn(_ row: ClientRow, of slot: Int, now: Int64) {
        guard isFree(row, for: slot) else { return }
        let table = places[slot].table
        let ended = clients[slot]?.rows.learn(row, now: now) ?? []
        rows.release(table: table, ended, of: slot)
        if rows.hold(table: table, row, by: slot) || !ended.isEmpty { routes.forget() }
    }

    private func isFree(_ row: ClientRow, for slot: Int) -> Bool {
        let table = places[slot].table
        if let holder = rows.holder(table: table, row) { return holder.slot == slot }
        // The same peer may stand in another table, and its packets carry no scope.
        guard let peer = tables.slot(tagged: row.peer, in: table),
            let route = workOutRoute(from: places[peer].endpoint, index: row.index)
        else { return true }
        return clients[route.receiver]?.key.wg == clients[slot]?.key.wg
    }

    // MARK: Routes

    /// Rises whenever all routes have to be worked out again.
    var routeGeneration: UInt64 { routes.generation }

    /// The way of a WireGuard message. Allocates nothing.
    mutating func route(from source: Endpoint, index: ReceiverIndex) -> Route? {
        if let known = routes.route(from: source, index: index) { return known }
        guard let route = workOutRoute(from: source, index: index) else { return nil }
        routes.keep(route, from: source, index: index)
        return route
    }

    private func workOutRoute(from source: Endpoint, index: ReceiverIndex) -> Route? {
        guard let here = sources[source] else { return nil }
        for position in 0..<SourceSlots.capacity {
            guard let sender = here[position] else { continue }
            let row = ClientRow(peer: places[sender].tag, index: index)
            if let holder = rows.holder(table: places[sender].table, row) {
                return Route(sender: sender, receiver: holder.slot, used: holder.used)
            }
        }
        return nil
    }

    /// Notes that data goes a way, so that the session it belongs to is known to stand.
    mutating func use(_ route: Route, index: ReceiverIndex) {
        let sender = places[route.sender]
        let row = ClientRow(peer: sender.tag, index: index)
        rows.use(table: sender.table, row)
        clients[route.receiver]?.rows.use(row)
        routes.keep(
            Route(sender: route.sender, receiver: route.receiver, used: true), from: sender.endpoint, index: index)
    }
}
