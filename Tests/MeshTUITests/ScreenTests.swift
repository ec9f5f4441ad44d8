import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

/// Screens as they are seen: a change of what is drawn is a visible change of these literals.
struct ScreenTests {
    @Test("a party on the classic terminal")
    func classic() {
        let state = ScreenSample.state(ScreenSample.party())
        #expect(
            ScreenSample.canvas(state).text == """
                ╭ MeshTUI · alice ─────────────────────────────────────── mesh0 · wireguard-go ╮
                │ Address 10.66.0.1           NAT    port-restricted cone · Moderate · assumed │
                │ Party   Friday LAN · yours  Public 203.0.113.7:51820    Control ● reachable  │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭ Peers ───────────────────────────────────────────────────── 2 of 4 connected ╮
                │   Name      Address   Path           Latency History    Loss State           │
                │ ▸ bob       10.66.0.2 → direct         15 ms ▄▄▄▄▄▄▄▄▄▄   0% ● connected     │
                │   carol     10.66.0.3 ↷ relay fra1 ◆  210 ms ▇▇▇▇▇▇╳▇▇▇   4% ◐ degraded      │
                │   世界さん  10.66.0.4 –                    – ··········   0% ↻ reconnect 2/3 │
                │   dave-wit… 10.66.0.5 –                    – ··········   0% ○ away          │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭ Latency · bob ──────────────── 15 ms ╮╭ Relays ──────────────────────────────╮
                │ jitter 2 ms · handshake 15 s ago · … ││   Region   Latency Here  Used by     │
                │ 20 ms ┤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒ ││ ▸ fra1       12 ms ● yes carol       │
                │       │                              ││   nyc1       94 ms ● yes –           │
                │       │                              ││   sgp1           – ○ no  –           │
                │  0 ms └─ 58 s ago ────────────── now ││                                      │
                ╰──────────────────────────────────────╯╰──────────────────────────────────────╯
                ╭ Events ──────────────────────────────────────────────────────────────────────╮
                │ 01:01:01 • bob        a direct path took over                                │
                │ 01:02:02 ! carol      4 % of the checks are unanswered                       │
                │ 01:03:03 ✕ sgp1       the relay does not answer                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 i invite   l leave   Tab relays   ? help   q quit
                """)
    }

    @Test("a party in a small window")
    func small() {
        let state = ScreenSample.state(ScreenSample.party(), 40, 12)
        #expect(
            ScreenSample.canvas(state).text == """
                 alice  10.66.0.1 · Moderate       ● up
                ╭ Peers ───────────── 2 of 4 connected ╮
                │   Name       Latency State           │
                │ ▸ bob          15 ms ● connected     │
                │   carol       210 ms ◐ degraded      │
                │   世界さん         – ↻ reconnect 2/3 │
                │   dave-with…       – ○ away          │
                │                                      │
                │                                      │
                │                                      │
                ╰──────────────────────────────────────╯
                 i invite   l leave   ? help   q quit
                """)
    }

    @Test("in a small window Tab puts the relays in the place of the peers")
    func smallRelays() {
        var state = ScreenSample.state(ScreenSample.party(), 40, 12)
        _ = update(&state, .terminal(.key(.tab)), now: Instant())
        #expect(
            ScreenSample.canvas(state).text == """
                 alice  10.66.0.1 · Moderate       ● up
                ╭ Relays ────────── Enter pins for bob ╮
                │   Region   Latency Here  Used by     │
                │ ▸ fra1       12 ms ● yes carol       │
                │   nyc1       94 ms ● yes –           │
                │   sgp1           – ○ no  –           │
                │                                      │
                │                                      │
                │                                      │
                │                                      │
                ╰──────────────────────────────────────╯
                 Enter pin   i invite   ? help   q quit
                """)
    }

    @Test("a node in no party is welcomed")
    func welcome() {
        let state = ScreenSample.state(ScreenSample.alone())
        #expect(
            ScreenSample.canvas(state).text == """
                ╭ MeshTUI · alice ─────────────────────────────────────── mesh0 · wireguard-go ╮
                │ Address –                   NAT    port-restricted cone · Moderate · assumed │
                │ Party   none                Public 203.0.113.7:51820    Control ● reachable  │
                ╰──────────────────────────────────────────────────────────────────────────────╯


                                   A private network for you and your friends

                                  ╭─────╮   Host a party
                                  │  h  │   and pass its invite to friends
                                  ╰─────╯

                                  ╭─────╮   Join a party
                                  │  j  │   with an invite somebody gave you
                                  ╰─────╯



                ╭ Events ──────────────────────────────────────────────────────────────────────╮
                │ 01:01:01 • bob        a direct path took over                                │
                │ 01:02:02 ! carol      4 % of the checks are unanswered                       │
                │ 01:03:03 ✕ sgp1       the relay does not answer                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 h host   j join   ? help   q quit
                """)
    }

    @Test("a node that needs help says so")
    func problem() {
        var snapshot = ScreenSample.alone()
        snapshot.node.problem = "wireguard-go is not installed: install it with `apt install wireguard-go`."
        let state = ScreenSample.state(snapshot)
        #expect(
            ScreenSample.canvas(state).text == """
                ╭ MeshTUI · alice ─────────────────────────────────────── mesh0 · wireguard-go ╮
                │ Address –                   NAT    port-restricted cone · Moderate · assumed │
                │ Party   none                Public 203.0.113.7:51820    Control ● reachable  │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭ The node needs help ─────────────────────────────────────────────────────────╮
                │                                                                              │
                │ !  wireguard-go is not installed: install it with `apt install               │
                │    wireguard-go`.                                                            │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                ╭ Events ──────────────────────────────────────────────────────────────────────╮
                │ 01:00:00 · nat        port-restricted cone, one server answered              │
                │ 01:01:01 • bob        a direct path took over                                │
                │ 01:02:02 ! carol      4 % of the checks are unanswered                       │
                │ 01:03:03 ✕ sgp1       the relay does not answer                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                ╰──────────────────────────────────────────────────────────────────────────────╯
                 r retry   ? help   q quit
                """)
    }

    @Test("all keys are listed")
    func help() {
        var state = ScreenSample.state(ScreenSample.party())
        _ = update(&state, .terminal(.key(.character("?"))), now: Instant())
        #expect(
            ScreenSample.canvas(state).text == """
                ╭ MeshTUI · alice ─────────────────────────────────────── mesh0 · wireguard-go ╮
                │ A ╭ Keys ──────────────────────────────────────────────────── Esc closes ╮ d │
                │ P │ ↑ k            choose the peer or relay above                        │   │
                ╰── │ ↓ j            choose the peer or relay below                        │ ──╯
                ╭ P │ Home g         choose the first peer or relay                        │ d ╮
                │   │ End G          choose the last peer or relay                         │   │
                │ ▸ │ Enter          pin the chosen relay for the chosen peer              │   │
                │   │ a              release the chosen peer's relay: automatic again      │   │
                │   │ h              host a party                                          │ 3 │
                │   │ J j            join a party by its invite                            │   │
                ╰── │ i              show the invite for friends                           │ ──╯
                ╭ L │ l              leave the party                                       │ ──╮
                │ j │ Tab Shift-Tab  go from the peers to the relays and back              │   │
                │ 2 │ -              show a longer time in the graph                       │   │
                │   │ +              show a shorter time in the graph                      │   │
                │   │ r              try again what the node needs and did not get         │   │
                │   │ Ctrl-L         paint the screen again                                │   │
                ╰── │ Esc            close what lies over the screen                       │ ──╯
                ╭ E │ ?              show all keys                                         │ ──╮
                │ 0 │ q              quit the dashboard                                    │   │
                │ 0 │ → ↷ ◆ ◇        direct, relayed, pinned by you, pinned by the other   │   │
                │ 0 │ ╳ ╎ ·          lost (in the history, in the graph), not measured     │   │
                ╰── ╰──────────────────────────────────────────────────────────────────────╯ ──╯
                 i invite   l leave   Tab relays   ? help   q quit
                """)
    }
}
