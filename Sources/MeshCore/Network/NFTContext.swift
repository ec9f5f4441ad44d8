internal import CNFTables

/// A libnftables context: one netlink socket that owns the tables made through it with `flags owner`, so that they
/// vanish with the context or with the process, whatever ends it. Not for two callers at once.
struct NFTContext: ~Copyable {
    private let context: OpaquePointer

    init() throws(NetworkProblem) {
        guard let context = nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) else { throw .firewallUnavailable("no memory") }
        self.context = context
        nft_ctx_buffer_output(context)
        nft_ctx_buffer_error(context)
    }

    deinit { nft_ctx_free(context) }

    /// Runs commands as one transaction: all of them take effect, or none.
    func run(_ commands: String) throws(NetworkProblem) {
        if commands.isEmpty { return }
        guard nft_run_cmd_from_buffer(context, commands) == 0 else { throw .firewallUnavailable(complaint) }
    }

    private var complaint: String {
        let words = nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? ""
        return words.split(separator: "\n").first.map(String.init) ?? "no reason given"
    }
}
