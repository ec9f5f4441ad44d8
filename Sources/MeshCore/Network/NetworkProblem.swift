/// Why the network could not be set up or changed. Each says what to do about it.
package enum NetworkProblem: Error, Equatable, Sendable {
    /// A program that is needed is not on the PATH; `package` is Debian's name for where it comes from.
    case missingTool(String, package: String)
    case tunnelDeviceUnavailable(SystemError)
    /// Names of the capabilities that the process lacks.
    case missingCapabilities([String])
    /// nf_tables refused the node's table, with its words.
    case firewallUnavailable(String)
    case badInterfaceName(String)
    /// Something that is not ours has an interface of that name.
    case interfaceInUse(String)
    case noFreePort(from: UInt16)
    /// The state folder or a file in it.
    case storage(StorageProblem)
    /// WireGuard's process did not come up; what it said last.
    case backendFailed(String)
    /// WireGuard's process did not take a request.
    case backendRefused(request: String, SystemError)
    case socket(String, SystemError)
    case command(String, says: String)
    /// A request before `initialize` or after `shutdown`.
    case notRunning
}

extension NetworkProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missingTool(let tool, let package):
            "\(tool) is not installed: apt-get install --no-install-recommends \(package)"
        case .tunnelDeviceUnavailable(let error):
            "/dev/net/tun cannot be opened (\(error)): run `modprobe tun`, or start the container with --device /dev/net/tun"
        case .missingCapabilities(let names):
            "\(names.joined(separator: " and ")) missing: run meshtui as root (sudo meshtui), or start the container with "
                + names.map { "--cap-add \($0.dropFirst("CAP_".count))" }.joined(separator: " ")
        case .firewallUnavailable(let words):
            "nftables does not work here (\(words)): run `modprobe -a nf_tables nfnetlink_log`, the kernel needs both"
        case .badInterfaceName(let name):
            "\"\(name)\" cannot name an interface: choose 1 to 15 letters, digits, '-', '_' or '.' after a letter with --interface"
        case .interfaceInUse(let name):
            "there is an interface \(name) already: choose another with --interface"
        case .noFreePort(let first):
            "no UDP port from \(first) on is free: choose another with --listen-port"
        case .storage(let problem): "\(problem)"
        case .backendFailed(let words):
            "wireguard-go did not start (\(words)): its log is in the state folder, start it by hand to see more"
        case .backendRefused(let request, let error):
            "wireguard-go refused to \(request) (\(error)): run `meshtui down` and start again"
        case .socket(let what, let error):
            "\(what) failed (\(error)): run meshtui as root (sudo), and look at the log in its state folder"
        case .command(let command, let words):
            "`\(command)` failed (\(words)): run it by hand as root to see why"
        case .notRunning:
            "the network is not up: start the node first (meshtui)"
        }
    }
}
