import Testing

@testable import MeshTUI

struct CrowdTests {
    static let screens: [(String, AppState, String)] = [
        (
            "crowd32-80x24", ScreenCases.crowd(32, 80, 24),
            """
            ╭ MeshTUI · alice ─────────────────────────────────────── mesh0 · wireguard-go ╮
            │ Address 10.66.0.1           NAT    port-restricted cone · Moderate · assumed │
            │ Party   Friday LAN · yours  Public 203.0.113.7:51820    Control ● reachable  │
            ╰──────────────────────────────────────────────────────────────────────────────╯
            ╭ Peers ─────────────────────────────────────────────────── 32 of 32 connected ╮
            │   Name           Address    Path     Latency History    Loss State           │
            │   friend 19      10.66.0.20 → direct  162 ms ··········   0% ● connected     │
            │   friend 20      10.66.0.21 → direct  171 ms ··········   0% ● connected     │
            │ ▸ friend 21      10.66.0.22 → direct  180 ms ··········   0% ● connected     │
            │   friend 22      10.66.0.23 → direct  189 ms ··········   0% ● connected     │
            ╰──────────────────────────────────────────────────────────────── 19-22 of 32 ─╯
            ╭ Latency · friend 21 ───────── 180 ms ╮╭ Relays ──────────────────────────────╮
            │ 198.51.100.9:51820 · unknown         ││   Region   Latency Here  Used by     │
            │                                      ││ ▸ fra1       12 ms ● yes friend 2    │
            │    No answer from friend 21 yet.     ││   nyc1       94 ms ● yes –           │
            │                                      ││   sgp1           – ○ no  –           │
            │                                      ││                                      │
            ╰──────────────────────────────────────╯╰──────────────────────────────────────╯
            ╭ Events ──────────────────────────────────────────────────────────────────────╮
            │ 01:01:01 • bob        a direct path took over                                │
            │ 01:02:02 ! carol      4 % of the checks are unanswered                       │
            │ 01:03:03 ✕ sgp1       the relay does not answer                              │
            ╰──────────────────────────────────────────────────────────────────────────────╯
             i invite   l leave   Tab relays   ? help   q quit
            """
        ),
        (
            "crowd32-20x6", ScreenCases.crowd(32, 20, 6),
            """
             alice  10.66.0.1 …
              Name       Latency
             ●friend 20   171 ms
            ▸●friend 21   180 ms
             ●friend 22   189 ms
             ? help   q quit
            """
        ),
        (
            "crowd0-80x24", ScreenCases.crowd(0, 80, 24),
            """
            ╭ MeshTUI · alice ─────────────────────────────────────── mesh0 · wireguard-go ╮
            │ Address 10.66.0.1           NAT    port-restricted cone · Moderate · assumed │
            │ Party   Friday LAN · yours  Public 203.0.113.7:51820    Control ● reachable  │
            ╰──────────────────────────────────────────────────────────────────────────────╯
            ╭ Peers ───────────────────────────────────────────────────────────────────────╮
            │                                                                              │
            │                                                                              │
            │   Nobody else is here yet. Press i for the invite and pass it to a friend.   │
            │                                                                              │
            │                                                                              │
            ╰──────────────────────────────────────────────────────────────────────────────╯
            ╭ Latency ─────────────────────────────╮╭ Relays ──────────────────────────────╮
            │                                      ││   Region   Latency Here  Used by     │
            │   Choose a peer to see its latency   ││ ▸ fra1       12 ms ● yes –           │
            │              over time.              ││   nyc1       94 ms ● yes –           │
            │                                      ││   sgp1           – ○ no  –           │
            │                                      ││                                      │
            ╰──────────────────────────────────────╯╰──────────────────────────────────────╯
            ╭ Events ──────────────────────────────────────────────────────────────────────╮
            │ 01:01:01 • bob        a direct path took over                                │
            │ 01:02:02 ! carol      4 % of the checks are unanswered                       │
            │ 01:03:03 ✕ sgp1       the relay does not answer                              │
            ╰──────────────────────────────────────────────────────────────────────────────╯
             i invite   l leave   Tab relays   ? help   q quit
            """
        ),
        (
            "hostile-80x24", ScreenCases.hostile(80, 24),
            """
            ╭ MeshTUI · alice ─────────────────────────────────────── mesh0 · wireguard-go ╮
            │ Address 10.66.0.1           NAT    port-restricted cone · Moderate · assumed │
            │ Party   파티 🎉 ]0;title …  Public 203.0.113.7:51820    Control ● reachable  │
            ╰──────────────────────────────────────────────────────────────────────────────╯
            ╭ Peers ───────────────────────────────────────────────────── 2 of 4 connected ╮
            │   Name      Address   Path           Latency History    Loss State           │
            │ ▸ 👩 famil… 10.66.0.2 → direct         15 ms ▄▄▄▄▄▄▄▄▄▄   0% ● connected     │
            │   世界世界… 10.66.0.3 ↷ relay fra1 ◆  210 ms ▇▇▇▇▇▇╳▇▇▇   4% ◐ degraded      │
            │   [31mredd… 10.66.0.4 –                    – ··········   0% ↻ reconnect 2/3 │
            │   Za̶̧̛l̶g̵o̵     10.66.0.5 –                    – ··········   0% ○ away          │
            ╰──────────────────────────────────────────────────────────────────────────────╯
            ╭ Latency · 👩 family · ──────── 15 ms ╮╭ Relays ──────────────────────────────╮
            │ jitter 2 ms · handshake 15 s ago · … ││   Region   Latency Here  Used by     │
            │ 20 ms ┤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒⠤⠒ ││ ▸ fra1       12 ms ● yes 世界世界世… │
            │       │                              ││   nyc1       94 ms ● yes –           │
            │       │                              ││   sgp1           – ○ no  –           │
            │  0 ms └─ 58 s ago ────────────── now ││                                      │
            ╰──────────────────────────────────────╯╰──────────────────────────────────────╯
            ╭ Events ──────────────────────────────────────────────────────────────────────╮
            │ 01:01:01 • 👍         [2Jcleared 世界 and more                               │
            │ 01:02:02 ! carol      4 % of the checks are unanswered                       │
            │ 01:03:03 ✕ sgp1       the relay does not answer                              │
            ╰──────────────────────────────────────────────────────────────────────────────╯
             i invite   l leave   Tab relays   ? help   q quit
            """
        ),
        (
            "hostile-20x6", ScreenCases.hostile(20, 6),
            """
             alice  10.66.0.1 …
              Name       Latency
            ▸●👩 family…   15 ms
             ◐世界世界…   210 ms
             ↻[31mreddr…       –
             ? help   q quit
            """
        ),
    ]

    @Test("nobody, thirty-two, and names that are meant to harm", arguments: screens)
    func screen(_ name: String, _ state: AppState, _ expected: String) {
        #expect(ScreenSample.canvas(state).text == expected)
    }
}
