import Foundation

/// The sites of a lab, for people and for programs.
struct SiteTable {
    /// One site as `--json` prints it.
    struct Row: Encodable, Equatable {
        let name: String
        let kind: Site.Kind
        let region: Region
        let publicAddress: IPv4
        let publicAddresses: [IPv4]
        let hostAddress: IPv4
        let namespace: String
        let routerNamespace: String?
        let servicePid: Int32?
    }

    private struct Document: Encodable {
        let lab: String
        let stateFolder: String
        let sites: [Row]
    }

    let lab: String
    let stateFolder: String
    let rows: [Row]

    init(_ lab: Lab) {
        self.lab = lab.folder.lab
        stateFolder = lab.folder.path
        let topology = lab.topology
        rows = lab.state.scenario.sites.map { site in
            Row(
                name: site.name, kind: site.kind, region: site.region, publicAddress: site.publicAddress,
                publicAddresses: site.publicAddresses, hostAddress: site.hostAddress,
                namespace: topology.hostNamespace(of: site),
                routerNamespace: site.kind.hasRouter ? topology.routerNamespace(of: site) : nil,
                servicePid: lab.state.services.last { $0.site == site.name }?.pid)
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(lab: lab, stateFolder: stateFolder, sites: rows)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    var text: String {
        let head = ["SITE", "NAT", "REGION", "PUBLIC", "MACHINE"]
        let cells =
            [head]
            + rows.map { [$0.name, $0.kind.rawValue, $0.region.rawValue, "\($0.publicAddress)", "\($0.hostAddress)"] }
        let widths = head.indices.map { column in cells.map(\.[column].count).max() ?? 0 }
        let lines = cells.map { row in
            zip(row, widths).map { $0.padding(toLength: $1 + 2, withPad: " ", startingAt: 0) }.joined()
                .trimmingCharacters(in: .whitespaces)
        }
        return lines.joined(separator: "\n") + "\n\nmeshtui-lab exec SITE --lab \(lab) -- COMMAND runs a command there."
    }
}
