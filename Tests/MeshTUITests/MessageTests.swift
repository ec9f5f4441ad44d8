import Testing

@testable import MeshTUI

struct MessageTests {
    static let screens: [(String, AppState, String)] = [
        (
            "needy-80x24", ScreenCases.needy(80, 24),
            """
            ╭ MeshTUI · alice ────────────────────────────────────────────────────── mesh0 ╮
            │ Address –                   NAT    not known yet                             │
            │ Party   none                Public unknown              Control ○ none       │
            ╰──────────────────────────────────────────────────────────────────────────────╯
            ╭ The node needs help ─────────────────────────────────────────────────────────╮
            │                                                                              │
            │ !  wireguard-go is not installed: apt-get install --no-install-recommends    │
            │    wireguard-go                                                              │
            │                                                                              │
            ╰──────────────────────────────────────────────────────────────────────────────╯
            ╭ Events ──────────────────────────────────────────────────────────────────────╮
            │                                                                              │
            │                                                                              │
            │                                                                              │
            │                                                                              │
            │                                                                              │
            │                          Nothing has happened yet.                           │
            │                                                                              │
            │                                                                              │
            │                                                                              │
            │                                                                              │
            │                                                                              │
            ╰──────────────────────────────────────────────────────────────────────────────╯
             r retry   ? help   q quit
            """
        ),
        (
            "needy-40x12", ScreenCases.needy(40, 12),
            """
             alice
            ╭ The node needs help ─────────────────╮
            │                                      │
            │                                      │
            │ !  wireguard-go is not installed:    │
            │    apt-get install                   │
            │    --no-install-recommends           │
            │    wireguard-go                      │
            │                                      │
            │                                      │
            ╰──────────────────────────────────────╯
             r retry   ? help   q quit
            """
        ),
        (
            "needy-20x6", ScreenCases.needy(20, 6),
            """
             alice
            apt-get install
            --no-install-recomme
            nds wireguard-go

             r retry   q quit
            """
        ),
        (
            "message-80x24", ScreenCases.message(80, 24),
            """
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
             the control server can't be reached, 192.0.2.1:51821: no answer: check its
             address and that it runs
            """
        ),
        (
            "message-40x12", ScreenCases.message(40, 12),
            """
             alice  10.66.0.1 · Moderate       ● up
            ╭ Peers ───────────── 2 of 4 connected ╮
            │   Name       Latency State           │
            │ ▸ bob          15 ms ● connected     │
            │   carol       210 ms ◐ degraded      │
            │   世界さん         – ↻ reconnect 2/3 │
            │   dave-with…       – ○ away          │
            │                                      │
            │                                      │
             the control server can't be reached,
             192.0.2.1:51821: no answer: check its
             address and that it runs
            """
        ),
        (
            "message-20x6", ScreenCases.message(20, 6),
            """
             alice  10.66.0.1 …
              Name       Latency
            ▸●bob          15 ms
            no answer: check its
            address and that it
            runs
            """
        ),
    ]

    @Test("what is missing and what went wrong is told to its end in every window", arguments: screens)
    func screen(_ name: String, _ state: AppState, _ expected: String) {
        #expect(ScreenSample.canvas(state).text == expected)
    }
}
