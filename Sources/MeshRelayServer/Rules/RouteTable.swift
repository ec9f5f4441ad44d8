import MeshWire

/// Who a WireGuard message is for, and as whom its source sent it.
struct Route: Equatable {
    let sender: Int
    let receiver: Int
    /// Whether data came this way before.
    var used: Bool
}

/// (source address, port, receiver index) → route: what a data packet is looked up in, one place to look.
///
/// It keeps what the registry has worked out, until anything there changes. Two keys that want the same place take turns;
/// nothing is ever allocated after the start, and whatever is lost is worked out again.
struct RouteTable {
    private struct Entry {
        var source = Endpoint(IPAddress(), 0)
        var index: ReceiverIndex = 0
        var generation: UInt64 = 0
        var route = Route(sender: 0, receiver: 0, used: false)
    }

    /// 4,096 places. With fewer a busy relay works routes out more often, which costs two more look-ups.
    private static let bits: UInt64 = 12
    private var entries = [Entry](repeating: Entry(), count: 1 << bits)
    private(set) var generation: UInt64 = 1

    func route(from source: Endpoint, index: ReceiverIndex) -> Route? {
        let entry = entries[Self.place(source, index)]
        let holds = entry.generation == generation && entry.index == index && entry.source == source
        return holds ? entry.route : nil
    }

    mutating func keep(_ route: Route, from source: Endpoint, index: ReceiverIndex) {
        entries[Self.place(source, index)] = Entry(source: source, index: index, generation: generation, route: route)
    }

    /// Everything has to be worked out again.
    mutating func forget() { generation += 1 }

    /// An index is random, so it alone spreads the addresses that have no IPv4 number.
    private static func place(_ source: Endpoint, _ index: ReceiverIndex) -> Int {
        let key = UInt64(source.address.v4 ?? 0) << 32 | UInt64(index ^ UInt32(source.port) << 16)
        let mixed = (key ^ key >> 32) &* 0x9e37_79b9_7f4a_7c15
        return Int(mixed >> (64 - bits))
    }
}
