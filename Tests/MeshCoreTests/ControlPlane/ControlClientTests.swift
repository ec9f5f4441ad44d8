import MeshCore
import MeshRules
import MeshWire
import Testing

@Suite("A control client's own decisions")
struct ControlClientTests {
    @Test(
        "plain HTTP is for this machine and private networks",
        arguments: [
            ("127.0.0.1", true), ("::1", true), ("localhost", true), ("10.1.2.3", true), ("192.168.1.1", true),
            ("172.16.0.9", true), ("fd00::1", true), ("fe80::1", true), ("100.64.0.1", true), ("203.0.113.1", false),
            ("2001:db8::1", false), ("control.example", false), ("localhost.example", false), ("172.32.0.1", false),
        ])
    func plainHTTP(host: String, isAllowed: Bool) {
        let address = ControlAddress(host: host, port: 51_821)
        #expect((PlainHTTP.refusal(address, isAllowedAnywhere: false) == nil) == isAllowed)
        #expect(PlainHTTP.refusal(address, isAllowedAnywhere: true) == nil)
    }

    @Test("pauses double up to the longest, are never the same for all, and start again after a success")
    func backoff() {
        var random = SystemRandomNumberGenerator()
        var backoff = Backoff()
        var full = Backoff.first
        for _ in 0..<12 {
            let pause = backoff.failed(random: &random)
            #expect(pause >= full / 2 && pause <= full)
            full = min(full * 2, Backoff.longest)
        }
        backoff.succeeded()
        let pause = backoff.failed(random: &random)
        #expect(pause <= Backoff.first)
    }

    @Test("every refusal survives its problem document")
    func problems() {
        let refusals: [ControlRefusal] =
            Refusal.allCases.map { .rule($0) } + [.unknown("this party"), .unauthorised, .busy(retryAfter: 7)]
        for refusal in refusals {
            let problem = ControlProblem(refusal)
            #expect(problem.refusal == refusal)
            #expect((400..<500).contains(problem.status))
        }
        let down = ControlProblem(.unreachable("the disk is full"))
        guard case .unreachable(let why) = down.refusal else {
            Issue.record("\(down)")
            return
        }
        #expect(why.contains("the disk is full") && down.status == 503)
    }

    @Test("bytes are base64, IDs are hex, addresses are dotted")
    func notation() {
        let begun = Begun(nonce: Bytes32(), keyHash: Bytes16(), roster: [1, 2], ipv4: 0x0a42_0002)
        let text = String(decoding: ControlJSON.encode(ControlJSON.BegunBody(begun)), as: UTF8.self)
        #expect(
            text == """
                {"ipv4":"10.66.0.2","keyHash":"AAAAAAAAAAAAAAAAAAAAAA==",\
                "nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","roster":"AQI="}
                """)
    }
}
