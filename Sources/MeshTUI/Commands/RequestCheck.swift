import MeshCore
import MeshRules
import MeshWire

extension NodeRequest {
    /// Without what stood around an invite. Throws what can be known to be wrong before any node is started: a party's
    /// name, an invite's letters.
    func checked() throws(CommandProblem) -> NodeRequest {
        do throws(CommandRefusal) {
            switch self {
            case .host(let party, let subnet, _):
                _ = try CommandRefusal.named(party: party)
                if let subnet, !subnet.isForParty { throw .badNetwork(subnet) }
            case .join(let invite):
                do throws(Refusal) { return .join(invite: try InviteCode(pasted: invite).text) } catch {
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
