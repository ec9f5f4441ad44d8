internal import FoundationEssentials
internal import MeshWire

/// Reads what libnftables writes as JSON for `list counters`.
enum GuardCounters {
    private struct Listing: Decodable {
        var nftables: [Entry]
    }

    private struct Entry: Decodable {
        var counter: Counter?
    }

    private struct Counter: Decodable {
        var name: String
        var packets: UInt64
    }

    /// Packets by the counter's name; empty when the text is something else.
    static func packets(inJSON text: String) -> [String: UInt64] {
        guard let listing = try? JSONDecoder().decode(Listing.self, from: Data(text.utf8)) else { return [:] }
        var packets: [String: UInt64] = [:]
        for case let counter? in listing.nftables.map(\.counter) { packets[counter.name] = counter.packets }
        return packets
    }
}
