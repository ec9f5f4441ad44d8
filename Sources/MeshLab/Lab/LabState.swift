import Foundation
import Glibc

/// What a running lab keeps in /run/meshtui-lab/LAB, so that another run of the program finds it.
struct LabState: Codable, Equatable, Sendable {
    /// A process that the lab started in a site: a server or, in the demo, a node.
    struct Service: Codable, Equatable, Sendable {
        let site: String
        let pid: Int32
        let log: String
    }

    let lab: String
    let scenario: Scenario
    var services: [Service] = []
    /// The `meshtui` that the services were started with, so that a stopped one starts again as it was.
    var program: String?

    var topology: Topology { Topology(lab: lab, scenario: scenario) }
}

/// The state folder of one lab. Only root may look into it: it holds the operator's token and invites.
struct LabFolder: Sendable {
    let lab: String

    init(lab: String) throws(LabProblem) {
        let plain = lab.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
        guard plain, (1...12).contains(lab.utf8.count) else { throw .badLabName(lab) }
        self.lab = lab
    }

    var path: String { "/run/meshtui-lab/\(lab)" }
    var socket: String { path + "/internet.sock" }
    var internetLog: String { path + "/internet.log" }
    private var file: String { path + "/lab.json" }

    func log(of name: String) -> String { path + "/\(name).log" }
    /// The state folder given to a service or node.
    func state(of name: String) -> String { path + "/\(name)" }

    func create() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Removes what a node of that name has left, so that the next one starts afresh.
    func forget(_ name: String) { try? FileManager.default.removeItem(atPath: state(of: name)) }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    func save(_ state: LabState) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(state).write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    func load() throws(LabProblem) -> LabState {
        guard let data = FileManager.default.contents(atPath: file) else { throw .notUp(lab: lab) }
        do {
            return try JSONDecoder().decode(LabState.self, from: data)
        } catch {
            throw .unreadable(file, reason: "\(error)")
        }
    }

    /// Writes a file that only root reads.
    func writeSecret(_ text: String, to name: String) throws -> String {
        let target = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: target))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
        return target
    }

    var internetAnswers: Bool { (try? UnixSocket.ask("hello", at: socket)) == "ok" }
}
