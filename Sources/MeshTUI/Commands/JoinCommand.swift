import ArgumentParser
import MeshCore
import MeshWire

struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Join a party with its invite, and open the dashboard.",
        discussion: "The invite is asked for, or read from standard input. It is a secret and never an argument.")

    @Argument(help: "“-” to read the invite from standard input.")
    var source: String?
    @Flag(help: "No dashboard. Runs the node in the foreground unless one answers already.")
    var headless = false
    @OptionGroup var node: NodeOptions

    func validate() throws {
        guard source == nil || source == "-" else {
            throw ValidationError(
                "An invite is a secret, and arguments can be seen by everybody on this machine: run meshtui join and paste it."
            )
        }
    }

    func run() async throws {
        let entrance = try NodeEntrance(node)
        let input = SecretInput(
            prompt: "Invite (what you type or paste is not shown): ", missing: { Self.missing(of: $0) })
        let invite = try input.read(fromPipe: source == "-")
        try await entrance.enter(.join(invite: invite), headless: headless)
    }

    /// What a text that is being pasted still lacks to be an invite.
    static func missing(of text: String) -> SecretInput.Missing {
        do throws(Refusal) { _ = try InviteCode(pasted: text) } catch { return error == .short ? .rest : .all }
        return .nothing
    }
}
