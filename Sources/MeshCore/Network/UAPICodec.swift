internal import Glibc
internal import MeshRules
internal import MeshWire

/// WireGuard's cross-platform control protocol: lines of `key=value`, an operation first, an empty line last
/// (https://www.wireguard.com/xplatform/). Keys are in hexadecimal.
enum UAPICodec {
    static let get = "get=1\n\n"

    static func request(_ change: WireGuardChange) -> String {
        var lines = ["set=1"]
        switch change {
        case .privateKey(let key):
            lines.append("private_key=\(key.hex)")
        case .listenPort(let port):
            lines.append("listen_port=\(port)")
        case .peer(let peer):
            lines += [
                "public_key=\(peer.publicKey.hex)", "preshared_key=\(peer.presharedKey.hex)",
                "endpoint=\(peer.endpoint)", "replace_allowed_ips=true",
                "allowed_ip=\(peer.allowedIP)/\(peer.allowedIP.v4 == nil ? 128 : 32)",
                // Last, because turning it on sends a packet, which needs all the others.
                "persistent_keepalive_interval=\(peer.keepalive?.components.seconds ?? 0)",
            ]
        case .endpoint(let endpoint, let key):
            lines += ["public_key=\(key.hex)", "update_only=true", "endpoint=\(endpoint)"]
        case .remove(let key):
            lines += ["public_key=\(key.hex)", "remove=true"]
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// What a person reads when the request is refused; keys that are secret don't show.
    static func title(_ change: WireGuardChange) -> String {
        switch change {
        case .privateKey: "take its private key"
        case .listenPort(let port): "listen on UDP \(port)"
        case .peer(let peer): "add peer \(peer.publicKey.hex.prefix(16)) at \(peer.endpoint)"
        case .endpoint(let endpoint, let key): "move peer \(key.hex.prefix(16)) to \(endpoint)"
        case .remove(let key): "remove peer \(key.hex.prefix(16))"
        }
    }

    /// Whether an answer is whole: its last line is empty.
    static func isWhole(_ answer: [UInt8]) -> Bool { answer.suffix(2) == [0x0a, 0x0a] }

    /// The number that the answer ends with: nil for success, EPROTO when it has none.
    static func error(in answer: String) -> SystemError? {
        let numbers = fields(of: answer).filter { $0.key == "errno" }
        guard let last = numbers.last, let number = Int32(last.value) else { return SystemError(EPROTO) }
        // wireguard-go writes negative numbers in some versions and positive ones in others.
        return number == 0 ? nil : SystemError(abs(number))
    }

    /// Reads the answer to `get`; unknown keys are skipped.
    static func device(in answer: String) -> WireGuardDevice {
        var device = WireGuardDevice()
        for (key, value) in fields(of: answer) {
            if key == "public_key" {
                guard let publicKey = PublicKey(hex: value) else { continue }
                device.peers.append(WireGuardDevice.Peer(publicKey: publicKey))
            } else if device.peers.isEmpty {
                if key == "listen_port" { device.listenPort = UInt16(value) ?? 0 }
            } else {
                note(key, value, in: &device.peers[device.peers.count - 1])
            }
        }
        return device
    }

    private static func note(_ key: String, _ value: String, in peer: inout WireGuardDevice.Peer) {
        switch key {
        case "endpoint": peer.endpoint = Endpoint(value)
        case "rx_bytes": peer.rxBytes = UInt64(value) ?? 0
        case "tx_bytes": peer.txBytes = UInt64(value) ?? 0
        case "allowed_ip": peer.allowedIPs.append(value)
        case "persistent_keepalive_interval":
            let seconds = Int64(value) ?? 0
            peer.keepalive = seconds == 0 ? nil : .seconds(seconds)
        case "last_handshake_time_sec":
            let seconds = Int64(value) ?? 0
            if seconds != 0 { peer.handshake = (peer.handshake ?? .zero) + .seconds(seconds) }
        case "last_handshake_time_nsec":
            let nanoseconds = Int64(value) ?? 0
            if nanoseconds != 0 { peer.handshake = (peer.handshake ?? .zero) + .nanoseconds(nanoseconds) }
        default: break
        }
    }

    private static func fields(of text: String) -> [(key: String, value: String)] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
    }
}
