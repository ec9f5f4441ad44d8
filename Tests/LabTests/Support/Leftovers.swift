import Foundation
import Testing

extension NodeProcess {
    /// What of this node is still on its machine: nothing, once it is down.
    func leftovers() async throws -> [String] {
        var found: [String] = []
        let links = try await Command.output(of: lab.inside(site, ["ip", "-o", "link"]))
        if links.contains(": \(interface):") { found.append("interface \(interface)") }
        let routes = try await Command.output(of: lab.inside(site, ["ip", "route"]))
        if routes.contains("dev \(interface) ") { found.append("a route over \(interface)") }
        let tables = try await Command.output(of: lab.inside(site, ["nft", "list", "tables"]))
        found += tables.split(separator: "\n").map { "nft \($0)" }
        for path in [socket, "/var/run/wireguard/\(interface).sock"] where FileManager.default.fileExists(atPath: path)
        {
            found.append(path)
        }
        let pids = try await Command.output(of: ["ip", "netns", "pids", lab.namespace(of: site)])
        for pid in pids.split(separator: "\n") {
            let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            found.append("process \(pid) " + String(decoding: words.map { $0 == 0 ? 32 : $0 }, as: UTF8.self))
        }
        return found
    }

    func isGone() async throws {
        let found = try await leftovers()
        #expect(found.isEmpty, "of \(name) there is still \(found.joined(separator: ", "))")
    }
}
