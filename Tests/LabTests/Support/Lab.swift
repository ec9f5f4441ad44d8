import Foundation
import Testing

/// A lab of its own for one test: up before, down after, whatever happened in between.
final class Lab: Sendable {
    let name: String
    /// The lab's machines are computers of their own: whatever else this one is busy with comes after them, where that is
    /// allowed.
    private let priority: [String]

    var folder: String { "/run/meshtui-lab/\(name)" }

    init(priority: [String]) {
        self.priority = priority
        name = Lab.newName()
    }

    static func newName() -> String { "t" + String(UInt32.random(in: 0x10_0000...0xff_ffff), radix: 16) }

    static func priority() async throws -> [String] {
        let words = ["chrt", "-r", "1"]
        if try await Command.run(words + ["true"]).succeeded { return words }
        figure("real-time priority", "not allowed here: a busy machine shows in what follows")
        return []
    }

    /// Brings up the named sites (all of them if none is named) with the control server and the relays, does `body`, takes
    /// everything down.
    static func run(
        sites: [String], delayMs: Double? = nil, services: Bool = true, _ body: (Lab) async throws -> Void
    ) async throws {
        try Prerequisites.require()
        let lab = Lab(priority: try await priority())
        do {
            try await lab.up(sites: sites, delayMs: delayMs, services: services)
            try await body(lab)
        } catch {
            lab.printLogs()
            await lab.down()
            throw error
        }
        await lab.down()
    }

    private func up(sites: [String], delayMs: Double?, services: Bool) async throws {
        var options = sites.flatMap { ["--site", $0] }
        if let delayMs { options += ["--delay-ms", "\(delayMs)"] }
        if services { options += ["--services", "--meshtui", Binaries.meshtui] }
        try await Command.output(of: priority + [Binaries.lab, "up", "--lab", name] + options)
        if services, sites.contains("control") { try await controlListens() }
    }

    private func down() async {
        let outcome = try? await Command.run([Binaries.lab, "down", "--lab", name])
        #expect(outcome?.succeeded == true, "the lab must come down: \(outcome?.error ?? "")")
        await #expect(throws: Never.self) {
            try await eventually("nothing of the lab to be left", within: .seconds(5)) {
                try await Leftovers.of(lab: name)
            } until: {
                $0.isEmpty
            }
        }
    }

    /// Waits until the control server takes connections: it has been started, which is all that `up` and `start` promise.
    func controlListens() async throws {
        let sockets = inside("control", ["cat", "/proc/net/tcp"])
        try await eventually("the control server to listen", every: .milliseconds(20)) {
            try await Command.output(of: sockets)
        } until: {
            // Port 51821, listening.
            $0.contains(":CA6D 00000000:0000 0A ")
        }
    }

    func fault(_ words: String...) async throws {
        try await Command.output(of: [Binaries.lab, "fault"] + words + ["--lab", name])
    }

    func namespace(of site: String) -> String { "meshlab-\(name)-\(site)" }

    /// The words that run `command` on a site's machine.
    func inside(_ site: String, _ command: [String]) -> [String] {
        priority + ["ip", "netns", "exec", namespace(of: site)] + command
    }

    private func printLogs() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() where name.hasSuffix(".log") {
            guard let text = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8) else { continue }
            print("---- \(name)")
            for line in text.split(separator: "\n").suffix(40) { print(line) }
        }
    }
}
