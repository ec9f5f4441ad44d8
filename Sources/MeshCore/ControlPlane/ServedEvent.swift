package import MeshRules

/// What a listener of the control service gets.
package enum ServedEvent: Equatable, Sendable {
    /// Numbers rise; a listener names the last one it has heard when it comes back.
    case event(UInt64, ControlEvent)
    /// Events between the last one heard and this number are lost: ask for everything anew.
    case resync(UInt64)
    /// Another connection of the listener's member takes its place: the last one.
    case taken
    /// A sign of life, so that a dead connection is noticed at both ends.
    case ping
}
