import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

/// Every change of the state and every effect is accounted for: both are compared whole.
struct UpdateTests {
    private let party = ScreenSample.state(ScreenSample.party())
    private let alone = ScreenSample.state(ScreenSample.alone())

    private func after(_ state: AppState, _ event: AppEvent) -> (AppState, [AppEffect]) {
        var state = state
        let effects = update(&state, event, now: Instant())
        return (state, effects)
    }

    private func with(_ state: AppState, _ change: (inout AppState) -> Void) -> AppState {
        var state = state
        change(&state)
        return state
    }

    private func key(_ character: Character) -> AppEvent { .terminal(.key(.character(character))) }

    @Test("the first snapshot selects the first peer and the first relay")
    func firstSnapshot() {
        #expect(party.selectedPeer == ScreenSample.peerID(1))
        #expect(party.selectedRelay == Bytes8(1))
        #expect(party.mode == .party)
        #expect(alone.mode == .welcome)
        #expect(AppState().mode == .connecting)
    }

    @Test("selection follows the peer when the list changes")
    func selectionFollows() {
        let chosen = with(party) { $0.selectedPeer = ScreenSample.peerID(2) }
        var snapshot = ScreenSample.party()
        snapshot.peers.removeFirst()
        #expect(after(chosen, .snapshot(snapshot)).0.selectedPeer == ScreenSample.peerID(2))
        snapshot.peers.removeFirst()
        #expect(after(chosen, .snapshot(snapshot)).0.selectedPeer == ScreenSample.peerID(3))
        snapshot.peers = []
        #expect(after(chosen, .snapshot(snapshot)).0.selectedPeer == nil)
    }

    /// A key and what it does to the party screen.
    struct KeyCase: Sendable, CustomTestStringConvertible {
        let key: Key
        let change: @Sendable (inout AppState) -> Void
        var testDescription: String { key.name }

        init(_ key: Key, _ change: @escaping @Sendable (inout AppState) -> Void = { _ in }) {
            (self.key, self.change) = (key, change)
        }
    }

    @Test(
        "keys of the party screen change the state and nothing else",
        arguments: [
            KeyCase(.end) { $0.selectedPeer = ScreenSample.peerID(4) }, KeyCase(.home),
            KeyCase(.character("G")) { $0.selectedPeer = ScreenSample.peerID(4) },
            KeyCase(.character("r")) { $0.say("The node has all that it needs.") },
            KeyCase(.down) { $0.selectedPeer = ScreenSample.peerID(2) },
            KeyCase(.character("j")) { $0.selectedPeer = ScreenSample.peerID(2) }, KeyCase(.up),
            KeyCase(.tab) { $0.focus = .relays }, KeyCase(.character("-")) { $0.zoom = 2 }, KeyCase(.character("+")),
            KeyCase(.character("?")) { $0.overlay = .help(scroll: 0) },
            KeyCase(.character("l")) { $0.overlay = .confirm(.endHosting("Friday LAN", others: 4)) }, KeyCase(.escape),
            KeyCase(.character("h")) { $0.say("You are in Friday LAN: leave it first (l).") },
            KeyCase(.character("a")) { $0.say("bob has no relay pinned by you.") },
            KeyCase(.enter) { $0.say("Choose a relay first: Tab goes to the relays.") }, KeyCase(.character("x")),
        ])
    func keys(_ pressed: KeyCase) {
        let (state, effects) = after(party, .terminal(.key(pressed.key)))
        #expect(state == with(party, pressed.change))
        #expect(effects == [])
    }

    @Test("a guest is told whom to ask for the invite, and no footer offers it")
    func guest() {
        var snapshot = ScreenSample.party()
        snapshot.parties[0].hostID = ScreenSample.peerID(1)
        let guest = ScreenSample.state(snapshot)
        let (state, effects) = after(guest, key("i"))
        #expect(state == with(guest) { $0.say("Only the host has the invite: ask bob.") })
        #expect(effects == [])
        #expect(!ScreenSample.canvas(guest).text.contains("i invite"))
        #expect(ScreenSample.canvas(party).text.contains("i invite"))
    }

    @Test("Enter on a relay pins it for the chosen peer, and a releases it")
    func pinning() {
        let focused = with(party) {
            $0.focus = .relays
            $0.selectedRelay = Bytes8(2)
            $0.selectedPeer = ScreenSample.peerID(2)
        }
        let pin = NodeCommand.pinRelay(peer: ScreenSample.peerID(2), relay: Bytes8(2))
        let (asked, effects) = after(focused, .terminal(.key(.enter)))
        #expect(effects == [.perform(pin)])
        #expect(asked == with(focused) { $0.unfinished = 1 })
        let (done, none) = after(asked, .outcome(pin, .done(nil)))
        #expect(done == with(focused) { $0.say("Pinned: a makes it automatic again.") })
        #expect(none == [])
        #expect(after(focused, key("a")).1 == [.perform(.releaseRelay(peer: ScreenSample.peerID(2)))])
        // Overruled by the other end's, a pin can be taken back all the same.
        var snapshot = ScreenSample.party()
        snapshot.peers[1].pin = PinStatus(relayID: Bytes8(1), by: .peer, overruled: Bytes8(2))
        let overruled = with(ScreenSample.state(snapshot)) { $0.selectedPeer = ScreenSample.peerID(2) }
        #expect(after(overruled, key("a")).1 == [.perform(.releaseRelay(peer: ScreenSample.peerID(2)))])
    }

