import MeshCore
import MeshRules
import MeshWire

extension NodeRequest {
    var isHost: Bool { if case .host = self { true } else { false } }

    /// A host or a join with this consent; what was agreed to is what a host gets.
    func consenting(_ consent: NetworkConsent) -> NodeRequest {
        switch self {
        case .host(let party, var subnet, let publicAddress, _):
            if case .asks(let network?) = consent { subnet = network }
            return .host(party: party, subnet: subnet, publicAddress: publicAddress, consent: consent)
        case .join(let invite, _): return .join(invite: invite, consent: consent)
        default: return self
        }
    }

    /// Without what stood around an invite. Throws what can be known to be wrong before any node is started: a party's
    /// name, an invite's letters.
    func checked() throws(CommandProblem) -> NodeRequest {
        do throws(CommandRefusal) {
            switch self {
            case .host(let party, let subnet, _, _):
                _ = try CommandRefusal.named(party: party)
                if let subnet, !subnet.isForParty { throw .badNetwork(subnet) }
            case .join(let invite, let consent):
                do throws(Refusal) { return .join(invite: try InviteCode(pasted: invite).text, consent: consent) } catch
                {
                    throw .invite(error)
                }
            default: break
            }
            return self
        } catch {
            throw CommandProblem("\(error)", .data)
        }
    }
}
