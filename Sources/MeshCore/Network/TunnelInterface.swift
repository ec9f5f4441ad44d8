internal import FoundationEssentials
internal import MeshWire

/// The tunnel's interface as the machine's network stack sees it.
struct TunnelInterface: Sendable {
    let name: String
    let mtu: Int
    let run: IPCommand.Runner

    func bringUp() async throws(NetworkProblem) {
        _ = try await run(IPCommand("link", "set", "dev", name, "mtu", "\(mtu)", "up"))
    }

    /// Gives the interface this address and no other; the kernel routes the prefix through it.
    func setAddress(_ address: IPAddress, prefix: Int) async throws(NetworkProblem) {
        let wanted = "\(address)/\(prefix)"
        let listing = try await run(IPCommand("-json", "address", "show", "dev", name))
        for other in Self.addresses(inJSON: listing) where other != wanted {
            _ = try await run(IPCommand("address", "delete", other, "dev", name))
        }
        _ = try await run(IPCommand("address", "replace", wanted, "dev", name))
        try await bringUp()
    }

    func clearAddress() async throws(NetworkProblem) {
        _ = try await run(IPCommand("address", "flush", "dev", name))
    }

    private struct Link: Decodable {
        var addr_info: [Address]?
    }

    private struct Address: Decodable {
        var family: String
        var local: String
        var prefixlen: Int
    }

    /// `ADDRESS/PREFIX` of each IPv4 address in what `ip -json address show` writes.
    static func addresses(inJSON text: String) -> [String] {
        let links = (try? JSONDecoder().decode([Link].self, from: Data(text.utf8))) ?? []
        return links.flatMap { $0.addr_info ?? [] }.filter { $0.family == "inet" }.map { "\($0.local)/\($0.prefixlen)" }
    }
}
