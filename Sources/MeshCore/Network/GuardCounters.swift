internal import CLinux
internal import Glibc
internal import MeshWire

/// Reads the counters of one table from nf_tables itself. libnftables would read the elements of all sets of the machine
/// first: 0.7 s of processor time where somebody blocks 300,000 addresses.
struct GuardCounters: ~Copyable, Sendable {
    private let socket: Descriptor
    private let request: [UInt8]

    /// `table` is a name in the family inet.
    init(table: String) throws(NetworkProblem) {
        socket = try Descriptor(clinux_netlink_socket(12, 0), "opening nf_tables")
        request = ObjectMessage.dumpCounters(table: table)
    }

    /// Packets by the counter's name.
    func packets() throws(NetworkProblem) -> [String: UInt64] {
        guard send(socket.number, request, request.count, 0) == request.count else { throw Self.refused(.last) }
        var packets: [String: UInt64] = [:]
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket.number, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.refused(.last) }
            let end = ObjectMessage.read(buffer.span.extracting(0..<count)) { packets[$0] = $1 }
            if let end { if end == 0 { return packets } else { throw Self.refused(SystemError(end)) } }
        }
    }

    private static func refused(_ error: SystemError) -> NetworkProblem {
        .firewallUnavailable("its counters can't be read: \(error)")
    }
}

/// nf_tables' messages about named objects: `length:4 type:2 flags:2 sequence:4 port:4`, then `family:1 version:1
/// resource:2` and attributes of `length:2 type:2 value`. The headers are in the machine's byte order, values big-endian.
enum ObjectMessage {
    private static let netlinkHeader = 16
    private static let header = 20
    /// Subsystem 10 (NFNL_SUBSYS_NFTABLES), NFT_MSG_NEWOBJ and NFT_MSG_GETOBJ; NLMSG_ERROR and NLMSG_DONE.
    private static let (newObject, getObject): (UInt16, UInt16) = (10 << 8 | 18, 10 << 8 | 19)
    private static let (error, done): (UInt16, UInt16) = (2, 3)
    /// NLM_F_REQUEST | NLM_F_DUMP.
    private static let dump: UInt16 = 0x301
    /// NFTA_OBJ_TABLE, _NAME, _TYPE and _DATA; NFTA_COUNTER_PACKETS.
    private static let (table, name, type, data, packets): (UInt16, UInt16, UInt16, UInt16, UInt16) = (1, 2, 3, 4, 2)
    /// NFT_OBJECT_COUNTER, and NFPROTO_INET.
    private static let (counter, inet): (UInt8, UInt8) = (1, 1)
    private static let typeMask: UInt16 = 0x3fff

    /// Asks for every counter of the table.
    static func dumpCounters(table name: String) -> [UInt8] {
        var body: [UInt8] = [inet, 0, 0, 0]
        append(&body, table, Array(name.utf8) + [0])
        append(&body, type, [0, 0, 0, counter])
        var bytes: [UInt8] = []
        append(&bytes, UInt32(netlinkHeader + body.count))
        append(&bytes, getObject)
        append(&bytes, dump)
        return bytes + [UInt8](repeating: 0, count: 8) + body
    }

    /// Calls `body` with each counter's name and packets.
    /// - Returns: 0 when the list is complete, an errno when it can't be had, nil when more comes.
    static func read(_ bytes: Span<UInt8>, _ body: (String, UInt64) -> Void) -> Int32? {
        var start = 0
        while bytes.count - start >= netlinkHeader {
            let length = Int(native32(bytes, start))
            guard length >= netlinkHeader, length <= bytes.count - start else { return 0 }
            switch native16(bytes, start + 4) {
            case done: return 0
            case error where length >= header:
                return -Int32(bitPattern: native32(bytes, start + netlinkHeader))
            case newObject where length > header:
                object(bytes.extracting((start + header)..<(start + length)), body)
            default: break
            }
            start += aligned(length)
        }
        return nil
    }

    private static func object(_ attributes: Span<UInt8>, _ body: (String, UInt64) -> Void) {
        var (found, count): (String?, UInt64?)
        forEach(attributes) { type, value in
            if type == name { found = String(decoding: value.array(0..<max(0, value.count - 1)), as: UTF8.self) }
            if type == data {
                forEach(value) { if $0 == packets, $1.count >= 8 { count = $1.uint64(at: 0) } }
            }
        }
        if let found, let count { body(found, count) }
    }

    private static func forEach(_ attributes: Span<UInt8>, _ body: (UInt16, Span<UInt8>) -> Void) {
        var start = 0
        while attributes.count - start >= 4 {
            let length = Int(native16(attributes, start))
            guard length >= 4, length <= attributes.count - start else { return }
            body(native16(attributes, start + 2) & typeMask, attributes.extracting((start + 4)..<(start + length)))
            start += aligned(length)
        }
    }

    private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

    private static func append(_ bytes: inout [UInt8], _ type: UInt16, _ value: [UInt8]) {
        append(&bytes, UInt16(4 + value.count))
        append(&bytes, type)
        bytes += value + [UInt8](repeating: 0, count: aligned(value.count) - value.count)
    }

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
