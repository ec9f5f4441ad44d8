import Foundation

/// A terminal that tests type into and read from, with a tmux server of its own.
struct Tmux {
    /// The server's socket, in the lab's folder: it goes with it.
    let socket: String

    /// Opens a terminal of this size in which `script` runs.
    static func run(_ lab: Lab, width: Int, height: Int, script: String, _ body: (Tmux) async throws -> Void)
        async throws
    {
        let tmux = Tmux(socket: lab.folder + "/tmux.sock")
        try await tmux.ask(
            "-f", "/dev/null", "new-session", "-d", "-s", "main", "-x", "\(width)", "-y", "\(height)",
            "env TERM=screen-256color LANG=C.UTF-8 sh -c '\(script)'")
        do {
            try await body(tmux)
        } catch {
            print("---- the screen\n\((try? await tmux.screen()) ?? "is gone")")
            _ = try? await tmux.ask("kill-server")
            throw error
        }
        _ = try? await tmux.ask("kill-server")
    }

    @discardableResult
    func ask(_ words: String...) async throws -> String {
        try await Command.output(of: ["tmux", "-S", socket] + words)
    }

    func screen() async throws -> String { try await ask("capture-pane", "-p", "-t", "main") }

    /// Presses keys by tmux's names: `Enter`, `Down`, `q`.
    func press(_ keys: String...) async throws {
        for key in keys { try await ask("send-keys", "-t", "main", key) }
    }

    func resize(_ width: Int, _ height: Int) async throws {
        try await ask("resize-window", "-t", "main", "-x", "\(width)", "-y", "\(height)")
    }

    /// A value of tmux's formats, such as `alternate_on`.
    func value(_ name: String) async throws -> String { try await format("#{\(name)}") }

    func format(_ text: String) async throws -> String {
        try await ask("display-message", "-p", "-t", "main", text).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until the screen has all these texts.
    @discardableResult
    func shows(_ texts: String..., within limit: Duration = .seconds(20)) async throws -> String {
        try await eventually("the screen to show \(texts)", within: limit) {
            try await screen()
        } until: { screen in
            texts.allSatisfy(screen.contains)
        }
    }
}
