import MeshWire

/// The relay as a STUN server (RFC 8489), on its one port.
extension RelayRules {
    /// Silence for a request shorter than its answer, so that nobody's address can be flooded through a relay, and for
    /// one that asks for another address or port (RFC 5780 §4.3): an ordinary answer would make a filtering NAT look
    /// open.
    func stun(
        _ datagram: Span<UInt8>, from source: Endpoint, reply: inout MutableSpan<UInt8>
    ) -> RelayVerdict {
        guard let question = try? STUNMessage.decode(datagram), question.messageClass == .request,
            !question.hasUnknownRequired, question.changeRequest ?? [] == []
        else { return .drop(.stun) }
        let length = STUNMessage.writeBindingSuccess(
            transaction: question.transaction, mapped: source, into: &reply)
        return length > 0 && length <= datagram.count ? .reply(length: length) : .drop(.stun)
    }
}
