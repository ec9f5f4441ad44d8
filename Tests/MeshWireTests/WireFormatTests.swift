import MeshWire
import Testing

@Suite("Every format")
struct WireFormatTests {
    @Test("is read whole", arguments: try WireFormat.all)
    func whole(_ format: WireFormat) throws {
        #expect(try refusal { try format.decode(format.good.span) } == nil)
    }

    @Test("is refused at every shorter length", arguments: try WireFormat.all)
    func shorter(_ format: WireFormat) {
        #expect(format.torture.acceptedShorter() == [])
    }

    @Test("is refused with one byte too many", arguments: try WireFormat.all)
    func longer(_ format: WireFormat) {
        #expect(!format.torture.acceptsLonger())
    }

    @Test("is read or refused, never trapped on, when strangers change it", arguments: try WireFormat.all)
    func mutated(_ format: WireFormat) {
        let accepted = format.torture.acceptedMutations(100_000, seed: 0x6d74_7569, repair: format.repair)
        #expect(accepted < 100_000)
    }
}
