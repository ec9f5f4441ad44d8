import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

/// What lies over the screen: prompts, questions, the invite and the help.
extension UpdateTests {
    @Test("a network that nobody has agreed to is named first, and a no changes nothing")
    func network() throws {
        let network = try #require(IPv4Network("10.77.0.0/16"))
        var (state, effects) = after(alone, key("j"))
        (state, effects) = after(state, .terminal(.pasted("mtui1abc")))
        (state, effects) = after(state, .terminal(.key(.enter)))
        let busy = state
        (state, effects) = after(state, .outcome(.join(invite: "mtui1abc"), .asks(network)))
        #expect(effects == [] && state.unfinished == 0)
        #expect(ScreenSample.canvas(state).text.contains("10.77.0.0/16: mesh0 gets"))
        let (going, asked) = after(state, .terminal(.key(.enter)))
        #expect(asked == [.perform(.join(invite: "mtui1abc", agreed: network))])
        #expect(going == busy)
        let (back, none) = after(after(state, .terminal(.key(.right))).0, .terminal(.key(.enter)))
        #expect(none == [])
        guard case .prompt(let prompt) = back.overlay else {
            Issue.record("no prompt")
            return
        }
        #expect(!prompt.isBusy && prompt.field.text == "mtui1abc")
        #expect(after(state, .terminal(.key(.escape))).0.overlay == nil)
        for letter in "yYnq" { #expect(after(state, key(letter)).0 == state) }
        // Closed with Escape meanwhile: the question comes too late.
        let stopping = after(busy, .terminal(.key(.escape))).0
        #expect(after(stopping, .outcome(.join(invite: "mtui1abc"), .asks(network))).0.overlay == nil)
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
        let (mute, none) = after(with(state) { $0.canCopy = false }, key("y"))
        #expect(none == [] && mute.message == nil)
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
}
