import Foundation

/// A household's routers come up again: their mappings are gone and, if so wished, the public address is another.
struct Reboot {
    let topology: Topology
    let site: Site

    /// Of `ip -json address show`, what is needed.
    private struct Device: Decodable {
        struct Address: Decodable { let local: String }
        let addr_info: [Address]
    }

    func run(newAddress: Bool) async throws {
        let translators = topology.translators(of: site)
        guard !translators.isEmpty, let outermost = translators.last else {
            throw LabProblem.refused("\(site.name) has no router: take a site behind a NAT")
        }
        if newAddress { try await changeAddress(in: outermost) }
        for namespace in translators {
            try await IPTool.run(["netns", "exec", namespace, OwnProgram.path, "forget-mappings"])
        }
    }

    /// Swaps the main and the spare address.
    private func changeAddress(in namespace: String) async throws {
        guard let spare = site.spareAddress else { throw LabProblem.refused("\(site.name) has no spare address") }
        let shown = try await IPTool.run(["-n", namespace, "-json", "-4", "address", "show", "dev", "wan"])
        let now = try JSONDecoder().decode([Device].self, from: Data(shown.utf8)).flatMap(\.addr_info).map(\.local)
        let next = now.contains("\(spare)") ? site.publicAddress : spare
        let commands =
            now.map { "address del \($0)/32 dev wan" } + [
                "address add \(next)/32 dev wan", "route replace default dev wan src \(next)",
            ]
        try await IPTool.run(["-n", namespace, "-batch", "-"], input: commands.joined(separator: "\n") + "\n")
    }
}
