/// The demo's five machines, each behind another kind of NAT, on one private LAN.
struct Party {
    static let name = "Friday LAN"
    static let host = Node(site: "fullcone1", name: "Ada", interface: "ml1")
    static let friends = [
        Node(site: "cone1", name: "Ben", interface: "ml2"),
        Node(site: "symmetric1", name: "Cleo", interface: "ml3"),
        Node(site: "open1", name: "Dan", interface: "ml4"),
    ]
    /// The one whose dashboard opens.
    static let own = Node(site: "cone2", name: "You", interface: "ml5")

    let launcher: NodeLauncher

    /// Starts every machine's node, the host's first. Returns the own one.
    func gather() async throws -> LabState.Service {
        Message.say("\(Party.host.name) hosts \"\(Party.name)\" from \(Party.host.site)")
        let (invite, _) = try await launcher.host(Party.name, on: Party.host)
        for friend in Party.friends {
            try Task.checkCancellation()
            Message.say("\(friend.name) joins from \(friend.site)")
            _ = try launcher.join(invite, on: friend)
        }
        Message.say("\(Party.own.name) join from \(Party.own.site)")
        return try launcher.join(invite, on: Party.own)
    }
}
