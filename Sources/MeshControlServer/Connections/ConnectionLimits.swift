/// What one client may cost a control server in connections, and for how long.
package struct ConnectionLimits: Sendable {
    /// Connections in all. Each takes a descriptor and about 30 KiB; fewer let fewer sources crowd a server.
    package var all = 4_096
    /// Connections of one source (`SourceBlock`). Every member holds one for its events and one for its requests, so a
    /// party of 32 behind one address is served; more lets a single machine crowd the others.
    package var ofSource = 64
    /// From the first byte of a request, or from the connection's start, to the end of its head.
    package var head: Duration = .seconds(10)
    /// From the end of a head to the first byte of the answer, before which the body has been read.
    package var body: Duration = .seconds(30)
    /// Between two requests. Longer than HTTP clients keep a connection (AsyncHTTPClient: 60 s), so that the client
    /// closes first and no request meets a connection that is being closed.
    package var idle: Duration = .seconds(75)
    /// Without progress of bytes that wait to be sent.
    package var write: Duration = .seconds(15)
    /// From our end of a connection to the client's.
    package var ending: Duration = .seconds(10)

    /// The limits of a control server.
    package init() {}

    /// The limits of a host's own control plane, which runs inside its node: room for 32 members several times over.
    package static var ownPlane: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.all = 256
        return limits
    }
}
