import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("Whose answer it is")
struct PendingCommandsTests {
    static let host = Command.host(partyName: "p", memberName: "m", control: .local(serving: []))
    static let peer = PeerID()

    @Test("an answer finds its command by its kind")
    func kinds() {
        var commands = PendingCommands()
        let host = commands.begin(Self.host)
        let pin = commands.begin(.pinRelay(Self.peer, relay: Bytes8()))
        #expect(commands.end(.pinned, asked: pin) == pin)
        #expect(commands.end(.joined(partyName: "p", invite: nil), asked: nil) == host)
        #expect(commands.end(.left, asked: nil) == nil)
    }

    @Test("a refusal said at once is for the command just given")
    func refusedAtOnce() {
        var commands = PendingCommands()
        let first = commands.begin(Self.host)
        let second = commands.begin(Self.host)
        #expect(commands.end(.refused(.busy), asked: second) == second)
        #expect(commands.end(.refused(.control(.busy(retryAfter: 9))), asked: nil) == first)
    }

    @Test("leaving stops a join: each gets its own answer")
    func leaving() {
        var commands = PendingCommands()
        let host = commands.begin(Self.host)
        let leave = commands.begin(.leave)
        #expect(commands.end(.left, asked: leave) == leave)
        #expect(commands.end(.refused(.notInParty), asked: leave) == host)
    }

    @Test("those who still wait can be told otherwise")
    func removeAll() {
        var commands = PendingCommands()
        let ids = [commands.begin(Self.host), commands.begin(.leave)]
        #expect(commands.removeAll() == ids)
        #expect(commands.removeAll() == [])
    }
}
