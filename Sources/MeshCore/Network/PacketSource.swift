/// A socket that `PacketThread` reads.
protocol PacketSource: AnyObject, Sendable {
    /// Readable when something came; open for as long as the source lives.
    var descriptor: Int32 { get }
    /// How long the source is left alone after it has been read. Longer saves processor time and hears of things later.
    var rest: Duration { get }
    /// One datagram or one netlink message block, and its sender as the kernel writes it (a `struct sockaddr`, empty when
    /// there is none). This runs on the packet thread: don't wait in here.
    func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>)
    /// What there was has been handed over, also when some of it was lost. On the packet thread as well.
    func drained()
}

extension PacketSource {
    var rest: Duration { .zero }
    func drained() {}
}
