import Testing

@testable import MeshLab

@Suite("Traffic")
struct TrafficTests {
    private func tally(_ arrivals: [(Int, UInt64)]) -> TrafficTally {
        var tally = TrafficTally()
        for (number, now) in arrivals { tally.arrived(number: number, sentAt: 0, now: now) }
        return tally
    }

    @Test("packets that come late, twice or never are told apart")
    func counts() {
        var tally = tally([(0, 10), (2, 20), (1, 30), (1, 31), (5, 5_000_000)])
        #expect(tally.report.sent == 6)
        tally.ended(sent: 8, now: 5_000_100)
        let report = tally.report
        #expect(report.sent == 8)
        #expect(report.received == 4)
        #expect(report.lost == 4)
        #expect(report.reordered == 1)
        #expect(report.duplicates == 1)
        #expect(report.longestSilenceMs == 4.999969)
        #expect(report.delayMaxMs == 5)
        #expect(report.gaps == [TrafficGap(first: 3, count: 2), TrafficGap(first: 6, count: 2)])
    }

    @Test("nothing received is no delay and no silence")
    func nothing() {
        let report = TrafficTally().report
        #expect(report.received == 0 && report.longestSilenceMs == 0 && report.delayMaxMs == nil)
    }

    @Test("silence lasts until the farewell, and the next farewells are none")
    func silence() {
        var tally = tally([(0, 0), (1, 1_000_000)])
        tally.ended(sent: 9, now: 31_000_000)
        tally.ended(sent: 9, now: 99_000_000)
        #expect(tally.report.longestSilenceMs == 30)
    }

    @Test("a sender that is asked to end does so well: it has sent less and says so")
    func askedToEnd() throws {
        let sender = TrafficSender(
            address: IPv4(127, 0, 0, 1), port: 9, rate: 10, duration: .seconds(60), size: TrafficPacket.smallest)
        let sent = try sender.run { true }
        #expect(sent.sent == 0)
    }

    @Test("a packet reads back as written, and a short or foreign one doesn't")
    func packet() {
        let packet = TrafficPacket(kind: .numbered, number: 0x0102_0304_0506_0708, sentAt: 99)
        var bytes = [UInt8](repeating: 0, count: 20)
        bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            packet.write(to: base)
        }
        #expect(Array(bytes[4..<12]) == [1, 2, 3, 4, 5, 6, 7, 8])
        bytes.withUnsafeBytes { #expect(TrafficPacket($0) == packet) }
        for length in 0..<20 { bytes[..<length].withUnsafeBytes { #expect(TrafficPacket($0) == nil) } }
        bytes[0] ^= 1
        bytes.withUnsafeBytes { #expect(TrafficPacket($0) == nil) }
    }
}
