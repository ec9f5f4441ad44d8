import MeshWire
import Testing

@testable import MeshRelayServer

@Suite struct ClientRowsTests {
    private func row(_ peer: UInt64, _ index: ReceiverIndex) -> ClientRow {
        ClientRow(peer: Bytes8(peer), index: index)
    }

    @Test("told rows replace told rows; the learned ones stay until their session ends")
    func told() {
        var rows = ClientRows()
        let first = rows.tell([row(1, 10), row(2, 20)], now: 0)
        let learned = rows.learn(row(3, 30), now: 0)
        let second = rows.tell([row(2, 20)], now: 1)
        let late = rows.tell([], now: RelayProtocol.sessionLife)
        #expect(first == [])
        #expect(learned == [])
        #expect(second == [row(1, 10)])
        #expect(late == [row(2, 20), row(3, 30)])
        #expect(rows.all == [])
    }

    @Test("a row that is both told and learned goes when neither holds")
    func both() {
        var rows = ClientRows()
        _ = rows.learn(row(1, 10), now: 0)
        _ = rows.tell([row(1, 10)], now: 1)
        #expect(rows.tell([], now: 2) == [])
        #expect(rows.all == [row(1, 10)])
    }

    @Test("of the handshakes that nobody answered the newest is kept, for each peer")
    func unanswered() {
        var rows = ClientRows()
        _ = rows.learn(row(1, 10), now: 0)
        _ = rows.learn(row(2, 20), now: 0)
        #expect(rows.learn(row(1, 11), now: 1) == [row(1, 10)])
        #expect(rows.all == [row(2, 20), row(1, 11)])
    }

    @Test("three of a peer are kept once data came through them, the oldest goes first")
    func used() {
        var rows = ClientRows()
        for index in ReceiverIndex(0)..<3 {
            _ = rows.learn(row(1, index), now: Int64(index))
            rows.use(row(1, index))
        }
        #expect(rows.learn(row(1, 3), now: 3) == [row(1, 0)])
        #expect(rows.all == [row(1, 1), row(1, 2), row(1, 3)])
    }

    @Test("what a HELLO tells isn't thrown away by handshakes")
    func toldStays() {
        var rows = ClientRows()
        _ = rows.tell([row(1, 10), row(1, 11)], now: 0)
        for index in ReceiverIndex(20)..<30 { _ = rows.learn(row(1, index), now: Int64(index)) }
        #expect(rows.all == [row(1, 10), row(1, 11), row(1, 29)])
    }
}
