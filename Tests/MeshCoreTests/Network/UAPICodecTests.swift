import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("WireGuard's control protocol")
struct UAPICodecTests {
    static let key = PublicKey([UInt8](repeating: 0xaa, count: 32)) ?? PublicKey()
    static let secret = Bytes32([UInt8](repeating: 0xbb, count: 32)) ?? Bytes32()
    static let keyText = String(repeating: "aa", count: 32)
    static let secretText = String(repeating: "bb", count: 32)

    static let peer = WireGuardPeer(
        publicKey: key, presharedKey: secret, endpoint: WireGuardPeer.dead, allowedIP: IPAddress(v4: 0x0a42_0002),
        keepalive: .seconds(25))

    @Test(
        "each change is the text that the protocol wants",
        arguments: [
            (WireGuardChange.privateKey(secret), "set=1\nprivate_key=\(secretText)\n\n"),
            (.listenPort(51820), "set=1\nlisten_port=51820\n\n"),
            (
                .peer(peer),
                """
                set=1
                public_key=\(keyText)
                preshared_key=\(secretText)
                endpoint=127.0.0.1:9
                replace_allowed_ips=true
                allowed_ip=10.66.0.2/32
                persistent_keepalive_interval=25


                """
            ),
            (
                .endpoint(Endpoint(IPAddress(high: 0x2001_0db8_0000_0000, low: 1), 7), of: key),
                "set=1\npublic_key=\(keyText)\nupdate_only=true\nendpoint=[2001:db8::1]:7\n\n"
            ),
            (.remove(key), "set=1\npublic_key=\(keyText)\nremove=true\n\n"),
        ])
    func request(_ change: WireGuardChange, _ text: String) {
        #expect(UAPICodec.request(change) == text)
    }

    @Test("no keepalive is written as off")
    func keepaliveOff() {
        var peer = Self.peer
        peer.keepalive = nil
        #expect(UAPICodec.request(.peer(peer)).contains("persistent_keepalive_interval=0\n"))
    }

    @Test("a refusal's title does not show a secret")
    func titleHidesSecrets() {
        for change in [WireGuardChange.privateKey(Self.secret), .peer(Self.peer)] {
            #expect(!UAPICodec.title(change).contains("bbbb"))
        }
    }

    @Test("the answer to get is read, peer by peer, and unknown lines are skipped")
    func device() throws {
        let other = String(repeating: "cc", count: 32)
        let device = UAPICodec.device(
            in: """
                private_key=\(Self.secretText)
                listen_port=51821
                fwmark=7
                public_key=\(Self.keyText)
                preshared_key=\(Self.secretText)
                protocol_version=1
                endpoint=192.0.2.1:5000
                last_handshake_time_sec=1700000000
                last_handshake_time_nsec=250000000
                tx_bytes=1204
                rx_bytes=1116
                persistent_keepalive_interval=25
                allowed_ip=10.66.0.2/32
                something_new=1
                public_key=\(other)
                endpoint=[2001:db8::1]:9
                last_handshake_time_sec=0
                last_handshake_time_nsec=0
                tx_bytes=18446744073709551615
                rx_bytes=0
                persistent_keepalive_interval=0
                errno=0


                """)
        var first = WireGuardDevice.Peer(publicKey: Self.key)
        first.endpoint = Endpoint("192.0.2.1:5000")
        first.handshake = .seconds(1_700_000_000) + .milliseconds(250)
        (first.txBytes, first.rxBytes) = (1204, 1116)
        first.keepalive = .seconds(25)
        first.allowedIPs = ["10.66.0.2/32"]
        var second = WireGuardDevice.Peer(publicKey: try #require(PublicKey(hex: other)))
        second.endpoint = Endpoint("[2001:db8::1]:9")
        second.txBytes = .max
        #expect(device.listenPort == 51821)
        #expect(device.peers == [first, second])
    }

    @Test(
        "the error of an answer is its last number",
        arguments: [
            ("errno=0\n\n", nil),
            ("listen_port=1\nerrno=98\n\n", SystemError(98)),
            ("errno=-98\n\n", SystemError(98)),
            ("listen_port=1\n\n", SystemError(71)),  // no number: EPROTO
            ("", SystemError(71)),
        ])
    func error(_ answer: String, _ expected: SystemError?) {
        #expect(UAPICodec.error(in: answer) == expected)
    }

    @Test("an answer is whole at its empty line")
    func whole() {
        #expect(UAPICodec.isWhole(Array("errno=0\n\n".utf8)))
        for text in ["", "\n", "errno=0\n", "errno=0"] { #expect(!UAPICodec.isWhole(Array(text.utf8))) }
    }
}
