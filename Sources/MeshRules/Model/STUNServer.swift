package import MeshWire

/// A STUN server and who runs it: a NAT type needs the word of two operators.
package struct STUNServer: Equatable, Sendable {
    package var endpoint: Endpoint
    package var `operator`: String

    package init(endpoint: Endpoint, operator: String) { (self.endpoint, self.operator) = (endpoint, `operator`) }
}
