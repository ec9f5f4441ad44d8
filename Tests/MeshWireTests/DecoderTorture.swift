import MeshWire

/// Feeds a decoder what it will meet from strangers: less, more and mangled. Reports, so that a test can expect.
struct DecoderTorture {
    let good: [UInt8]
    let decode: (Span<UInt8>) throws(Refusal) -> Void

    /// The lengths below the whole at which it was accepted.
    func acceptedShorter() -> [Int] { (0..<good.count).filter { accepts(good.span.extracting(0..<$0)) } }

    /// Whether it was accepted with one more byte behind its end.
    func acceptsLonger() -> Bool { accepts((good + [0]).span) }

    /// How many of `count` mangled copies were accepted. Each has one to four changed bytes, each fourth is cut as
    /// well. `repair` mends a checksum, so that what lies behind it is reached.
    func acceptedMutations(_ count: Int, seed: UInt64, repair: (inout [UInt8]) -> Void = { _ in }) -> Int {
        var random = SplitMix64(state: seed)
        var mangled = good
        var accepted = 0
        for _ in 0..<count {
            let changes = random.next()
            for change in 0..<(changes & 3 + 1) {
                let draw = random.next()
                let place =
                    change == 0 ? Int(truncatingIfNeeded: draw >> 16 & 0xffff) : Int(changes >> (8 * change + 8) & 0xff)
                mangled[place % mangled.count] = Self.interesting(draw)
            }
            repair(&mangled)
            let cut = changes >> 2 & 3 == 0 ? Int(changes >> 32) % (mangled.count + 1) : mangled.count
            if accepts(mangled.span.extracting(0..<cut)) { accepted += 1 }
            mangled.replaceSubrange(0..., with: good)
        }
        return accepted
    }

    private func accepts(_ span: Span<UInt8>) -> Bool {
        do throws(Refusal) {
            try decode(span)
            return true
        } catch {
            return false
        }
    }

    /// Half of the time one of the values at which lengths, counts and versions turn.
    private static func interesting(_ draw: UInt64) -> UInt8 {
        let edges: StaticString = "\u{00}\u{01}\u{02}\u{04}\u{06}\u{7f}\u{3e}\u{3f}"
        return draw & 8 == 0 ? UInt8(truncatingIfNeeded: draw >> 8) : edges.utf8Start[Int(draw & 7)]
    }
}

/// Random numbers that are the same in each run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
