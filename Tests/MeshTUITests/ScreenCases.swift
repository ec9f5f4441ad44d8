import MeshRules
import MeshWire

@testable import MeshTUI

/// Screens that tests compare with literals.
enum ScreenCases {
    static let problem = "wireguard-go is not installed: apt-get install --no-install-recommends wireguard-go"
    static let refusal =
        "the control server can't be reached, 192.0.2.1:51821: no answer: check its address and that it runs"

    static func needy(_ width: Int, _ height: Int) -> AppState {
        var snapshot = MeshSnapshot()
        (snapshot.node.name, snapshot.node.interface, snapshot.node.problem) = ("alice", "mesh0", problem)
        return ScreenSample.state(snapshot, width, height)
    }

    static func message(_ width: Int, _ height: Int) -> AppState {
        var state = ScreenSample.state(ScreenSample.party(), width, height)
        state.say(refusal, isError: true)
        return state
    }

    static func refused(_ width: Int, _ height: Int) -> AppState {
        var state = ScreenSample.state(ScreenSample.alone(), width, height)
        var prompt = Prompt(.host)
        prompt.field.insert("LAN")
        prompt.problem = refusal
        state.overlay = .prompt(prompt)
        return state
    }

    static func asking(_ width: Int, _ height: Int) -> AppState {
        var snapshot = ScreenSample.alone()
        snapshot.node.asking = "control server 192.0.2.1:51821"
        var state = ScreenSample.state(snapshot, width, height)
        _ = update(&state, .terminal(.key(.character("h"))), now: Instant())
        _ = update(&state, .terminal(.pasted("LAN")), now: Instant())
        _ = update(&state, .terminal(.key(.enter)), now: Instant())
        _ = update(&state, .tick, now: Instant() + .seconds(12))
        return state
    }

    static func quitting(_ width: Int, _ height: Int) -> AppState {
        var state = ScreenSample.state(ScreenSample.party(), width, height)
        state.overlay = .confirm(.quit)
        return state
    }

    /// A party of so many others.
    static func crowd(_ count: Int, _ width: Int, _ height: Int) -> AppState {
        var snapshot = ScreenSample.party()
        let sample = snapshot.peers[0]
        snapshot.peers = (0..<count).map { number in
            var peer = PeerStatus(
                id: ScreenSample.peerID(UInt8(number + 1)), partyID: sample.partyID, name: "friend \(number + 1)",
                virtualIP: IPAddress("10.66.0.\(number + 2)") ?? IPAddress())
            (peer.state, peer.path, peer.latencyMs) = (.connected, sample.path, Double(number * 9))
            return peer
        }
        var state = ScreenSample.state(snapshot, width, height)
        state.selectedPeer = ScreenSample.peerID(UInt8(max(1, count * 2 / 3)))
        return state
    }

    /// Names that terminals disagree about, and some that are meant to harm.
    static func hostile(_ width: Int, _ height: Int) -> AppState {
        var snapshot = ScreenSample.party()
        let names = ["👩‍👩‍👧‍👦 family 🇩🇪", "世界世界世界世界世界世界世界", "\u{1b}[31mred\u{7}\u{202e}drow", "Z̷̢̛͎̈́̕a̶̧̛l̶g̵o̵"]
        for (index, name) in names.enumerated() { snapshot.peers[index].name = name }
        snapshot.parties[0].name = "파티 🎉\n\u{1b}]0;title\u{7}"
        snapshot.events[1].subject = "👍🏽"
        snapshot.events[1].message = "\u{1b}[2J\u{200b}cleared 世界\tand more"
        return ScreenSample.state(snapshot, width, height)
    }
}
