import MeshCore
import MeshRules
import MeshWire

extension NodeRequest {
    /// What can be known to be wrong before any node is started: a party's name, an invite's letters.
    func check() throws(CommandProblem) {
        do throws(CommandRefusal) {
            switch self {
            case .host(let party): if (try? MemberName(party)) == nil { throw .name(party) }
            case .join(let invite):
                do throws(Refusal) { _ = try InviteCode(text: invite) } catch { throw .invite(error) }
            default: break
            }
        } catch {
            throw CommandProblem("\(error)", .data)
        }
    }
}
