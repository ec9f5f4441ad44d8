import MeshRules
import MeshWire

/// WireGuard's messages in their real layout, so that relays and guards read what they would read. What is encrypted on
/// the wire carries model content instead: values that only the right keys let the receiver recompute.
///
///     1  type:1 zero:3 sender:4 ephemeral:32 static:48 timestamp:28 mac1:16 mac2:16     148
///     2  type:1 zero:3 sender:4 receiver:4 ephemeral:32 empty:16 mac1:16 mac2:16         92
///     4  type:1 zero:3 receiver:4 counter:8 packet:n tag:16                              32 + n
enum WireGuardBytes {
    static func initiation(
        sender: ReceiverIndex, ephemeral: UInt64, initiator: PublicKey, responder: PublicKey, timestamp: UInt64
    ) -> [UInt8] {
        var bytes: [UInt8] = [1, 0, 0, 0]
        bytes.reserveCapacity(148)
        bytes.append(bigEndian: sender)
        bytes.append(bigEndian: ephemeral)
        bytes.append(contentsOf: repeatElement(0, count: 24))
        bytes.append(contentsOf: initiator.bytes)
        bytes.append(contentsOf: repeatElement(0, count: 16))
        bytes.append(bigEndian: timestamp)
        bytes.append(contentsOf: repeatElement(0, count: 20))
        seal(&bytes, for: responder)
        return bytes
    }

    static func response(
        sender: ReceiverIndex, receiver: ReceiverIndex, ephemeral: UInt64, proof: UInt64, initiator: PublicKey
    ) -> [UInt8] {
        var bytes: [UInt8] = [2, 0, 0, 0]
        bytes.reserveCapacity(92)
        bytes.append(bigEndian: sender)
        bytes.append(bigEndian: receiver)
        bytes.append(bigEndian: ephemeral)
        bytes.append(contentsOf: repeatElement(0, count: 24))
        bytes.append(bigEndian: proof)
        bytes.append(contentsOf: repeatElement(0, count: 8))
        seal(&bytes, for: initiator)
        return bytes
    }

    static func data(receiver: ReceiverIndex, counter: UInt64, packet: [UInt8], tag: UInt64) -> [UInt8] {
        let padding = (16 - packet.count % 16) % 16
        var bytes: [UInt8] = [4, 0, 0, 0]
        bytes.reserveCapacity(32 + packet.count + padding)
        bytes.append(bigEndian: receiver)
        bytes.append(bigEndian: counter)
        bytes.append(contentsOf: packet)
        bytes.append(contentsOf: repeatElement(0, count: padding + 8))
        bytes.append(bigEndian: tag)
        return bytes
    }

    /// mac1 over all that precedes it, and an empty mac2.
    private static func seal(_ bytes: inout [UInt8], for receiver: PublicKey) {
        bytes.append(contentsOf: repeatElement(0, count: 32))
        Mac1Key(publicKey: receiver).sign(&bytes)
    }

    /// Stands for a key derivation: equal only for equal inputs in equal order.
    static func mix(_ words: UInt64...) -> UInt64 {
        var state: UInt64 = 0x6d65_7368_7475_6921
        for word in words {
            state = (state ^ word) &* 0x9fb2_1c65_1e98_df25
            state ^= state >> 32
        }
        return state
    }

    static func mix(_ key: Bytes32) -> UInt64 {
        let words = key.words
        return mix(words[0], words[1], words[2], words[3])
    }
}
