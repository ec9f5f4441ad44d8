import Testing

extension LabTests {
    @Suite(.serialized) struct Missing {
        /// Something that a machine lacks.
        struct Lack: CustomTestStringConvertible {
            let name: String
            /// What the lab itself takes away.
            var options: [String] = []
            /// Shell words that take it away from what is run by them, and those that bring it back, inside there.
            let take: String
            var mend: String?
            /// What the screen says: what is missing, and how to mend it.
            let says: [String]
            var testDescription: String { name }
        }

        @Test(
            "the dashboard opens without what a node needs and names the command that mends it",
            arguments: [
                Lack(
                    name: "wireguard-go is not installed",
                    take: "for file in $(which -a wireguard-go); do mount --bind /dev/null $file; done; exec \"$@\"",
                    mend: "for file in $(grep -o '/[^ ]*wireguard-go' /proc/mounts); do umount $file; done",
                    says: ["wireguard-go", "apt-get install"]),
                Lack(
                    name: "there is no /dev/net/tun", take: "mount -t tmpfs none /dev/net; exec \"$@\"",
                    mend: "umount /dev/net", says: ["/dev/net/tun", "modprobe tun"]),
                Lack(
                    name: "a kernel without nftables", options: ["--without-nftables"], take: "exec \"$@\"",
                    says: ["nftables does not work here", "modprobe -a nf_tables"]),
                Lack(
                    name: "without CAP_NET_ADMIN", take: "exec setpriv --bounding-set -net_admin -- \"$@\"",
                    says: ["NET_ADMIN", "--cap-add"]),
                Lack(
                    name: "not root",
                    take: "exec setpriv --reuid 65534 --regid 65534 --clear-groups -- \"$@\"",
                    says: ["root", "sudo meshtui"]),
            ])
        func dashboard(_ lack: Lack) async throws {
            try await Lab.run(sites: ["open1"], services: false) { lab in
                let node = NodeProcess(lab, "open1")
                let words = ["sh", "-c", lack.take, "sh", Binaries.meshtui] + node.options
                let exec = [Binaries.lab, "exec", "--lab", lab.name] + lack.options + ["open1", "--"]
                try await Tmux.run(lab, width: 100, height: 30, script: "exec cat") { tmux in
                    let stage = try await Stage.open(exec + words, in: tmux, folder: lab.folder)
                    try await eventually("the screen to say \(lack.says)") {
                        Missing.sentences(on: try await tmux.screen())
                    } until: { text in
                        lack.says.allSatisfy(text.contains)
                    }
                    guard let mend = lack.mend else { return }
                    // The node tries again by itself.
                    let there = ["nsenter", "--target", "\(stage.pid)", "--mount", "sh", "-c", mend]
                    try await Command.output(of: there)
                    try await tmux.shows("Host a party")
                }
                let down = try await node.run("down")
                #expect(down.succeeded, "\(down.error)")
                try await node.isGone()
            }
        }

        /// What stands on a screen as one line, without borders and line breaks.
        private static func sentences(on screen: String) -> String {
            screen.split { $0.isWhitespace || ("\u{2500}"..."\u{257f}").contains($0) }.joined(separator: " ")
        }
    }
}
