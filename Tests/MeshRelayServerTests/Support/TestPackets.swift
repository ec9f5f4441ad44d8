import MeshWire

/// WireGuard messages and checks as far as a relay looks at them.
enum TestPackets {
    /// 148 bytes with the responder's mac1.
    static func initiation(sender: ReceiverIndex, to responder: PublicKey) -> [UInt8] {
        var bytes = message(type: 1, [sender], size: 148)
        Mac1Key(publicKey: responder).sign(&bytes)
        return bytes
    }

    static func response(sender: ReceiverIndex, receiver: ReceiverIndex) -> [UInt8] {
        message(type: 2, [sender, receiver], size: 92)
    }

    static func cookieReply(receiver: ReceiverIndex) -> [UInt8] { message(type: 3, [receiver], size: 64) }

    static func data(_ receiver: ReceiverIndex, size: Int = 32) -> [UInt8] { message(type: 4, [receiver], size: size) }

    static func check(from sender: Tag, to receiver: Tag, size: Int = 123) -> [UInt8] {
        var bytes: [UInt8] = [UInt8]("mtui".utf8) + [1, 16, 1, 0]
        bytes.append(bigEndian: receiver.word)
        bytes.append(bigEndian: sender.word)
        return bytes + [UInt8](repeating: 0x5a, count: size - bytes.count)
    }

    private static func message(type: UInt8, _ indexes: [ReceiverIndex], size: Int) -> [UInt8] {
        var bytes: [UInt8] = [type, 0, 0, 0]
        for index in indexes { bytes.append(bigEndian: index) }
        return bytes + [UInt8](repeating: 0xa5, count: size - bytes.count)
    }
}
