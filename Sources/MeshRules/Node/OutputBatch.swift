package import MeshWire

/// What one input made the node want, sorted into two lanes (DESIGN.md §13). Datagrams that no effect of the same input
/// must precede leave at once; effects run one after the other beside them, the records of the input in one transaction.
package struct OutputBatch: Sendable {
    /// One piece of the ordered lane.
    package enum Work: Equatable, Sendable {
        /// All records of the input: all of them are kept, or none.
        case store([Record])
        case effect(Effect)
        /// A datagram that says what the effects before it have brought about.
        case transmit([UInt8], to: Endpoint)
    }

    /// Effects that did not come about.
    package struct Failure: Equatable, Sendable {
        /// The one that failed, and those left out because of it.
        package var effects: [Effect]
        /// One line.
        package var why: String
    }

    /// These wait for nothing.
    package private(set) var immediate: [NodeOutput] = []
    /// They end commands, once the ordered lane has been carried out.
    package private(set) var answers: [CommandAnswer] = []
    /// What has failed so far.
    package private(set) var failures: [Failure] = []
    private var ordered: [Work] = []
    private var position = 0

    /// Sorts what `Node.nextOutput` gave after one input.
    package init(_ outputs: [NodeOutput]) {
        let records = outputs.compactMap(\.record)
        // A record that nothing waits for is written last.
        let first = outputs.firstIndex { $0.record?.precedesEffects ?? false }
        var datagramsWait = false
        for (index, output) in outputs.enumerated() {
            if index == first { ordered.append(.store(records)) }
            switch output {
            case .effect(.store(let record)): datagramsWait = datagramsWait || record.precedesDatagrams
            case .effect(let effect) where effect.isImmediate: immediate.append(output)
            case .effect(let effect):
                datagramsWait = datagramsWait || effect.precedesDatagrams
                ordered.append(.effect(effect))
            case .transmit(let bytes, let destination) where datagramsWait:
                ordered.append(.transmit(bytes, to: destination))
            case .transmit, .event: immediate.append(output)
            case .answer(let answer): answers.append(answer)
            }
        }
        if first == nil, !records.isEmpty { ordered.append(.store(records)) }
    }

    /// Nothing of it has to wait for its turn.
    package var isImmediate: Bool { ordered.isEmpty }

    /// WireGuard is to be asked, and nothing else is wanted.
    package var isSample: Bool { !ordered.isEmpty && ordered.allSatisfy { $0 == .effect(.sampleWireGuard) } }

    /// A sample that was taken before this is carried out tells of what is no longer wanted.
    package var changesWireGuard: Bool {
        ordered.contains { if case .effect(let effect) = $0 { effect.changesWireGuard } else { false } }
    }

    /// What to carry out now; nil when all is done. What depends on something that has failed is left out.
    package mutating func next() -> Work? {
        while position < ordered.count {
            let work = ordered[position]
            position += 1
            switch work {
            case .effect(.setEndpoint(_, let peer)):
                guard let index = failures.firstIndex(where: { $0.isGuard(of: peer) }) else { return work }
                // Without its guard the endpoint must not move.
                if case .effect(let effect) = work { failures[index].effects.append(effect) }
            case .transmit:
                // It would say something that is not so; its sender asks again.
                guard failures.contains(where: { $0.effects[0].precedesDatagrams }) else { return work }
            default: return work
            }
        }
        return nil
    }

    /// The work that `next` gave last did not come about.
    package mutating func failed(_ why: String) {
        switch ordered[position - 1] {
        case .store(let records): failures.append(Failure(effects: records.map { .store($0) }, why: why))
        case .effect(let effect): failures.append(Failure(effects: [effect], why: why))
        case .transmit: break
        }
    }

    /// How a command ended, when what must outlive it, or what it promises, has failed.
    package func outcome(of answer: CommandAnswer) -> CommandAnswer {
        if case .refused = answer { return answer }
        for failure in failures {
            switch failure.effects[0] {
            case .store: return .refused(.notStored(failure.why))
            case .configureInterface: return .refused(.incomplete(failure.why))
            default: continue
            }
        }
        return answer
    }
}

extension OutputBatch.Failure {
    fileprivate func isGuard(of peer: PublicKey) -> Bool {
        if case .guardRoaming(let rule) = effects[0] { rule.peer == peer } else { false }
    }
}

extension NodeOutput {
    fileprivate var record: Record? { if case .effect(.store(let record)) = self { record } else { nil } }
}

extension Effect {
    /// It takes no time, or is answered whenever that may be.
    fileprivate var isImmediate: Bool {
        switch self {
        case .echo, .receive: true
        default: false
        }
    }

    /// WireGuard's peers are others than before, or send elsewhere.
    fileprivate var changesWireGuard: Bool {
        switch self {
        case .addPeer, .setEndpoint, .removePeer: true
        default: false
        }
    }

    /// Datagrams behind it say, by a flag or an acknowledgement, that it is in force. Records apart.
    fileprivate var precedesDatagrams: Bool {
        switch self {
        case .addPeer, .setEndpoint, .guardRoaming: true
        default: false
        }
    }
}

extension Record {
    /// What follows relies on it.
    fileprivate var precedesEffects: Bool { if case .lastPath = self { false } else { true } }

    /// A roster's rank rides in every check, the incarnation in every counter.
    fileprivate var precedesDatagrams: Bool {
        switch self {
        case .roster, .newestRoster, .incarnation: true
        default: false
        }
    }
}
