internal import Glibc

/// What the machine must have before a node can be put on it; each lack has its own error.
enum Prerequisites {
    /// Bits of the kernel's capability sets, by name.
    static let capabilities: [(name: String, bit: UInt64)] = [("CAP_NET_ADMIN", 12), ("CAP_NET_RAW", 13)]

    static func check() throws(NetworkProblem) {
        try find("wireguard-go", package: "wireguard-go")
        try find("ip", package: "iproute2")
        let missing = missingCapabilities(inStatus: ProcFile.text(at: "/proc/self/status") ?? "")
        guard missing.isEmpty else { throw .missingCapabilities(missing) }
        let tunnel = open("/dev/net/tun", O_RDWR | O_CLOEXEC)
        guard tunnel >= 0 else { throw .tunnelDeviceUnavailable(.last) }
        close(tunnel)
    }

    /// Of what /proc/PID/status says.
    static func missingCapabilities(inStatus text: String) -> [String] {
        let line = text.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let digits = line?.dropFirst("CapEff:".count).trimmingPrefix { $0.isWhitespace } ?? ""
        let held = UInt64(digits, radix: 16) ?? 0
        return capabilities.filter { held >> $0.bit & 1 == 0 }.map(\.name)
    }

    /// Programs in /usr/sbin and the like are found though a user's PATH may not name those folders.
    static func path(of tool: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let folders =
            path.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin"]
        return folders.map { "\($0)/\(tool)" }.first { access($0, X_OK) == 0 }
    }

    private static func find(_ tool: String, package: String) throws(NetworkProblem) {
        guard path(of: tool) != nil else { throw .missingTool(tool, package: package) }
    }
}
