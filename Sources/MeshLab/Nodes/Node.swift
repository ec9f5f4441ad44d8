/// A machine of the lab with the node that runs on it.
struct Node: Equatable {
    let site: String
    /// What the other members see.
    let name: String
    let interface: String

    init(site: String, name: String, interface: String) {
        (self.site, self.name, self.interface) = (site, name, interface)
    }

    /// One that is named after its machine, of which a household may have two: `cone1` and `cone1b`.
    init(at site: Site) {
        let second = site.name.last.map { $0.isLetter ? String($0) : "" } ?? ""
        self.init(site: site.name, name: site.name, interface: "mx\(site.household)\(second)")
    }

    /// What tells `meshtui` on that machine which node is meant, and where its servers are. Namespaces share the file
    /// system, so each node has a folder, a socket and an interface of its own.
    func environment(in lab: Lab) -> [String: String] {
        let scenario = lab.state.scenario
        var variables = [
            "MESHTUI_STATE": lab.folder.state(of: "node-" + site), "MESHTUI_SOCKET": lab.folder.path + "/\(site).sock",
            "MESHTUI_INTERFACE": String((interface + lab.folder.lab).prefix(15)), "MESHTUI_NAME": name,
            "MESHTUI_STUN": Services.relayAddresses(of: scenario).joined(separator: ","),
            "MESHTUI_INSECURE_HTTP": "1", "MESHTUI_YES": "1",
        ]
        variables["MESHTUI_CONTROL"] = try? Services.controlURL(of: scenario)
        return variables
    }
}
