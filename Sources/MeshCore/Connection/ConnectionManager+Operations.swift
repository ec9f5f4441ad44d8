package import MeshRules
package import MeshWire

/// The operations that wait: both only watch what the node decides.
extension ConnectionManager {
    /// Why an operation did not come about.
    package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        case unknownParty(PartyID)
        case unknownPeer(PeerID)
        /// The pair has failed; the node goes on trying.
        case noPath(PeerID, lastError: String?)
        /// The pin is kept for when the peer can be reached again.
        case notConnected(name: String, PeerState)
        case refused(CommandRefusal)
        case stopping

        package var description: String {
            switch self {
            case .unknownParty(let party): "this machine is not in the party \(party): join it first (meshtui join)"
            case .unknownPeer(let peer): "there is no peer \(peer): meshtui peers lists them"
            case .noPath(let peer, let error):
                "no path to \(peer) works\(error.map { ", \($0)" } ?? ""): it is tried again every 30 seconds"
            case .notConnected(let name, let state):
                "\(name) is \(state.rawValue) now: the pin counts when it is connected again"
            case .refused(let refusal): "\(refusal)"
            case .stopping: "the node is stopping: start it again (meshtui)"
            }
        }
    }

    /// Returns when packets reach the peer. The node connects every pair by itself: this waits for it.
    package func connectToPeer(partyID: PartyID, peerID: PeerID) async throws {
        try await wait(partyID, peerID) { peer in
            switch peer.state {
            case .connected, .degraded: return true
            case .failed: throw Failure.noPath(peerID, lastError: peer.lastError)
            default: return false
            }
        }
    }

    /// Pins a relay for the pair, and returns when its packets take that relay.
    package func switchRelay(partyID: PartyID, peerID: PeerID, to relayID: Bytes8) async throws {
        switch await perform(.pinRelay(peerID, relay: relayID)) {
        case .refused(let refusal): throw Failure.refused(refusal)
        case nil: throw Failure.stopping
        default:
            try await wait(partyID, peerID) { peer in
                // The other end's pin may be on its way to us.
                if let pin = peer.pin, pin.by == .peer, pin.relayID != relayID {
                    throw Failure.refused(.overruled(relay: relayName(pin.relayID)))
                }
                if peer.state == .away || peer.state == .failed {
                    throw Failure.notConnected(name: peer.name, peer.state)
                }
                return peer.path?.relayID == relayID
            }
        }
    }

    private func relayName(_ id: Bytes8) -> String {
        let region = snapshot.relays.first { $0.id == id }?.region ?? ""
        return region.isEmpty ? String(id.hex.prefix(8)) : region
    }

    private func wait(
        _ partyID: PartyID, _ peerID: PeerID, until reached: (PeerStatus) throws -> Bool
    ) async throws {
        while !isStopped {
            try Task.checkCancellation()
            let snapshot = snapshot
            guard snapshot.parties.contains(where: { $0.id == partyID }) else { throw Failure.unknownParty(partyID) }
            guard let peer = snapshot.peers.first(where: { $0.id == peerID }) else { throw Failure.unknownPeer(peerID) }
            if try reached(peer) { return }
            await nextChange()
        }
        throw Failure.stopping
    }
}
