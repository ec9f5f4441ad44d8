internal import Glibc
package import MeshRules
package import MeshWire
internal import Synchronization

extension NetworkManager {
    /// Adds the peer, or changes one that is there. A peer that has just been removed is added 50 ms after that.
    package func addPeer(_ peer: WireGuardPeer) async throws(NetworkProblem) {
        if let pause = removals.pause(before: peer.publicKey, now: .now) { try? await Task.sleep(for: pause) }
        peers[peer.publicKey] = peer
        watchHandshakes()
        try await backend.apply(.peer(peer))
    }

    /// Moves the peer's traffic; nothing happens when WireGuard does not have it.
    package func setEndpoint(_ endpoint: Endpoint, of peer: PublicKey) async throws(NetworkProblem) {
        peers[peer]?.endpoint = endpoint
        try await backend.apply(.endpoint(endpoint, of: peer))
    }

    /// Also takes the peer's guard away.
    package func removePeer(_ peer: PublicKey) async throws(NetworkProblem) {
        peers[peer] = nil
        watchHandshakes()
        try await endGuard(peer)
        try await backend.apply(.remove(peer))
        removals.removed(peer, now: .now)
    }

    /// What WireGuard says of each peer it has, by key.
    package func samples() async throws(NetworkProblem) -> [WireGuardSample] {
        let device = try await backend.device()
        let hits = try await guardTable().hits()
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
        try await guardTable().stand(rule)
    }

    /// Nothing happens when no guard stands for the peer.
    package func endGuard(_ peer: PublicKey) async throws(NetworkProblem) {
        try await guardTable().end(peer)
    }

    private func guardTable() throws(NetworkProblem) -> RoamingGuard {
        guard let table = pieces.withLock({ $0?.table }) else { throw .notRunning }
        return table
    }

    private func watchHandshakes() {
        let keys = Array(peers.keys)
        pieces.withLock { $0?.handshakes.watch(keys) }
    }

    /// WireGuard reports handshakes by the machine's clock.
    private static var wallClock: Duration {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
    }
}
