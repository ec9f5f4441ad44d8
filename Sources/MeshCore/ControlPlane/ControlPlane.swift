package import MeshRules

/// Whoever keeps a party's members in touch: a server, or the host itself. A node asks and listens; it never believes
/// what a card, a roster or a check does not prove.
///
/// The spec's operations are the cases of `ControlRequest`, which rules, server and clients share.
package protocol ControlPlane: Sendable {
    /// Carries out one request. Never throws: that nobody could be asked is an answer, too.
    func perform(_ request: ControlRequest) async -> ControlReply
    /// Hands over what the control plane tells, one after the other, until cancelled. It begins once this member has
    /// joined. The next one is read when `hear` has returned, so that nothing gathers before a reader that is slow.
    func follow(_ hear: @escaping @Sendable (ControlPlaneEvent) async -> Void) async
}

/// What comes from a control plane unasked.
package enum ControlPlaneEvent: Equatable, Sendable {
    case event(ControlEvent)
    /// Events flow (again).
    case connected
    /// They don't; why, in one line.
    case disconnected(String)
    /// Some were missed for good: ask for the party, its peers and the relays anew.
    case resync
    /// Another connection of this member has taken the stream, which ends.
    case taken
}
