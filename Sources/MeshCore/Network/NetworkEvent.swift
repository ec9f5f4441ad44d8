/// What happened to the machine's network without anybody asking for it.
package enum NetworkEvent: Equatable, Sendable {
    /// WireGuard's process ended (`reason`) and runs again with the same key, port, address and peers.
    case childRestarted(reason: String)
    /// The wanted port was taken; WireGuard listens on this one.
    case listenPortChanged(UInt16)
    /// The machine's addresses or routes may have changed. At most once a second.
    case addressesChanged
    /// A socket of ours is beyond use, or the thread that reads them all can't wait for them: why.
    case listeningFailed(String)
}
