package import MeshRules

/// Carries out what a node decides. It decides nothing itself.
package struct EffectRunner: Sendable {
    /// How far `start` got.
    package enum Started: Sendable {
        /// It is in force.
        case done
        /// It is not, for this reason.
        case failed(String)
        case sampled([WireGuardSample])
        /// Somebody else was asked, which may take seconds: nothing that follows waits for it.
        case asked(@concurrent @Sendable () async -> NodeInput)
    }

    /// How long an echo through the tunnel is waited for: the slowest path that is of use is well below.
    static let echoTimeout: Duration = .seconds(2)

    private let network: any NodeNetwork
    private let store: any RecordKeeping
    private let control: ControlConnection

    package init(network: any NodeNetwork, store: any RecordKeeping, control: ControlConnection) {
        (self.network, self.store, self.control) = (network, store, control)
    }

    /// Begins a piece of work, and returns when the next may begin.
    @concurrent
    package func start(_ work: OutputBatch.Work) async -> Started {
        do {
            switch work {
            case .store(let records): try await store.apply(records)
            case .transmit(let datagram, let destination): network.send(datagram, to: destination)
            case .effect(let effect): return try await start(effect)
            }
            return .done
        } catch {
            return .failed("\(error)")
        }
    }

    private func start(_ effect: Effect) async throws -> Started {
        switch effect {
        case .control(let request):
            // Taken now: a request that comes before the connection is closed still goes through it.
            guard let perform = await control.performer(for: request) else { return .done }
            return .asked { .control(request, await perform(request)) }
        case .echo(let peer, let address):
            let network = network
            return .asked { .echo(peer, await network.measureLatency(to: address, timeout: Self.echoTimeout)) }
        case .receive(let tags): try network.receive(for: tags)
        case .sampleWireGuard: return .sampled(try await network.samples())
        case .store(let record): try await store.apply([record])
        case .useControl(let target, let party): try await control.use(target, party: party)
        case .configureInterface(let address?):
            try await network.configure(address: address.address, prefix: address.prefix)
        case .configureInterface(nil): await network.unconfigure()
        case .addPeer(let peer): try await network.addPeer(peer)
        case .setEndpoint(let endpoint, let peer): try await network.setEndpoint(endpoint, of: peer)
        case .removePeer(let peer): try await network.removePeer(peer)
        case .guardRoaming(let rule): try await network.guardRoaming(rule)
        case .endGuard(let peer): try await network.endGuard(peer)
        }
        return .done
    }
}
