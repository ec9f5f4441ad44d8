import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

/// Every change of the state and every effect is accounted for: both are compared whole.
struct UpdateTests {
    let party = ScreenSample.state(ScreenSample.party())
    let alone = ScreenSample.state(ScreenSample.alone())

    func after(_ state: AppState, _ event: AppEvent) -> (AppState, [AppEffect]) {
        var state = state
        let effects = update(&state, event, now: Instant())
        return (state, effects)
    }

    func with(_ state: AppState, _ change: (inout AppState) -> Void) -> AppState {
        var state = state
        change(&state)
        return state
    }

    func key(_ character: Character) -> AppEvent { .terminal(.key(.character(character))) }

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

    @Test("without its host a party says so, and offers nobody the invite")
    func hostLeft() {
        var snapshot = ScreenSample.party()
        snapshot.parties[0].hostID = ScreenSample.peerID(77)
        snapshot.parties[0].hostState = .left
        let guest = ScreenSample.state(snapshot, 120, 36)
        let (state, effects) = after(guest, key("i"))
        #expect(effects == [] && state.overlay == nil)
        #expect(state.message?.text.hasPrefix("The host has left") == true)
        let text = ScreenSample.canvas(guest).text
        #expect(text.contains("Friday LAN · its host has left") && text.contains("no host · 2 of 4 connected"))
        #expect(!text.contains("i invite"))
        snapshot.peers = []
        let alone = ScreenSample.canvas(ScreenSample.state(snapshot, 120, 36)).text
        #expect(alone.contains("the host has left: nobody can invite any more") && !alone.contains("Press i"))
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
