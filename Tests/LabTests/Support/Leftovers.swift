import Foundation
import Testing

enum Leftovers {
    /// What of a lab that is down is still on the machine.
    static func of(lab name: String) async throws -> [String] {
        var found = try await Lab.namespaces(of: name)
        let places = ["/run/meshtui-lab", "/var/run/wireguard", "/run/meshtui"]
        for place in places {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
            found += names.filter { $0.hasPrefix(name) }.map { "\(place)/\($0)" }
        }
        for pid in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int(pid) != nil {
            let line = commandLine(of: pid)
            if line.contains(name) { found.append("process \(pid) \(line)") }
        }
        return found
    }

    static func commandLine(of pid: some StringProtocol) -> String {
        let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
        return String(decoding: words.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
    }
}

extension NodeProcess {
    /// What of this node is still on its machine: nothing, once it is down.
    func leftovers() async throws -> [String] {
        var found: [String] = []
        let links = try await Command.output(of: lab.inside(site, ["ip", "-o", "link"]))
        if links.contains(": \(interface):") { found.append("interface \(interface)") }
        let routes = try await Command.output(of: lab.inside(site, ["ip", "route"]))
        if routes.contains("dev \(interface) ") { found.append("a route over \(interface)") }
        let rules = try await Command.output(of: lab.inside(site, ["ip", "rule"]))
        found += rules.split(separator: "\n").dropFirst(3).map { "rule \($0)" }
        let tables = try await Command.output(of: lab.inside(site, ["nft", "list", "tables"]))
        found += tables.split(separator: "\n").map { "nft \($0)" }
        for path in [socket, "/var/run/wireguard/\(interface).sock"] where FileManager.default.fileExists(atPath: path)
        {
            found.append(path)
        }
        let pids = try await Command.output(of: ["ip", "netns", "pids", lab.namespace(of: site)])
        for pid in pids.split(separator: "\n") {
            found.append("process \(pid) \(Leftovers.commandLine(of: pid))")
        }
        return found
    }

    /// The same without what differs from run to run.
    func traces() async throws -> [String] {
        try await leftovers().map { $0.split(separator: " ").filter { Int($0) == nil }.joined(separator: " ") }.sorted()
    }

    /// The kernel takes a dead process' devices away in its own time, hence the patience.
    func isGone() async throws {
        try await eventually("nothing to be left of \(name)", within: .seconds(5), ask: leftovers) { $0.isEmpty }
    }
}
