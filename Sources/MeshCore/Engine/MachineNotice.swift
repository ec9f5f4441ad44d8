import MeshWire

/// What a node says before it changes the machine for the first time: what it will do, and how to undo it.
package enum MachineNotice {
    /// The lines for a folder that no node was announced in before; once each folder, then nil.
    package static func firstTime(in folder: StateFolder, _ configuration: EngineConfiguration) -> String? {
        guard folder.isFirstTime("announced") else { return nil }
        return text(
            interface: configuration.interface,
            subnet: configuration.networkToHost?.description ?? "the party's network", stateFolder: folder.path,
            socket: configuration.socket)
    }

    /// The lines, without a final line break.
    package static func text(interface: String, subnet: String, stateFolder: String, socket: String) -> String {
        """
        meshtui is about to change this machine for the first time. It will
          - make the network interface \(interface) (WireGuard) with an address in \(subnet),
          - add the route \(subnet) through \(interface), and no other: all else goes where it went before,
          - add the nft table inet meshtui_\(interface), which touches WireGuard's own packets only,
          - keep its state in \(stateFolder) and listen on \(socket).
        To undo all of it: meshtui down (and remove \(stateFolder) to forget the party).
        """
    }
}
