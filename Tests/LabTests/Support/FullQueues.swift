import Foundation

/// Packets that the kernel threw away because a program did not get to reading them in time: the machine's doing, which on
/// an idle one never happens. What a switch loses is counted nowhere here.
struct FullQueues: CustomStringConvertible {
    private var drops: [String: Int] = [:]

    var total: Int { drops.values.reduce(0, +) }
    var description: String { "\(drops.filter { $0.value > 0 }.map { "\($0.key) \($0.value)" }.sorted())" }

    /// What has been dropped so far in a lab's namespaces: by full devices and full UDP sockets.
    static func count(in lab: Lab) async throws -> FullQueues {
        var found = FullQueues()
        for namespace in try await Lab.namespaces(of: lab.name) {
            let words = ["ip", "netns", "exec", namespace, "cat", "/proc/net/dev", "/proc/net/snmp"]
            for line in try await Command.output(of: words).split(separator: "\n") { found.add(line, namespace) }
        }
        return found
    }

    func since(_ earlier: FullQueues) -> FullQueues {
        var result = self
        for (name, count) in earlier.drops { result.drops[name, default: 0] -= count }
        return result
    }

    private mutating func add(_ line: Substring, _ namespace: String) {
        let words = line.split { $0 == " " || $0 == "\t" }
        if words.count == 17, let name = words.first?.dropLast() {
            // Received: bytes, packets, errors, drops, …; sent: the same from the ninth on.
            drops["\(namespace) \(name)", default: 0] += (Int(words[4]) ?? 0) + (Int(words[12]) ?? 0)
        } else if words.first == "Udp:", words.count > 6, let errors = Int(words[5]) {
            // Received, no port, errors, sent, full receive buffer, full send buffer.
            drops["\(namespace) UDP", default: 0] += errors + (Int(words[6]) ?? 0)
        }
    }
}

extension Lab {
    /// The namespaces of a lab: machines, routers and the internet.
    static func namespaces(of name: String) async throws -> [String] {
        let list = try await Command.output(of: ["ip", "netns", "list"])
        let names = list.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
        return names.filter { $0.hasPrefix("meshlab-\(name)-") }
    }
}
