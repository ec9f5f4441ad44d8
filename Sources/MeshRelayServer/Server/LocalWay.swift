/// Through which socket, and from which of the machine's own addresses, a client is answered. To the rules it is a
/// number that they keep for each client.
struct LocalWay: Equatable {
    let socket: Int
    /// IPv4 as a number; 0 leaves it to the socket, which is right for one bound to an address.
    let address: UInt32

    init(socket: Int, address: UInt32) { (self.socket, self.address) = (socket, address) }

    init(mark: Int) { (socket, address) = (mark >> 32, UInt32(truncatingIfNeeded: mark)) }

    var mark: Int { socket << 32 | Int(address) }
}