    @Test("hosting asks for a name and closes when the node has done it")
    func hosting() {
        var (state, effects) = after(alone, key("h"))
        #expect(state.overlay == .prompt(Prompt(.host)))
        (state, effects) = after(state, .terminal(.key(.enter)))
        var empty = Prompt(.host)
        empty.problem = "A party needs a name."
        #expect(state.overlay == .prompt(empty))
        for letter in " LAN " { (state, effects) = after(state, key(letter)) }
        (state, effects) = after(state, .terminal(.key(.enter)))
        #expect(effects == [.perform(.host(partyName: "LAN"))])
        #expect(state.unfinished == 1)
        #expect(after(state, key("x")).0 == state)
        (state, effects) = after(state, .outcome(.host(partyName: "LAN"), .done(nil)))
        #expect(effects == [])
        #expect(state == with(alone) { $0.say("Your party is open: i shows the invite for your friends.") })
    }

    @Test("a refused invite stays in its field, with the reason")
    func refusedJoin() {
        var (state, effects) = after(alone, key("j"))
        (state, effects) = after(state, .terminal(.pasted("meshtui1abc\n")))
        (state, effects) = after(state, .terminal(.key(.enter)))
        #expect(effects == [.perform(.join(invite: "meshtui1abc"))])
        (state, effects) = after(state, .outcome(.join(invite: "meshtui1abc"), .refused("copy it again")))
        var prompt = Prompt(.join)
        prompt.field.insert("meshtui1abc")
        prompt.problem = "copy it again"
        #expect(state == with(alone) { $0.overlay = .prompt(prompt) })
        #expect(after(state, .terminal(.key(.escape))).0 == alone)
    }

    @Test("Escape stops a host or join under way; the outcome closes it, and so does a second Escape")
    func stopping() {
        var (state, effects) = after(alone, key("j"))
        (state, effects) = after(state, .terminal(.pasted("meshtui1abc")))
        (state, effects) = after(state, .terminal(.key(.enter)))
        (state, effects) = after(state, .terminal(.key(.escape)))
        #expect(effects == [.perform(.stopEntering)])
        #expect(after(state, .terminal(.key(.escape))).0.overlay == nil)
        #expect(after(state, .outcome(.stopEntering, .done(nil))).0.overlay == state.overlay)
        let stopped = after(state, .outcome(.join(invite: "meshtui1abc"), .refused("it was stopped"))).0
        #expect(stopped.overlay == nil)
        #expect(stopped.message?.text == "Stopped: you are in no party.")
        // Too late: the party was entered.
        #expect(after(state, .outcome(.join(invite: "meshtui1abc"), .done(nil))).0.message?.text == "You have joined.")
    }

    @Test("a node that needs help is tried again by a key, and q takes it along")
    func needsHelp() {
        var snapshot = ScreenSample.alone()
        snapshot.node.problem = "wireguard-go is not installed: install it"
        let needy = with(ScreenSample.state(snapshot)) { $0.asksAboutNode = true }
        let (tried, effects) = after(needy, key("r"))
        #expect(effects == [.perform(.retry)])
        #expect(tried.message?.text == "Trying again …")
        #expect(after(tried, .outcome(.retry, .done(nil))).0.message == nil)
        let still = after(tried, .outcome(.retry, .refused("wireguard-go is not installed"))).0
        #expect(still.message?.text == "Tried again just now, and it is still so.")
        let (leaving, stop) = after(after(needy, key("q")).0, .terminal(.key(.enter)))
        #expect(stop == [.perform(.shutdownNode)])
        #expect(after(leaving, .outcome(.shutdownNode, .done(nil))).1 == [.exit(0)])
        #expect(after(with(needy) { $0.asksAboutNode = false }, key("q")).1 == [.exit(0)])
    }

    @Test("a paste without a field presses no key")
    func strayPaste() {
        let (state, effects) = after(party, .terminal(.pasted("q\nl\ny")))
        #expect(state == party)
        #expect(effects == [])
    }

    @Test("the invite is asked for, shown, copied on demand, and forgotten")
    func invite() {
        var (state, effects) = after(party, key("i"))
        #expect(effects == [.perform(.invite)])
        (state, effects) = after(state, .outcome(.invite, .done("meshtui1x")))
        #expect(state == with(party) { $0.overlay = .invite("meshtui1x") })
        #expect(after(state, key("y")).1 == [.copy("meshtui1x")])
        #expect(after(state, .terminal(.key(.escape))).0 == party)
        let (closed, _) = after(after(party, key("i")).0, .terminal(.key(.escape)))
        #expect(after(closed, .outcome(.invite, .done("meshtui1x"))).0 == party)
    }

