package import MeshRules
package import MeshWire

/// What `ConnectionManager` needs of the network: `NetworkManager` is it, tests have one of their own.
package protocol NodeNetwork: Sendable {
    /// Control datagrams that came to WireGuard's port.
    var incoming: AsyncStream<ReceivedDatagram> { get }
    /// Handshakes that this machine's WireGuard sent.
    var handshakes: AsyncStream<HandshakeSent> { get }
    /// Sends from WireGuard's port, TTL 63. Failures are counted, not reported: every sender asks again.
    func send(_ datagram: [UInt8], to: Endpoint)
    /// The kernel hands over checks for these tags only from now on.
    func receive(for tags: [Tag]) throws
    func configure(address: IPAddress, prefix: Int) async throws
    func unconfigure() async
    func addPeer(_ peer: WireGuardPeer) async throws
    func setEndpoint(_ endpoint: Endpoint, of peer: PublicKey) async throws
    func removePeer(_ peer: PublicKey) async throws
    func guardRoaming(_ rule: RoamingGuardRule) async throws
    func endGuard(_ peer: PublicKey) async throws
    func samples() async throws -> [WireGuardSample]
    func localNetwork() async -> LocalNetwork
    /// ICMP echo through the tunnel; nil when no answer came in time.
    func measureLatency(to address: IPAddress, timeout: Duration) async -> Duration?
}

/// Where the node's records go: `NodeStore` is it, tests have one of their own.
package protocol RecordKeeping: Sendable {
    /// Returns when the records are durable: all of them, or none.
    func apply(_ records: [Record]) async throws
}

extension NodeStore: RecordKeeping {}
