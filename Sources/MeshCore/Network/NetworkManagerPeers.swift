internal import CLinux
internal import Glibc
internal import Logging
package import MeshRules
package import MeshWire
internal import Synchronization

extension NetworkManager {
    /// Adds the peer, or changes one that is there. A peer that has just been removed is added 50 ms after that.
    package func addPeer(_ peer: WireGuardPeer) async throws(NetworkProblem) {
        if let pause = removals.pause(before: peer.publicKey, now: .now) { try? await Task.sleep(for: pause) }
        let before = peers.updateValue(peer, forKey: peer.publicKey)
        watchHandshakes()
        do throws(NetworkProblem) { try await backend.apply(.peer(peer)) } catch {
            // A process that is started anew is told of the peers that WireGuard has, not of this one.
            peers[peer.publicKey] = before
            watchHandshakes()
            throw error
        }
    }

    /// Moves the peer's traffic; nothing happens when WireGuard does not have it.
    package func setEndpoint(_ endpoint: Endpoint, of peer: PublicKey) async throws(NetworkProblem) {
        try await backend.apply(.endpoint(endpoint, of: peer))
        peers[peer]?.endpoint = endpoint
    }

    /// Also takes the peer's guard away.
    package func removePeer(_ peer: PublicKey) async throws(NetworkProblem) {
        peers[peer] = nil
        watchHandshakes()
        // A guard that stays does no harm to a peer that is gone.
        do throws(NetworkProblem) { try await endGuard(peer) } catch { logger.warning("\(error)") }
        try await backend.apply(.remove(peer))
        removals.removed(peer, now: .now)
    }

    /// What WireGuard says of each peer it has, by key.
    package func samples() async throws(NetworkProblem) -> [WireGuardSample] {
        let device = try await backend.device()
        let hits = try await parts().hits()
        let now = Self.wallClock
        return device.peers.map { peer in
            WireGuardSample(
                publicKey: peer.publicKey, endpoint: peer.endpoint,
                handshakeAge: peer.handshake.map { max(now - $0, .zero) }, handshakeDate: peer.handshake,
                rxBytes: peer.rxBytes, txBytes: peer.txBytes, guardHits: hits[peer.publicKey])
        }.sorted { $0.publicKey < $1.publicKey }
    }

    /// The guard is in force when this returns. A guard that stands for the peer is changed; its counter goes on.
    package func guardRoaming(_ rule: RoamingGuardRule) async throws(NetworkProblem) {
        try await parts().stand(rule)
    }

    /// Nothing happens when no guard stands for the peer.
    package func endGuard(_ peer: PublicKey) async throws(NetworkProblem) {
        try await parts().end(peer)
    }

    private func parts() throws(NetworkProblem) -> any NetworkParts {
        guard let parts = pieces.withLock({ $0 }) else { throw .notRunning }
        return parts
    }

    private func watchHandshakes() {
        let keys = Array(peers.keys)
        pieces.withLock { $0 }?.watch(keys)
    }

    /// WireGuard reports handshakes by the machine's clock.
    private static var wallClock: Duration {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
    }
}
