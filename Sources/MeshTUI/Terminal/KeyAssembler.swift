import MeshRules

/// Makes events of what a terminal sends: single keys, and whole pastes, whether the terminal brackets them or not. Time
/// comes with the bytes.
struct KeyAssembler {
    /// A paste beyond this is cut: an invite is a few hundred characters, a mistaken file is not.
    static let pasteLimit = 16_384
    /// Between a lone ESC and the rest of a sequence, before it is the Escape key.
    static let escapeGap = Duration.milliseconds(25)
    /// Nobody types two characters within this: they are the beginning of a paste without brackets.
    static let typingGap = Duration.milliseconds(10)
    /// Within a paste without brackets; a line may stutter.
    static let stutterGap = Duration.milliseconds(100)
    /// Within a bracketed paste or a sequence; after it the end is not waited for any longer.
    static let silenceGap = Duration.milliseconds(500)

    private var decoder: KeyDecoder
    /// What a bracketed paste holds so far; nil outside of one.
    private var paste: [Unicode.Scalar]?
    /// Characters and line ends that are either keys or a paste without brackets.
    private var run: [Unicode.Scalar] = []
    /// The run is a paste: it has two different characters, one of them visible. A held key repeats one.
    private var isPaste = false
    private var lastByte = Instant()

    init(isUTF8: Bool = true) {
        decoder = KeyDecoder()
        decoder.isUTF8 = isUTF8
    }

    /// What the bytes of one read make of it.
    mutating func take(_ bytes: some Sequence<UInt8>, at now: Instant) -> [TerminalEvent] {
        var events = handleTimeout(at: now)
        if now - lastByte > Self.silenceGap { decoder.forgetEscape() }
        lastByte = now
        for byte in bytes {
            for token in decoder.take(byte) { take(token, &events) }
        }
        return events
    }

    /// When to call `handleTimeout`, should no byte come before; nil while nothing is waited for.
    var deadline: Instant? { gaps.min().map { lastByte + $0 } }

    /// What silence makes of the bytes that came.
    mutating func handleTimeout(at now: Instant) -> [TerminalEvent] {
        var events: [TerminalEvent] = []
        let silence = now - lastByte
        if let gap = sequenceGap, silence >= gap {
            for token in decoder.giveUp() { take(token, &events) }
        }
        if let gap = runGap, silence >= gap { endRun(&events) }
        if let held = paste, silence >= Self.silenceGap {
            paste = nil
            events.append(.pasted(Self.text(held)))
        }
        return events
    }

    private var gaps: [Duration] { [sequenceGap, runGap, paste == nil ? nil : Self.silenceGap].compactMap { $0 } }

    private var sequenceGap: Duration? {
        guard decoder.isWaiting else { return nil }
        if decoder.isEscape { return Self.escapeGap }
        return decoder.isRest ? Self.typingGap : Self.silenceGap
    }

    private var runGap: Duration? {
        guard !run.isEmpty else { return nil }
        return isPaste ? Self.stutterGap : Self.typingGap
    }

    private mutating func take(_ token: KeyDecoder.Token, _ events: inout [TerminalEvent]) {
        switch token {
        case .character(let scalar): text(scalar)
        case .key(.enter): text("\n")
        case .key(.tab): text("\t")
        case .focus(let hasKeyboard): events.append(.focus(hasKeyboard))
        case .pasteBegin:
            endRun(&events)
            paste = paste ?? []
        case .pasteEnd:
            guard let held = paste else { return }
            paste = nil
            events.append(.pasted(Self.text(held)))
        case .key(let key):
            // Within a paste it is no key that somebody pressed.
            guard paste == nil, !isPaste else { return }
            endRun(&events)
            events.append(.key(key))
        }
    }

    private mutating func text(_ scalar: Unicode.Scalar) {
        if paste != nil {
            if let count = paste?.count, count < Self.pasteLimit { paste?.append(scalar) }
            return
        }
        if run.count < Self.pasteLimit { run.append(scalar) }
        isPaste = isPaste || (run[0] != scalar && (Self.isVisible(run[0]) || Self.isVisible(scalar)))
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool { scalar != "\n" && scalar != "\t" }

    private mutating func endRun(_ events: inout [TerminalEvent]) {
        defer { (run, isPaste) = ([], false) }
        guard !isPaste else { return events.append(.pasted(Self.text(run))) }
        for scalar in run {
            switch scalar {
            case "\n": events.append(.key(.enter))
            case "\t": events.append(.key(.tab))
            default: events.append(.key(.character(Character(scalar))))
            }
        }
    }

    private static func text(_ scalars: [Unicode.Scalar]) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }
}
