import MeshWire
import Testing

@testable import MeshCore

@Suite("Datagrams that wait for the node")
struct InboxTests {
    private static let friend = Endpoint(IPAddress(v4: 0xcb00_7102), 51820)

    private static func stranger(_ number: Int) -> ReceivedDatagram {
        ReceivedDatagram(bytes: [0], from: Endpoint(IPAddress(v4: 0xc633_6401), UInt16(number % 60_000 + 1)))
    }

    @Test("a flood of strangers' takes none of the room of those that answer us, which come first")
    func flood() async {
        let inbox = Inbox()
        inbox.sent(to: Self.friend)
        for number in 0..<2_000 { inbox.put(Self.stranger(number)) }
        for number in 0..<Inbox.mostKnown {
            inbox.put(ReceivedDatagram(bytes: [UInt8(number % 256)], from: Self.friend))
        }
        #expect(inbox.dropped == UInt64(2_000 - Inbox.mostStrangers))
        inbox.finish()
        var senders: [Endpoint] = []
        for await datagram in inbox.datagrams { senders.append(datagram.from) }
        #expect(senders.count == Inbox.mostKnown + Inbox.mostStrangers)
        #expect(senders.prefix(Inbox.mostKnown).allSatisfy { $0 == Self.friend })
    }

    @Test("whom we have sent to is known for one to two minutes after that")
    func forgetting() {
        let inbox = Inbox()
        let start = ContinuousClock.now
        inbox.sent(to: Self.friend, now: start)
        let other = Endpoint(IPAddress(v4: 0xc633_6402), 9)
        for (wait, isKnown) in [(61, true), (122, false)] {
            inbox.sent(to: other, now: start + .seconds(wait))
            for number in 0..<Inbox.mostStrangers { inbox.put(Self.stranger(number)) }
            let before = inbox.dropped
            inbox.put(ReceivedDatagram(bytes: [1], from: Self.friend))
            #expect((inbox.dropped == before) == isKnown, "after \(wait) s")
        }
    }

    @Test("a reader that waits is woken by what comes, by the end and by its own cancellation", .timeLimit(.minutes(1)))
    func waking() async {
        let inbox = Inbox()
        await withTaskGroup(of: Int.self) { group in
            group.addTask {
                var count = 0
                for await _ in inbox.datagrams { count += 1 }
                return count
            }
            for number in 0..<10 {
                inbox.put(Self.stranger(number))
                await Task.yield()
            }
            inbox.finish()
            #expect(await group.next() == 10)
        }
        let idle = Inbox()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in idle.datagrams {} }
            await Task.yield()
            group.cancelAll()
        }
    }
}
