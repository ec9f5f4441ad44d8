import MeshWire
import Testing

@testable import MeshRules

@Suite("Who adds the peer and who begins")
struct WireGuardLinkTests {
    static let somewhere = end("192.0.2.1:51820")

    @Test("the end that does not choose adds its peer at its own first pong")
    func other() {
        var link = WireGuardLink(isChooser: false)
        let turns = [link.heard(flags: 1, at: at(0)), link.pathProven(at: at(0))]
        #expect(turns == [.nothing, .add])
    }

    @Test("the chooser waits for the other end's flag, or two seconds")
    func chooser() {
        var link = WireGuardLink(isChooser: true)
        let turns = [
            link.pathProven(at: at(0)), link.heard(flags: 0, at: at(100)), link.heard(flags: 3, at: at(200)),
        ]
        #expect(turns == [.nothing, .nothing, .add])
        var patient = WireGuardLink(isChooser: true)
        _ = patient.pathProven(at: at(0))
        #expect(patient.deadline == at(2_000))
        #expect(patient.turn(at: at(1_999)) == .nothing)
        #expect(patient.turn(at: at(2_000)) == .add)
    }

    @Test("the chooser begins again when the other end has had no handshake for two seconds")
    func again() {
        var link = WireGuardLink(isChooser: true)
        _ = link.pathProven(at: at(0))
        link.added(endpoint: Self.somewhere, at: at(0))
        let turns = [
            link.heard(flags: 3, at: at(2_000)), link.heard(flags: 3, at: at(2_001)),
            link.heard(flags: 1, at: at(2_001)),
        ]
        #expect(turns == [.nothing, .addAgain, .nothing])
    }

    @Test("flags: 1 added, 2 no handshake since")
    func flags() {
        var link = WireGuardLink(isChooser: false)
        #expect(link.flags == 0)
        link.added(endpoint: WireGuardPeer.dead, at: at(0))
        #expect(link.flags == 3)
        _ = link.sent(.response, at: at(50))
        #expect(link.flags == 1)
        link.removed()
        #expect(link.flags == 0)
    }

    @Test("handshakes that cross: the other end steps back once")
    func crossing() {
        var link = WireGuardLink(isChooser: false)
        link.added(endpoint: Self.somewhere, at: at(0))
        let crossed = [
            link.sent(.initiation, at: at(0)), link.sent(.response, at: at(400)), link.sent(.response, at: at(500)),
        ]
        #expect(crossed == [false, true, false])
        var chooser = WireGuardLink(isChooser: true)
        chooser.added(endpoint: Self.somewhere, at: at(0))
        _ = chooser.sent(.initiation, at: at(0))
        let chooserCrossed = chooser.sent(.response, at: at(100))
        #expect(!chooserCrossed)
    }

    @Test(
        "handshakes that cross cost a pair no data while its keys last",
        arguments: [(1, false), (149, false), (150, true), (179, true)] as [(Int64, Bool)])
    func crossingWithKeys(age: Int64, stepsBack: Bool) {
        var link = WireGuardLink(isChooser: false)
        link.added(endpoint: Self.somewhere, at: at(0))
        let now = at(age * 1_000)
        let sample = WireGuardSample(
            publicKey: PublicKey(), endpoint: Self.somewhere, handshakeAge: .seconds(age), rxBytes: 0, txBytes: 0,
            guardHits: nil)
        _ = link.sampled(sample, at: now)
        _ = link.sent(.initiation, at: now)
        let crossed = link.sent(.response, at: now + .milliseconds(100))
        #expect(crossed == stepsBack)
    }

    /// Bytes within a second, and whether that makes a pair active.
    @Test(
        "a pair is active above what keepalives and echoes account for",
        arguments: [
            (0, false), (32, false), (400, false), (20_000, true),
        ])
    func activity(bytes: UInt64, active: Bool) {
        var link = WireGuardLink(isChooser: true)
        link.added(endpoint: Self.somewhere, at: at(0))
        func sample(_ count: UInt64) -> WireGuardSample {
            WireGuardSample(
                publicKey: PublicKey(), endpoint: Self.somewhere, handshakeAge: .seconds(1), rxBytes: count, txBytes: 0)
        }
        _ = link.sampled(sample(0), at: at(1_000))
        _ = link.sampled(sample(bytes), at: at(2_000))
        #expect(link.isActive == active)
    }

    @Test("rows are the last completed handshake's index and the newest begun")
    func indexes() {
        var indexes = ReceiverIndexes()
        func sent(_ index: ReceiverIndex, _ ms: Int64) {
            indexes.sent(HandshakeSent(kind: .initiation, index: index, peer: PublicKey()), at: at(ms))
        }
        sent(1, 0)
        #expect(indexes.rows == [1])
        indexes.handshakeCompleted(age: .milliseconds(3_010), at: at(3_100))
        sent(2, 120_000)
        #expect(indexes.rows == [2, 1])
        sent(3, 125_000)  // a retry takes the place of what was never answered
        #expect(indexes.rows == [3, 1])
        indexes.handshakeCompleted(age: .seconds(125), at: at(125_000))  // still the old handshake
        #expect(indexes.rows == [3, 1])
        indexes.handshakeCompleted(age: .zero, at: at(125_100))
        #expect(indexes.rows == [3, 1])  // packets of the old session are still on their way
        // The new session's first packet may have been lost: a keepalive comes 25 s later.
        indexes.handshakeCompleted(age: .seconds(25), at: at(150_100))
        #expect(indexes.rows == [3, 1])
        var begun = indexes
        begun.sent(HandshakeSent(kind: .initiation, index: 4, peer: PublicKey()), at: at(150_200))
        #expect(begun.rows == [4, 3, 1])  // another handshake meanwhile takes nothing away
        indexes.handshakeCompleted(age: .seconds(31), at: at(156_100))
        #expect(indexes.rows == [3])
        #expect(indexes.all == [3, 1])
    }

    @Test("an answered handshake that completes late is not taken for a younger one of ours that nobody answered")
    func answeredAndBegun() {
        var indexes = ReceiverIndexes()
        indexes.sent(HandshakeSent(kind: .response, index: 1, peer: PublicKey()), at: at(0))
        indexes.sent(HandshakeSent(kind: .initiation, index: 2, peer: PublicKey()), at: at(5_000))
        indexes.handshakeCompleted(age: .seconds(3), at: at(13_000))
        #expect(indexes.rows == [2, 1])
        indexes.handshakeCompleted(age: .seconds(4), at: at(14_000))
        #expect(indexes.rows == [2, 1])
        indexes.sent(HandshakeSent(kind: .response, index: 3, peer: PublicKey()), at: at(120_000))
        #expect(indexes.rows == [3, 1])
    }
}
