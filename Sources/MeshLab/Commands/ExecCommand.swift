import ArgumentParser
import CLinux
import Glibc

struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a command on a site's machine: meshtui-lab exec cone1 -- ip address")

    @OptionGroup var lab: LabOptions

    @Argument(help: "The site.")
    var site: String

    /// NETLINK_NETFILTER of <linux/netlink.h>, which Glibc does not show.
    private static let netfilter: Int32 = 12

    @Flag(help: "The command finds a kernel without nftables.")
    var withoutNftables = false

    @Argument(parsing: .postTerminator, help: "The command and its arguments.")
    var command: [String]

    func run() throws {
        try Lab.requirePrivileges()
        let lab = try Lab.find(lab.name)
        let site = try lab.state.scenario.site(named: site)
        let namespace = lab.topology.hostNamespace(of: site)
        // `meshtui` there means that machine's node, not one of the machine that the lab runs on.
        if site.kind != .server {
            for (name, value) in Node(at: site).environment(in: lab) { setenv(name, value, 1) }
        }
        if withoutNftables, clinux_refuse_netlink(Self.netfilter) != 0 {
            throw LabProblem.systemCall("seccomp", object: "the command", errno: errno)
        }
        throw Detached.become(["ip", "netns", "exec", namespace] + command)
    }
}
