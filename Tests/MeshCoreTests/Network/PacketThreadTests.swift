import CLinux
import Glibc
import MeshWire
import Synchronization
import Testing

@testable import MeshCore

@Suite("The packet thread")
struct PacketThreadTests {
    /// One end of a pair of datagram sockets; what comes goes into a stream.
    private final class Mailbox: PacketSource {
        let descriptor: Int32
        let far: Int32
        let letters: AsyncStream<[UInt8]>
        let rest: Duration
        /// One for each time that the box was emptied.
        let emptied: AsyncStream<ContinuousClock.Instant>
        private let sink: AsyncStream<[UInt8]>.Continuation
        private let empty: AsyncStream<ContinuousClock.Instant>.Continuation

        init(rest: Duration = .zero) throws {
            self.rest = rest
            var ends: [Int32] = [-1, -1]
            let result = socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &ends)
            try #require(result == 0)
            (descriptor, far) = (ends[0], ends[1])
            (letters, sink) = AsyncStream.makeStream()
            (emptied, empty) = AsyncStream.makeStream()
        }

        deinit {
            close(descriptor)
            close(far)
        }

        func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>) { sink.yield(bytes.array(0..<bytes.count)) }
        func drained() { empty.yield(.now) }
        func post(_ bytes: [UInt8]) -> Bool { send(far, bytes, bytes.count, 0) == bytes.count }
    }

    @Test("what comes to any source is handed to that source, whole and in order")
    func delivers() async throws {
        let boxes = [try Mailbox(), try Mailbox()]
        let thread = try PacketThread(boxes)
        for number in 0..<100 as Range<UInt8> {
            #expect(boxes[Int(number % 2)].post([number] + [UInt8](repeating: number, count: Int(number))))
        }
        for (side, box) in boxes.enumerated() {
            var letters = box.letters.makeAsyncIterator()
            for number in stride(from: UInt8(side), to: 100, by: 2) {
                #expect(await letters.next() == [number] + [UInt8](repeating: number, count: Int(number)))
            }
        }
        withExtendedLifetime(thread) {}
    }

    @Test(
        "a source that rests is read at once, then after its rest, however much comes meanwhile",
        .timeLimit(.minutes(1)))
    func rests() async throws {
        let rest = Duration.milliseconds(300)
        let (box, other) = (try Mailbox(rest: rest), try Mailbox())
        let thread = try PacketThread([box, other])
        var emptied = box.emptied.makeAsyncIterator()
        #expect(box.post([0]))
        let first = try #require(await emptied.next())
        for number in 1...9 as ClosedRange<UInt8> { #expect(box.post([number])) }
        // Others don't wait for it.
        var letters = other.letters.makeAsyncIterator()
        #expect(other.post([7]))
        #expect(await letters.next() == [7])
        let second = try #require(await emptied.next())
        #expect(second - first >= rest / 2)
        var received = box.letters.makeAsyncIterator()
        for number in 0...9 as ClosedRange<UInt8> { #expect(await received.next() == [number]) }
        withExtendedLifetime(thread) {}
    }

    @Test("its sources are free as soon as it is")
    func releases() throws {
        weak var watched: Mailbox?
        do {
            let box = try Mailbox()
            watched = box
            let thread = try PacketThread([box])
            withExtendedLifetime(thread) {}
        }
        #expect(watched == nil)
    }
}
