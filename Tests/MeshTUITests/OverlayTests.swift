import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

struct OverlayTests {
    @Test("leaving is asked about")
    func leave() {
        var state = ScreenSample.state(ScreenSample.party(), 64, 16)
        _ = update(&state, .terminal(.key(.character("l"))), now: Instant())
        #expect(
            ScreenSample.canvas(state).text == """
                 alice  10.66.0.1 · Moderate                               ● up
                ╭ Peers ───────────────────────────────────── 2 of 4 connected ╮
                │   Name      Address   Path           Latency State           │
                │ ▸ bob       10.66.0.2 → direct         15 ms ● connected     │
                │ ╭ End hosting ────────────────────────────── ← → Enter Esc ╮ │
                ╰ │ End hosting Friday LAN? The 4 others keep their          │ ╯
                2 │ connections, but nobody can join, invite or remove any   │ ⠒
                  │ more. Its keys go for good.                              │
                  │                                                          │
                  │ [ Go on hosting ]  [ End it ]                            │ w
                ╭ ╰──────────────────────────────────────────────────────────╯ ╮
                │ 01:01:01 • bob        a direct path took over                │
                │ 01:02:02 ! carol      4 % of the checks are unanswered       │
                │ 01:03:03 ✕ sgp1       the relay does not answer              │
                ╰──────────────────────────────────────────────────────────────╯
                 i invite   l leave   Tab relays   ? help   q quit
                """)
    }

    @Test("the invite is shown on demand, outside of any frame, in one line where it fits")
    func invite() {
        let invite = "meshtui1qpzry9x8gf2tvdw0s3jn54khce6mua7lqpzry9x8gf2tvdw0s3jn54khce6mua7l"
        func screen(_ width: Int, _ height: Int) -> [String] {
            var state = ScreenSample.state(ScreenSample.party(), width, height)
            _ = update(&state, .terminal(.key(.character("i"))), now: Instant())
            _ = update(&state, .outcome(.invite, .done(invite)), now: Instant())
            return ScreenSample.canvas(state).text.split(separator: "\n", omittingEmptySubsequences: false).map(
                String.init)
        }
        #expect(
            screen(64, 16)[5..<11].joined(separator: "\n") == """
                ╭ Invite for Friday LAN ─────────────────────────── Esc closes ╮
                │ Whoever has this can join:                                   │
                ╰──────────────────────────────────────────────────────────────╯
                meshtui1qpzry9x8gf2tvdw0s3jn54khce6mua7lqpzry9x8gf2tvdw0s3jn54kh
                ce6mua7l
                 y copies it
                """)
        #expect(screen(120, 36).contains(invite))
        #expect(screen(20, 6).prefix(5).joined() == invite + "y copies it")
        #expect(screen(20, 4).joined() == invite)
        // What does not fit is still there to be copied.
        #expect(invite.hasPrefix(screen(10, 3).joined()))
    }

    @Test("a pasted invite is shown as dots and a length, never itself")
    func secret() {
        var state = ScreenSample.state(ScreenSample.alone())
        _ = update(&state, .terminal(.key(.character("J"))), now: Instant())
        _ = update(&state, .terminal(.pasted("meshtui1secret\n")), now: Instant())
        let canvas = ScreenSample.canvas(state)
        #expect(!canvas.text.contains("secret"))
        #expect(canvas.text.contains("› •••••••••••••• 14 characters"))
        #expect(canvas.showsCursor)
    }

    @Test("styles tell the same as the words")
    func styles() {
        #expect(
            ScreenSample.canvas(ScreenSample.state(ScreenSample.party())).styles == """
                d bbbbbbb b bbbbb ddddddddddddddddddddddddddddddddddddddd ddddd d dddddddddddd d
                d ddddddd bbbbbbbbb           ddd    ............... .... . ........ . ....... d
                d ddddd   ...... ... . .....  dddddd .................    ddddddd g ggggggggg  d
                dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
                c CCCCC ccccccccccccccccccccccccccccccccccccccccccccccccccccc d dd d ddddddddd c
                c   dddd      ddddddd   dddd           ddddddd ddddddd    dddd ddddd           c
                c ############################################################################ c
                c   bbbbb     ......... c ccccc cccc c  rrr rr rrrrrrrrrr   yy y yyyyyyyy      c
                c   ........  ......... .                    d dddddddddd   dd m mmmmmmmmm mmm c
                c   ddddddddd ......... .                    d dddddddddd   dd d dddd          c
                cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc
                d bbbbbbb b bbb dddddddddddddddd dd dd dd bbbbbb ddddddddddddddddddddddddddddddd
                d dddddd d dd d ddddddddd dd d ddd d d dd   dddddd   ddddddd dddd  dddd dd     d
                d dd dd dccccccccccccccccccccccccccccc dd C bbbb       gg gg g ggg .....       d
                d       d                              dd   bbbb       gg gg g ggg d           d
                d       d                              dd   bbbb           d d dd  d           d
                d  d dd dd dd d ddd dddddddddddddd ddd dd                                      d
                dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
                d bbbbbb ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
                d dddddddd c bbb        . ...... .... .... ....                                d
                d dddddddd y bbbbb      . . .. ... ...... ... ..........                       d
                d dddddddd r bbbb       rrr rrrrr rrrr rrr rrrrrr                              d
                dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
                 C dddddd   C ddddd   CCC dddddd   C dddd   C dddd
                """)
    }

    @Test("a terminal that isn't UTF-8 gets ASCII alone")
    func ascii() {
        var state = ScreenSample.state(ScreenSample.party())
        state.glyphs = .ascii
        for overlay in [nil, Overlay.help(scroll: 0), .invite(nil), .confirm(.quit)] {
            state.overlay = overlay
            let text = ScreenSample.canvas(state).text
            #expect(text.utf8.allSatisfy { $0 == 10 || 0x20...0x7e ~= $0 })
        }
    }

    @Test(
        "help tells each key's whole meaning in any window, and can be scrolled to its end",
        arguments: [Size(120, 36), Size(40, 12), Size(30, 10), Size(20, 6)])
    func help(_ size: Size) {
        var state = ScreenSample.state(ScreenSample.party(), size.width, size.height)
        let lines = HelpText(state).lines
        var told: [String] = []
        for line in lines {
            if line.key.isEmpty { told[told.count - 1] += " " + line.words } else { told.append(line.words) }
        }
        #expect(told == Action.all.map(\.description) + state.glyphs.legend.map(\.meaning))
        state.overlay = .help(scroll: 0)
        for _ in lines { _ = update(&state, .terminal(.key(.down)), now: Instant()) }
        #expect(ScreenSample.canvas(state).text.contains(lines[lines.count - 1].words))
    }

    @Test(
        "every screen and overlay survives every size from 1×1 to 300×80", arguments: [Mode.party, .welcome, .problem])
    func everySize(_ mode: Mode) {
        var snapshot = mode == .party ? ScreenSample.party() : ScreenSample.alone()
        if mode == .problem { snapshot.node.problem = "It is broken, and this is what you can do about it." }
        var state = ScreenSample.state(snapshot)
        let overlays: [Overlay?] = [
            nil, .help(scroll: 3), .prompt(Prompt(.join)), .confirm(.quit),
            .invite("meshtui1abcdefghijklmnopqrstuvwxyz"),
        ]
        // Each width at some heights and each height at some widths; LayoutTests goes through all of their pairs.
        let sizes =
            (1...300).flatMap { width in [1, 4, 6, 12, 24, 50].map { Size(width, $0) } }
            + (1...80).flatMap { height in [1, 9, 20, 40, 61, 101, 151, 300].map { Size($0, height) } }
        var blank = 0
        for size in sizes {
            state.size = size
            state.overlay = overlays[(size.width + size.height) % overlays.count]
            state.focus = size.width % 2 == 0 ? .peers : .relays
            state.glyphs = [Glyphs.braille, .blocks, .ascii][(size.width + 2 * size.height) % 3]
            let canvas = ScreenSample.canvas(state)
            if canvas.cells.allSatisfy({ $0.glyph == 0x20 }) { blank += 1 }
        }
        #expect(blank < sizes.count / 20)
    }
}
