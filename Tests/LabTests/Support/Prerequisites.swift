import Foundation
import Glibc
import Testing

/// What the lab needs. A machine without it gets a failing test that names the Debian package, never a skipped one.
enum Prerequisites {
    private static let tools = [
        ("ip", "iproute2"), ("nft", "nftables"), ("wireguard-go", "wireguard-go"), ("wg", "wireguard-tools"),
        ("ping", "iputils-ping"), ("tmux", "tmux"), ("setpriv", "util-linux"), ("chrt", "util-linux"),
    ]

    static func require() throws {
        try #require(geteuid() == 0, "the lab makes network namespaces: run the tests as root")
        for (tool, package) in tools {
            try #require(isInstalled(tool), "\(tool) is missing: apt-get install --no-install-recommends \(package)")
        }
        for program in [Binaries.meshtui, Binaries.lab] {
            try #require(
                FileManager.default.isExecutableFile(atPath: program), "\(program) is missing: run swift build first")
        }
    }

    private static func isInstalled(_ tool: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }
}
