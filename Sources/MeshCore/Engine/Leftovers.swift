import FoundationEssentials
import Glibc
import Subprocess

/// What a node that was killed may have left on the machine. The nft table went with the process; WireGuard's process,
/// its interface and the socket may still be there.
package struct Leftovers {
    let configuration: EngineConfiguration

    /// Of the node that would run with this configuration.
    package init(of configuration: EngineConfiguration) { self.configuration = configuration }

    /// Removes them and says what it removed. Throws when a live node has the state folder.
    package func remove() async throws(EngineProblem) -> [String] {
        var removed: [String] = []
        let interface = configuration.interface
        // A folder that no node has ever locked holds nothing of one, and is left as it is.
        if FolderLock.exists(in: configuration.stateFolder, for: .node) {
            let folder = try StateFolder(configuration.stateFolder)
            let record = ProcessRecord(path: "\(configuration.stateFolder)/wireguard-go.pid")
            if record.endLeftover(interface: interface) {
                removed.append("the WireGuard process of \(interface)")
                if await isDeleted(interface) { removed.append("the interface \(interface)") }
            }
            // The process usually goes with the node; its control socket never does.
            let control = UAPISocket(path: UAPISocket.path(of: interface))
            if control.removeStale() { removed.append("the socket \(control.path)") }
            withExtendedLifetime(folder) {}
        }
        if SocketFile.removeStale(configuration.socket) { removed.append("the socket \(configuration.socket)") }
        return removed
    }

    /// WireGuard's interface usually goes with its process, a moment later.
    private func isDeleted(_ interface: String) async -> Bool {
        guard access("/sys/class/net/\(interface)", F_OK) == 0 else { return true }
        let result = try? await run(
            .name("ip"), arguments: ["link", "delete", interface], output: .discarded, error: .discarded)
        return result?.terminationStatus.isSuccess ?? false
    }
}