    @Test("leaving is confirmed by Enter on its button, never by a letter or a paste")
    func leaving() {
        let asked = after(party, key("l")).0
        for letter in "abcdefghijklmnopqrstuvwxyzYNLQ0123456789 " { #expect(after(asked, key(letter)).0 == asked) }
        #expect(after(asked, .terminal(.pasted("y\n"))).0 == asked)
        #expect(after(asked, .terminal(.key(.enter))).0 == party)
        #expect(after(asked, .terminal(.key(.escape))).0 == party)
        let chosen = after(asked, .terminal(.key(.right))).0
        #expect(chosen == with(party) { $0.overlay = .confirm(.endHosting("Friday LAN", others: 4), chosen: 1) })
        #expect(after(chosen, .terminal(.key(.right))).0 == chosen)
        #expect(after(chosen, .terminal(.key(.left))).0 == asked)
        #expect(after(chosen, .terminal(.key(.tab))).0 == asked)
        let (left, effects) = after(chosen, .terminal(.key(.enter)))
        #expect(effects == [.perform(.leave)])
        #expect(left == with(party) { $0.unfinished = 1 })
    }

    @Test(
        "a host is told what becomes of the others",
        arguments: [(0, "Nobody else"), (1, "The other member"), (3, "The 3 others")])
    func endHosting(_ others: Int, _ words: String) {
        #expect(Confirmation.endHosting("LAN", others: others).question.contains(words))
        var guest = ScreenSample.party()
        guest.parties[0].hostID = ScreenSample.peerID(1)
        let asked = after(ScreenSample.state(guest), key("l")).0
        #expect(asked.overlay == .confirm(.leave("Friday LAN")))
    }

    @Test("what was pasted after a refusal replaces what was refused; what is typed mends it")
    func pasteAfterRefusal() {
        var state = after(alone, key("j")).0
        for text in ["wrong", "part"] { state = after(state, .terminal(.pasted(text))).0 }
        state = after(state, .terminal(.key(.enter))).0
        state = after(state, .outcome(.join(invite: "wrongpart"), .refused("copy it again"))).0
        let again = after(state, .terminal(.pasted("right"))).0
        #expect(after(again, .terminal(.key(.enter))).1 == [.perform(.join(invite: "right"))])
        let mended = after(state, key("x")).0
        #expect(after(mended, .terminal(.key(.enter))).1 == [.perform(.join(invite: "wrongpartx"))])
    }

    @Test("q closes the help, as Escape does")
    func closingHelp() {
        let help = after(party, key("?")).0
        #expect(after(help, key("q")).0 == party)
        #expect(after(help, .terminal(.key(.escape))).0 == party)
    }

    @Test("quitting asks about the node only when this dashboard started it")
    func quitting() {
        #expect(after(party, key("q")).1 == [.exit(0)])
        let ours = with(party) { $0.asksAboutNode = true }
        let (asked, effects) = after(ours, key("q"))
        #expect(effects == [])
        #expect(asked == with(ours) { $0.overlay = .confirm(.quit) })
        let pinning = with(asked) { $0.unfinished = 1 }
        #expect(!pinning.isQuitting)
        for letter in "ynqYNQls" { #expect(after(asked, key(letter)).0 == asked) }
        #expect(after(asked, .terminal(.key(.enter))).1 == [.exit(0)])
        let chosen = after(asked, .terminal(.key(.right))).0
        let (stopping, stop) = after(chosen, .terminal(.key(.enter)))
        #expect(stop == [.perform(.shutdownNode)])
        #expect(stopping.isQuitting)
        #expect(after(stopping, .terminal(.key(.enter))).1 == [])
        #expect(after(stopping, .terminal(.key(.escape))).0.isQuitting)
        #expect(after(stopping, .outcome(.shutdownNode, .done(nil))).1 == [.exit(0)])
    }

    @Test(
        "a signal ends the app with its exit code",
        arguments: [(1, 129), (2, 130), (3, 131), (15, 143)] as [(Int32, Int32)])
    func signals(_ signal: Int32, _ code: Int32) {
        #expect(after(party, .terminal(.closed(signal: signal))).1 == [.exit(code)])
    }

    @Test("a message goes after its time or with the next key")
    func messages() {
        var state = party
        state.say("hello")
        _ = update(&state, .tick, now: Instant() + .seconds(7))
        #expect(state.message?.text == "hello")
        _ = update(&state, .tick, now: Instant() + .seconds(8))
        #expect(state.message == nil)
    }

    @Test("while the node needs help, keys that need it say so", arguments: ["i", "h", "j", "l", "a"] as [Character])
    func needsHelp(letter: Character) {
        var snapshot = ScreenSample.alone()
        snapshot.node.problem = "the node does not answer any more"
        let silent = ScreenSample.state(snapshot)
        #expect(silent.mode == .problem)
        #expect(after(silent, key(letter)).0.message?.text == "The node needs help first: see above.")
    }
}
