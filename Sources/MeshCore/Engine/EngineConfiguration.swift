package import MeshRules
package import MeshWire

/// What a node is told when it starts.
package struct EngineConfiguration: Equatable, Sendable {
    /// Keys, party and log; absolute, made with mode 0700.
    package var stateFolder = "/var/lib/meshtui"
    /// Of the node's Unix socket.
    package var socket = "/run/meshtui/meshtui0.sock"
    /// 1 to 15 letters, digits, `-`, `_` or `.`.
    package var interface = "meshtui0"
    /// WireGuard's UDP port; the next free one is taken when it is in use.
    package var listenPort: UInt16 = 51820
    /// How the others see this machine.
    package var name = "node"
    /// The control server that a party hosted here uses; nil for one in this process, on the LAN.
    package var control: ControlLocation?
    /// The network of a party hosted here; nil for the first free one.
    package var subnet: IPv4Network?
    /// Where others reach a party hosted here from outside; goes first into its invite.
    package var publicAddress: ControlAddress?
    /// STUN servers, `HOST:PORT`.
    package var stun = EngineConfiguration.publicSTUN
    /// Relays given by hand.
    package var relays: [RelayAddress] = []
    /// Forget at the start who this machine is: for a copied state folder.
    package var newIdentity = false
    /// Let a control server be asked by plain HTTP beyond private addresses.
    package var insecureHTTP = false
    /// Let a party's control server be at a loopback or link-local address, for trying things out on one machine.
    package var allowLoopback = false

    /// The defaults that the options show.
    package init() {}

    /// Public STUN servers of different operators: a NAT type needs the word of two.
    package static let publicSTUN = [
        "stun.l.google.com:19302", "stun.cloudflare.com:3478", "stun.nextcloud.com:443",
    ]

    /// TCP port of a control plane.
    package static let controlPort = ControlLocation.defaultPort

    /// What the deciders are told of it.
    var nodeConfiguration: NodeConfiguration {
        var node = NodeConfiguration()
        node.interface = interface
        node.nodeName = name
        node.started = UnixTime.now()
        node.allowsLoopback = allowLoopback
        return node
    }

    /// The network that a party hosted here gets as the machine is now, such as 10.66.0.0/16; nil when none is free.
    package var networkToHost: IPv4Network? {
        subnet
            ?? LocalNetwork(addresses: [], listenPort: 0, routes: LocalRoutes.current(without: interface)).freeNetwork
    }

    /// As the node tells of it.
    package var started: StartSettings {
        StartSettings(
            stateFolder: stateFolder, interface: interface, listenPort: listenPort, name: name,
            control: control?.description, stun: stun, relays: relays.map(\.description), insecureHTTP: insecureHTTP)
    }
}
