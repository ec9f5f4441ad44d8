import ArgumentParser

/// What a node is started with. Each option has a variable of the environment, which it overrules.
struct NodeOptions: ParsableArguments {
    @Option(help: "Folder of the node's state. [MESHTUI_STATE; /var/lib/meshtui]")
    var state: String?
    @OptionGroup var address: NodeAddress
    @Option(help: "WireGuard's UDP port; the next free one if it is taken. [MESHTUI_LISTEN_PORT; 51820]")
    var listenPort: String?
    @Option(help: "How the others see this machine. [MESHTUI_NAME; the host name]")
    var name: String?
    @Option(
        help: "Control server for parties hosted here, http://HOST:PORT or none. [MESHTUI_CONTROL; this machine]")
    var control: String?
    @Option(help: "STUN server HOST:PORT, repeatable; “none” for none. [MESHTUI_STUN; public ones]")
    var stun: [String] = []
    @Option(help: "Relay HOST:PORT#KEY, repeatable. [MESHTUI_RELAY]")
    var relay: [String] = []
    @Flag(help: "Forget who this machine is, before joining anew: for a state folder that is a copy of another's.")
    var newIdentity = false
    @Flag(help: "Let a control server be asked by plain HTTP over the internet. [MESHTUI_INSECURE_HTTP=1]")
    var insecureHTTP = false
    @Flag(
        help:
            "Let a control server be at a loopback or link-local address, to try things out. [MESHTUI_ALLOW_LOOPBACK=1]"
    )
    var allowLoopback = false
    @Flag(name: .shortAndLong, help: "Agree to what is changed on this machine, without a question. [MESHTUI_YES=1]")
    var yes = false
}
