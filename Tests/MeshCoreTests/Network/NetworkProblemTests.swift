import Testing

@testable import MeshCore

@Suite("What a person reads when the network does not come up")
struct NetworkProblemTests {
    @Test(
        "one line that says what to do",
        arguments: [
            (
                NetworkProblem.missingTool("wireguard-go", package: "wireguard-go"),
                "wireguard-go is not installed: apt-get install --no-install-recommends wireguard-go"
            ),
            (
                .tunnelDeviceUnavailable(SystemError(2)),
                "/dev/net/tun cannot be opened (No such file or directory): run `modprobe tun`, or start the container with --device /dev/net/tun"
            ),
            (
                .missingCapabilities(["CAP_NET_ADMIN", "CAP_NET_RAW"]),
                "CAP_NET_ADMIN and CAP_NET_RAW missing: run meshtui as root (sudo meshtui), or start the container with --cap-add NET_ADMIN --cap-add NET_RAW"
            ),
            (
                .firewallUnavailable("Operation not supported"),
                "nftables does not work here (Operation not supported): run `modprobe -a nf_tables nfnetlink_log`, the kernel needs both"
            ),
            (
                .interfaceInUse("meshtui0"),
                "there is an interface meshtui0 already: choose another with --interface"
            ),
            (.noFreePort(from: 51820), "no UDP port from 51820 on is free: choose another with --listen-port"),
            (
                .storage(.unusable(path: "/var/lib/meshtui", reason: "Permission denied")),
                "/var/lib/meshtui can't be used, Permission denied: mend it, or choose another state folder"
            ),
            (
                .storage(.damaged(path: "/var/lib/meshtui/wg.key", reason: "it doesn't hold 64 hexadecimal digits")),
                "/var/lib/meshtui/wg.key is damaged, it doesn't hold 64 hexadecimal digits: put back a copy, or move it away and begin anew"
            ),
        ])
    func text(_ problem: NetworkProblem, _ expected: String) {
        #expect(problem.description == expected)
    }
}
