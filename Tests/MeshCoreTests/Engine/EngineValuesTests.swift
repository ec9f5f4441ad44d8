import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("What the engine is told")
struct EngineValuesTests {
    @Test(
        "a control server is read as people write it",
        arguments: [
            ("http://192.0.2.1:51821", "192.0.2.1", 51821, "http://192.0.2.1:51821"),
            ("control.example:80", "control.example", 80, "http://control.example:80"),
            ("[2001:db8::1]:99", "2001:db8::1", 99, "http://[2001:db8::1]:99"),
            ("2001:db8::1", "2001:db8::1", 51821, "http://[2001:db8::1]:51821"),
        ] as [(String, String, UInt16, String)])
    func controlLocation(_ text: String, _ host: String, _ port: UInt16, _ written: String) throws {
        let location = try #require(ControlLocation(text))
        #expect(location.address == ControlAddress(host: host, port: port))
        #expect(location.keyHash == nil)
        #expect("\(location)" == written)
        #expect(ControlLocation(written) == location)
    }

    @Test("a control server's key hash follows a #")
    func keyHash() throws {
        let hash = String(repeating: "0a", count: 16)
        let location = try #require(ControlLocation("http://192.0.2.1:1#" + hash))
        #expect(location.keyHash?.hex == hash)
        #expect(ControlLocation("\(location)") == location)
    }

    @Test(
        "what is no control server is none",
        arguments: [
            "", "https://control.example", "http://", "http://a b", "a:0", "a:70000", "a:x", "a#12", "http://a/path",
        ])
    func noControlLocation(_ text: String) { #expect(ControlLocation(text) == nil) }

    @Test("the event log keeps the newest lines")
    func eventLog() {
        var log = EventLog()
        for number in 0..<(EventLog.capacity + 3) {
            let line = log.append(NodeEvent(.info, "test", "\(number)"), at: Double(number))
            #expect(line.message == "\(number)")
        }
        #expect(log.lines.count == EventLog.capacity)
        #expect(log.lines.first?.message == "3")
    }

    @Test("a reader gets what is sent after it came, the newest when it is slow")
    func broadcast() async {
        let broadcast = Broadcast<Int>(buffer: 1)
        let stream = broadcast.stream(first: 1)
        #expect(broadcast.count == 1)
        broadcast.send(2)
        broadcast.send(3)
        broadcast.finish()
        var seen: [Int] = []
        for await number in stream { seen.append(number) }
        #expect(seen == [3])
        #expect(broadcast.count == 0)
        for await number in broadcast.stream(first: 9) { #expect(number == 9) }
    }

    @Test("the first words name everything that changes, the network when it is known, and how to undo it")
    func notice() {
        var configuration = EngineConfiguration()
        (configuration.interface, configuration.stateFolder, configuration.socket) = (
            "mt7", "/var/lib/x", "/run/x.sock"
        )
        configuration.listenPort = 51999
        let network = IPv4Network(around: 0x0a4d_0000, prefix: 16)
        for (known, words) in [(network, ["10.77.0.0/16"]), (nil, ["asked about when it is known"])] {
            let text = MachineNotice.text(configuration, network: known)
            for word in ["mt7", "meshtui_mt7", "51999", "/var/lib/x", "/run/x.sock", "meshtui down"] + words {
                #expect(text.contains(word), "\(word)")
            }
        }
        #expect(MachineNotice.text("mt7", network: network).contains("route 10.77.0.0/16"))
    }
}
