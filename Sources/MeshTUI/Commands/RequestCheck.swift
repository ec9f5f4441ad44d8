import MeshCore
import MeshRules
import MeshWire

extension NodeRequest {
    /// What can be known to be wrong before any node is started: a party's name, an invite's letters.
    func check() throws(CommandProblem) {
        do throws(CommandRefusal) {
            switch self {
            case .host(let party, let subnet):
                if (try? MemberName(party)) == nil { throw .name(party) }
                if let subnet, !subnet.isForParty { throw .badNetwork(subnet) }
            case .join(let invite):
                do throws(Refusal) { _ = try InviteCode(text: invite) } catch { throw .invite(error) }
            default: break
            }
        } catch {
            throw CommandProblem("\(error)", .data)
        }
    }
}
