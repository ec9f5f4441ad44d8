internal import CLinux
internal import Glibc
internal import MeshRules
internal import MeshWire
internal import Synchronization

/// The handshakes that this machine's WireGuard sends, from the kernel's packet log: a rule of the node's table copies
/// them to a netlink group (`GuardRules`), this socket reads the group.
final class HandshakeLog: PacketSource {
    private let socket: Descriptor
    /// The log group this socket has; no other socket of the network namespace has it.
    let group: UInt16
    private let peers = Mutex<[(key: PublicKey, mac1: Mac1Key)]>([])
    private let deliver: @Sendable (HandshakeSent) -> Void

    /// The longest IPv4 header (IPv6's is shorter), UDP header and the longest handshake.
    static let copiedBytes: UInt32 = 60 + 8 + 148
    private static let groupsToTry: UInt16 = 64

    /// Groups are tried from `first` on, because another program may hold one.
    init(firstGroup first: UInt16, deliver: @escaping @Sendable (HandshakeSent) -> Void) throws(NetworkProblem) {
        let opened = clinux_netlink_socket(12, 0)
        // A kernel without netfilter's netlink knows no such protocol.
        if opened < 0, errno == EPROTONOSUPPORT { throw .firewallUnavailable("\(SystemError.last)") }
        socket = try Descriptor(opened, "opening the packet log")
        self.deliver = deliver
        var group = first
        while try !Self.request(socket.number, NetlinkLogMessage.bind(group: group), orBusy: true) {
            group &+= 1
            guard group != first &+ Self.groupsToTry else {
                throw .socket("finding a free log group", SystemError(EBUSY))
            }
        }
        self.group = group
        try Self.request(socket.number, NetlinkLogMessage.copy(group: group, bytes: Self.copiedBytes))
        try Self.request(socket.number, NetlinkLogMessage.threshold(group: group, packets: 1))
    }

    var descriptor: Int32 { socket.number }

    /// Handshakes for these peers are reported, others aren't: `mac1` names nobody who is not asked for.
    func watch(_ keys: [PublicKey]) {
        let sorted = keys.sorted()
        peers.withLock { known in
            known = sorted.map { key in
                known.first { $0.key == key } ?? (key: key, mac1: Mac1Key(publicKey: key))
            }
        }
    }

    func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>) {
        NetlinkLogMessage.forEachPacket(in: bytes) { packet in
            guard let datagram = UDPDatagram(packet: packet),
                let sent = handshake(packet.extracting(datagram.payload))
            else { return }
            deliver(sent)
        }
    }

    private func handshake(_ message: Span<UInt8>) -> HandshakeSent? {
        let kind: HandshakeSent.Kind
        let index: ReceiverIndex
        switch WireGuardMessage.head(message) {
        case .initiation(let sender): (kind, index) = (.initiation, sender)
        case .response(let sender, _): (kind, index) = (.response, sender)
        default: return nil
        }
        return peers.withLock { known in
            for peer in known where peer.mac1.matches(message) {
                return HandshakeSent(kind: kind, index: index, peer: peer.key)
            }
            return nil
        }
    }

    /// False when the group is another socket's and `orBusy` allows it.
    @discardableResult
    private static func request(_ socket: Int32, _ bytes: [UInt8], orBusy: Bool = false) throws(NetworkProblem) -> Bool
    {
        guard send(socket, bytes, bytes.count, 0) == bytes.count else { throw refused(.last) }
        var answer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(socket, &answer, answer.count, 0)
            if count < 0, errno == EINTR || errno == ENOBUFS { continue }
            guard count >= 0 else { throw refused(.last) }
            switch NetlinkLogMessage.answer(answer.span.extracting(0..<count)) {
            case .none: continue
            case 0: return true
            case EBUSY where orBusy: return false
            case .some(let number): throw refused(SystemError(number))
            }
        }
    }

    private static func refused(_ error: SystemError) -> NetworkProblem {
        .firewallUnavailable("the packet log answers: \(error)")
    }
}
