import MeshWire
import Testing

@testable import MeshRelayServer

@Suite struct CheckForwardingTests {
    var relay: TestRelay
    var alice: TestMachine
    var bob: TestMachine
    let atAlice = TestRelay.place(1)
    let atBob = TestRelay.place(2)

    init() throws {
        relay = try TestRelay()
        (alice, bob) = (try TestMachine(1), try TestMachine(2))
        try relay.register(&alice, at: atAlice)
        try relay.register(&bob, at: atBob)
    }

    @Test("a check goes by its receiver tag, unchanged")
    mutating func forwarded() {
        let check = TestPackets.check(from: alice.tag(relay.scope), to: bob.tag(relay.scope), size: 900)
        #expect(relay.send(check, from: atAlice) == .forward(check, to: atBob))
    }

    @Test("a check under another's sender tag is dropped")
    mutating func forgedSender() throws {
        var carol = try TestMachine(3)
        try relay.register(&carol, at: TestRelay.place(3))
        let check = TestPackets.check(from: alice.tag(relay.scope), to: bob.tag(relay.scope))
        #expect(relay.send(check, from: TestRelay.place(3)) == .drop(.tag))
    }

    @Test("a check doesn't leave its scope, nor come back to its sender")
    mutating func elsewhere() throws {
        var carol = try TestMachine(3)
        let foreign = Scope([UInt8](repeating: 1, count: 16).span, at: 0)
        try relay.register(&carol, at: TestRelay.place(3), token: relay.token(carol, scope: foreign))
        let out = TestPackets.check(from: alice.tag(relay.scope), to: carol.tag(foreign))
        let back = TestPackets.check(from: alice.tag(relay.scope), to: alice.tag(relay.scope))
        #expect(relay.send(out, from: atAlice) == .drop(.tag))
        #expect(relay.send(back, from: atAlice) == .drop(.tag))
    }

    @Test("checks of an address in two scopes find the right members")
    mutating func twoScopes() throws {
        let other = Scope([UInt8](repeating: 1, count: 16).span, at: 0)
        for machine in [(alice, atAlice), (bob, atBob)] {
            var member = machine.0
            try relay.register(&member, at: machine.1, token: relay.token(member, scope: other))
        }
        let first = TestPackets.check(from: alice.tag(relay.scope), to: bob.tag(relay.scope))
        let second = TestPackets.check(from: alice.tag(other), to: bob.tag(other))
        let mixed = TestPackets.check(from: alice.tag(other), to: bob.tag(relay.scope))
        #expect(relay.send(first, from: atAlice) == .forward(first, to: atBob))
        #expect(relay.send(second, from: atAlice) == .forward(second, to: atBob))
        #expect(relay.send(mixed, from: atAlice) == .drop(.tag))
    }
}

@Suite struct RelaySTUNTests {
    let home = TestRelay.place(1)
    let transaction = TransactionID(1, 2, 3)

    @Test("a padded request is answered with where it came from, from the first packet on")
    func answered() throws {
        var relay = try TestRelay()
        let answer = relay.send(STUNMessage.bindingRequest(transaction: transaction), from: home)
        guard case .reply(let bytes) = answer else { throw TestFailure("\(answer)") }
        let message = try STUNMessage.decode(bytes.span)
        #expect(message.messageClass == .success)
        #expect(message.transaction == transaction)
        #expect(message.xorMapped == home)
    }

    @Test("a request shorter than its answer gets none")
    func short() throws {
        var relay = try TestRelay()
        let bare = STUNMessage.bindingRequest(transaction: transaction, paddedLength: 0)
        #expect(relay.send(bare, from: home) == .drop(.stun))
    }

    @Test("a request for another address or port gets none", arguments: [STUNMessage.ChangeRequest.address, .port])
    func change(_ change: STUNMessage.ChangeRequest) throws {
        var relay = try TestRelay()
        let request = STUNMessage.bindingRequest(transaction: transaction, change: change)
        #expect(relay.send(request, from: home) == .drop(.stun))
    }

    @Test("an answer isn't answered")
    func answer() throws {
        var relay = try TestRelay()
        let request = STUNMessage.bindingRequest(transaction: transaction)
        let answer = STUNMessage.bindingSuccess(for: request.span, mapped: home)
        #expect(relay.send(try #require(answer), from: home) == .drop(.stun))
    }
}
