import Foundation
import Glibc

/// A program that was started from a shell in a terminal, and what it did to that terminal.
struct Stage {
    let tmux: Tmux
    let pid: pid_t
    /// The settings of `stty -g` before the program.
    let before: String
    private let folder: String

    /// What the shell found when the program had ended.
    struct Left {
        /// As shells have it: 128 and the signal that ended the program.
        let code: String
        let after: String
        /// tmux's own word on the terminal: the modes that a program must have switched off again, and the cursor.
        let modes: String
    }

    static let untouched = "alternate 0 cursor 1 mouse 0 keypad 0 cursor keys 0"

    /// Starts `command` in the pane, in place of whatever ran there.
    static func open(_ command: [String], in tmux: Tmux, folder: String) async throws -> Stage {
        for name in ["before", "pid", "code", "after"] { unlink("\(folder)/\(name)") }
        let words = command.map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
        // The traps are for keys that signal the whole terminal: the shell outlives them, its child has the defaults.
        let script = """
            trap : INT QUIT TERM
            ulimit -c 0
            stty -g >\(folder)/before
            sh -c 'echo $$ >\(folder)/pid; exec "$@"' sh \(words)
            echo $? >\(folder)/code
            stty -g >\(folder)/after
            echo given back
            exec cat
            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/stage.sh"))
        try await tmux.ask(
            "respawn-pane", "-k", "-t", "main", "env TERM=screen-256color LANG=C.UTF-8 sh \(folder)/stage.sh")
        let pid = try await line(of: "\(folder)/pid")
        return Stage(
            tmux: tmux, pid: pid_t(pid) ?? 0, before: try await line(of: "\(folder)/before"), folder: folder)
    }

    func modes() async throws -> String {
        try await tmux.format(
            "alternate #{alternate_on} cursor #{cursor_flag} mouse #{mouse_any_flag} keypad #{keypad_flag} "
                + "cursor keys #{keypad_cursor_flag}")
    }

    func settings() async throws -> String {
        let settings = try await Command.output(of: ["stty", "-g", "-F", try await tmux.value("pane_tty")])
        return settings.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until the program has ended and the shell has looked at what it left.
    func left() async throws -> Left {
        let code = try await Stage.line(of: "\(folder)/code")
        let after = try await Stage.line(of: "\(folder)/after")
        try await tmux.shows("given back")
        return Left(code: code, after: after, modes: try await modes())
    }

    /// The one line of a file that the shell is about to write.
    private static func line(of path: String) async throws -> String {
        let text = try await eventually("a line in \(path)", every: .milliseconds(50)) {
            (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        } until: {
            $0.hasSuffix("\n")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
