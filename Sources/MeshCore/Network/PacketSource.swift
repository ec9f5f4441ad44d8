/// A socket that `PacketThread` reads.
protocol PacketSource: AnyObject, Sendable {
    /// Readable when something came; open for as long as the source lives.
    var descriptor: Int32 { get }
    /// One datagram or one netlink message block, and its sender as the kernel writes it (a `struct sockaddr`, empty when
    /// there is none). This runs on the packet thread: don't wait in here.
    func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>)
}
