import Testing

@testable import MeshTUI

struct PromptTests {
    static let screens: [(String, AppState, String)] = [
        (
            "refused-40x12", ScreenCases.refused(40, 12),
            """
             alice  Moderate                   ● up
            ╭ Host a party ──────────── Esc closes ╮
            │ What is the party called?            │
            │                                      │
            │ › LAN                                │
            │                                      │
            │ the control server can't be reached, │
            │ 192.0.2.1:51821: no answer: check    │
            │ its address and that it runs         │
            ╰──────────────────────────────────────╯

             h host   j join   ? help   q quit
            """
        ),
        (
            "refused-20x6", ScreenCases.refused(20, 6),
            """
            What is the party c…
            › LAN

            no answer: check its
            address and that it
            runs
            """
        ),
        (
            "asking-80x24", ScreenCases.asking(80, 24),
            """
            ╭ MeshTUI · alice ─────────────────────────────────────── mesh0 · wireguard-go ╮
            │ Address –                   NAT    port-restricted cone · Moderate · assumed │
            │ Party   none                Public 203.0.113.7:51820    Control ● reachable  │
            ╰──────────────────────────────────────────────────────────────────────────────╯


                               A private network for you and your friends

                      ╭ Host a party ────────────────────────────── Esc stops it ╮
                      │ What is the party called?                                │
                      │                                                          │
                      │ › LAN                                                    │
                      │                                                          │
                      │ Asking control server 192.0.2.1:51821 …, 12 s            │
                      ╰──────────────────────────────────────────────────────────╯



            ╭ Events ──────────────────────────────────────────────────────────────────────╮
            │ 01:01:01 • bob        a direct path took over                                │
            │ 01:02:02 ! carol      4 % of the checks are unanswered                       │
            │ 01:03:03 ✕ sgp1       the relay does not answer                              │
            ╰──────────────────────────────────────────────────────────────────────────────╯
             h host   j join   ? help   q quit
            """
        ),
        (
            "asking-40x12", ScreenCases.asking(40, 12),
            """
             alice  Moderate                   ● up

            ╭ Host a party ────────── Esc stops it ╮
            │ What is the party called?            │
            │                                      │
            │ › LAN                                │
            │                                      │
            │ Asking control server                │
            │ 192.0.2.1:51821 …, 12 s              │
            ╰──────────────────────────────────────╯

             h host   j join   ? help   q quit
            """
        ),
        (
            "asking-20x6", ScreenCases.asking(20, 6),
            """
            What is the party c…
            › LAN
            Asking control
            server
            192.0.2.1:51821 …,
            12 s
            """
        ),
        (
            "quitting-40x12", ScreenCases.quitting(40, 12),
            """
             alice  10.66.0.1 · Moderate       ● up
            ╭ Peers ───────────── 2 of 4 connected ╮
            │   Name       Latency State           │
            ╭ Quit ───────────────── ← → Enter Esc ╮
            │ Leave the node running?              │
            │                                      │
            │ [ Leave it running ]  [ Stop it ]    │
            │ [ Stay here ]                        │
            ╰──────────────────────────────────────╯
            │                                      │
            ╰──────────────────────────────────────╯
             i invite   l leave   ? help   q quit
            """
        ),
        (
            "quitting-20x6", ScreenCases.quitting(20, 6),
            """
            Leave the node
            running?

            [ Leave it running ]
            [ Stop it ]
            [ Stay here ]
            """
        ),
    ]

    @Test("questions, waiting and refusals are read in small windows as well", arguments: screens)
    func screen(_ name: String, _ state: AppState, _ expected: String) {
        #expect(ScreenSample.canvas(state).text == expected)
    }
}
