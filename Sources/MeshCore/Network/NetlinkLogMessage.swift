internal import MeshWire

/// nfnetlink_log's messages: `length:4 type:2 flags:2 sequence:4 port:4`, then `family:1 version:1 group:2` and
/// attributes of `length:2 type:2 value`. Netlink's own numbers are in the machine's byte order, those of the log
/// big-endian.
enum NetlinkLogMessage {
    private static let netlinkHeader = 16
    private static let header = 20
    /// Subsystem 4 (NFNL_SUBSYS_ULOG), NFULNL_MSG_PACKET and NFULNL_MSG_CONFIG.
    private static let packet: UInt16 = 4 << 8
    private static let configuration: UInt16 = 4 << 8 | 1
    private static let error: UInt16 = 2
    /// NLM_F_REQUEST | NLM_F_ACK.
    private static let acknowledgedRequest: UInt16 = 5
    /// NFULA_PAYLOAD: the packet from its IP header on.
    private static let payload: UInt16 = 9
    private static let typeMask: UInt16 = 0x3fff

    /// NFULA_CFG_CMD, NFULNL_CFG_CMD_BIND: this socket gets what is logged to `group`.
    static func bind(group: UInt16) -> [UInt8] { configure(group, attribute: 1, [1]) }

    /// NFULA_CFG_MODE, NFULNL_COPY_PACKET: at most `bytes` of each packet.
    static func copy(group: UInt16, bytes: UInt32) -> [UInt8] {
        var mode: [UInt8] = []
        mode.append(bigEndian: bytes)
        return configure(group, attribute: 2, mode + [2, 0])
    }

    /// NFULA_CFG_QTHRESH: so many packets make a message; without it the kernel waits a second.
    static func threshold(group: UInt16, packets: UInt32) -> [UInt8] {
        var value: [UInt8] = []
        value.append(bigEndian: packets)
        return configure(group, attribute: 5, value)
    }

    /// What the kernel answered to a configuration: 0 or an errno; nil for another message.
    static func answer(_ bytes: Span<UInt8>) -> Int32? {
        guard bytes.count >= header, native16(bytes, 4) == error else { return nil }
        return -Int32(bitPattern: native32(bytes, netlinkHeader))
    }

    /// Calls `body` with each logged packet, from its IP header on.
    static func forEachPacket(in bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
        var start = 0
        while bytes.count - start >= netlinkHeader {
            let length = Int(native32(bytes, start))
            guard length >= netlinkHeader, length <= bytes.count - start else { return }
            if native16(bytes, start + 4) == packet, length > header {
                forEachPayload(in: bytes.extracting((start + header)..<(start + length)), body)
            }
            start += aligned(length)
        }
    }

    private static func forEachPayload(in attributes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
        var start = 0
        while attributes.count - start >= 4 {
            let length = Int(native16(attributes, start))
            guard length >= 4, length <= attributes.count - start else { return }
            if native16(attributes, start + 2) & typeMask == payload {
                body(attributes.extracting((start + 4)..<(start + length)))
            }
            start += aligned(length)
        }
    }

    private static func configure(_ group: UInt16, attribute: UInt16, _ value: [UInt8]) -> [UInt8] {
        var body: [UInt8] = [0, 0]
        body.append(bigEndian: group)
        append(&body, UInt16(4 + value.count))
        append(&body, attribute)
        body += value + [UInt8](repeating: 0, count: aligned(value.count) - value.count)
        var bytes: [UInt8] = []
        append(&bytes, UInt32(netlinkHeader + body.count))
        append(&bytes, configuration)
        append(&bytes, acknowledgedRequest)
        return bytes + [UInt8](repeating: 0, count: 8) + body
    }

    private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

    private static func append<Word: FixedWidthInteger>(_ bytes: inout [UInt8], _ word: Word) {
        bytes.append(bigEndian: word.bigEndian)
    }

    private static func native16(_ bytes: Span<UInt8>, _ offset: Int) -> UInt16 {
        UInt16(bigEndian: bytes.uint16(at: offset))
    }

    private static func native32(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.uint32(at: offset))
    }
}
