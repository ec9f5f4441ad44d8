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
        private let sink: AsyncStream<[UInt8]>.Continuation

        init() throws {
            var ends: [Int32] = [-1, -1]
            let result = socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &ends)
            try #require(result == 0)
            (descriptor, far) = (ends[0], ends[1])
            (letters, sink) = AsyncStream.makeStream()
        }

        deinit {
            close(descriptor)
            close(far)
        }

        func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>) { sink.yield(bytes.array(0..<bytes.count)) }
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
