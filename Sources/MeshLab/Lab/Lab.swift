import Foundation
import Glibc

/// One private internet: brought up, looked up and taken down.
struct Lab {
    let folder: LabFolder
    let state: LabState

    var topology: Topology { state.topology }

    static func requirePrivileges() throws(LabProblem) {
        guard geteuid() == 0 else { throw .notRoot }
        for (tool, package) in [("ip", "iproute2"), ("nft", "nftables")] where IPTool.path(of: tool) == nil {
            throw .missingTool(tool, package: package)
        }
    }

    /// Finds a lab that is up.
    static func find(_ name: String) throws(LabProblem) -> Lab {
        let folder = try LabFolder(lab: name)
        let state = try folder.load()
        guard folder.internetAnswers else { throw .internetSilent(log: folder.internetLog) }
        return Lab(folder: folder, state: state)
    }

    /// Builds the lab and starts its internet. What a dead lab of that name has left is swept first.
    static func up(_ name: String, scenario: Scenario, seed: UInt64) async throws -> Lab {
        try requirePrivileges()
        let folder = try LabFolder(lab: name)
        guard !folder.internetAnswers else { throw LabProblem.alreadyUp(lab: name) }
        await Sweep(folder: folder).run()
        try folder.create()
        let lab = Lab(folder: folder, state: LabState(lab: name, scenario: scenario))
        do {
            try folder.save(lab.state)
            try await lab.build(seed: seed)
        } catch {
            Message.lastWords(of: error)
            await Sweep(folder: folder).run()
            throw error
        }
        return lab
    }

    private func build(seed: UInt64) async throws {
        try await IPTool.run(["-batch", "-"], input: lines(topology.namespaces.map { "netns add \($0)" }))
        try startInternet(seed: seed)
        let moves = lines(topology.deviceMoves)
        try await IPTool.run(["-n", topology.internetNamespace, "-batch", "-"], input: moves)
        for household in state.scenario.households {
            for room in topology.rooms(of: household) { try await IPTool.script(room.script, in: room.namespace) }
        }
    }

    private func lines(_ commands: [String]) -> String { commands.joined(separator: "\n") + "\n" }

    /// Starts this same program as the internet and waits until it says that its devices are there.
    private func startInternet(seed: UInt64) throws(LabProblem) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw .systemCall("pipe", object: "the internet", errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let reading = Descriptor(ends[0])
        do {
            let writing = Descriptor(ends[1])
            let command = [
                "ip", "netns", "exec", topology.internetNamespace, OwnProgram.path, "internet", "--lab", folder.lab,
                "--seed", "\(seed)",
                "--ready-descriptor", "\(Detached.readyDescriptor)",
            ]
            _ = try Detached.start(command, log: folder.internetLog, readyPipe: writing.number)
        }
        var byte: UInt8 = 0
        guard read(reading.number, &byte, 1) == 1 else { throw .internetSilent(log: folder.internetLog) }
    }
}
