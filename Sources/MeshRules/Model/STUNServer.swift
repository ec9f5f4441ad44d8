package import MeshWire

/// A STUN server and who runs it: a NAT type needs the word of two operators.
package struct STUNServer: Equatable, Sendable {
    /// UDP.
    package var endpoint: Endpoint
    /// Equal for servers of one operator.
    package var `operator`: String

    /// A server of its parts.
    package init(endpoint: Endpoint, operator: String) { (self.endpoint, self.operator) = (endpoint, `operator`) }
}
