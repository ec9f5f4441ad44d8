package import MeshWire

/// What a person is asked to agree to before a node changes the machine: what it will do, and how to undo it.
package enum MachineNotice {
    /// Before a node is started here for the first time; without a final line break.
    /// - Parameter network: the party's; nil while it is not known.
    package static func text(_ configuration: EngineConfiguration, network: IPv4Network?) -> String {
        let interface = configuration.interface
        let addresses =
            network.map {
                """
                  - make the network interface \(interface) (WireGuard) with an address in \($0),
                  - add the route \($0) through \(interface), and no other: all else goes where it went before,
                """
            }
            ?? "  - make the network interface \(interface) (WireGuard); a party's network is asked about when it is known,"
        return """
            meshtui is about to change this machine. Until it is stopped, it will
            \(addresses)
              - add the nft table inet meshtui_\(interface), which touches WireGuard's own packets only,
              - use UDP port \(configuration.listenPort), or the next free one,
              - keep its state in \(configuration.stateFolder) and listen on \(configuration.socket).
            To undo all of it: meshtui down (and remove \(configuration.stateFolder) to forget the party).
            """
    }

    /// When a party's network is known that nobody has agreed to yet; without a final line break.
    package static func text(_ interface: String, network: IPv4Network) -> String {
        """
        The party's network is \(network). This machine's interface \(interface) gets an address in it, and the
        route \(network) goes through it; all else goes where it went before. meshtui leave takes both away.
        """
    }
}
