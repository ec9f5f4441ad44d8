package import MeshWire

/// What a person has agreed to on this machine, in the state folder's file `agreed`: a line for the interface, and one for
/// each network on it. Nobody is asked twice about one network.
package struct Agreements: Sendable {
    /// Lines that the file holds at most; the oldest go.
    private static let limit = 64

    private let folder: String
    private let interface: String

    /// Nothing is read or made before it is asked for.
    package init(folder: String, interface: String) { (self.folder, self.interface) = (folder, interface) }

    /// Whether a node may be started. The first version told in each folder once what it does, and left a mark.
    package var coverInterface: Bool {
        lines.contains(interface) || (try? PrivateFile.read(folder + "/announced")) ?? nil != nil
    }

    /// Whether the interface may have an address in this network and a route to it.
    package func cover(_ network: IPv4Network) -> Bool { lines.contains(line(network)) }

    /// All that the interface may have.
    package var networks: [IPv4Network] {
        lines.compactMap {
            $0.hasPrefix(interface + " ") ? IPv4Network(String($0.dropFirst(interface.count + 1))) : nil
        }
    }

    /// Remembers the interface and, if it is known, its network. The folder must be there.
    package func note(_ network: IPv4Network?) throws(StorageProblem) {
        let older = lines
        let newer = ([interface] + (network.map { [line($0)] } ?? [])).filter { !older.contains($0) }
        guard !newer.isEmpty else { return }
        let text = (older + newer).suffix(Self.limit).joined(separator: "\n") + "\n"
        try PrivateFile.write(Array(text.utf8), to: path)
    }

    private var path: String { folder + "/agreed" }

    private func line(_ network: IPv4Network) -> String { "\(interface) \(network)" }

    /// A file that can't be read agrees to nothing.
    private var lines: [String] {
        let bytes = (try? PrivateFile.read(path)) ?? nil
        return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// Which networks a client lets the node set on this machine, in a host or a join.
package enum NetworkConsent: Equatable, Sendable {
    /// Any: a person has said so beforehand, or the client can't ask.
    case any
    /// Those agreed to before, and this one; the node asks about another before it changes anything.
    case asks(agreed: IPv4Network?)
}

extension NetworkConsent: Codable {
    /// `ask`, or the network that was agreed to. A client that says nothing means any.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if text == "ask" {
            self = .asks(agreed: nil)
        } else {
            self = .asks(agreed: try container.decode(IPv4Network.self))
        }
    }

    /// `any` is told by leaving it out.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .any: try container.encodeNil()
        case .asks(nil): try container.encode("ask")
        case .asks(let network?): try container.encode(network)
        }
    }
}
