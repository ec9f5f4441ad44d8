/// A socket that `PacketThread` reads.
protocol PacketSource: AnyObject, Sendable {
    /// Readable when something came; open for as long as the source lives.
    var descriptor: Int32 { get }
    /// One datagram or one netlink message block, on the packet thread: don't wait in here.
    func received(_ bytes: Span<UInt8>)
}
