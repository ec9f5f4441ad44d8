public import MeshWire

/// Whom a relay serves.
public struct RelayPolicy: Equatable, Sendable {
    /// Ed25519 keys whose tokens count, whatever scope they name: the operator's control servers.
    public var issuers: [PublicKey]
    /// Any issuer's token counts as long as the scope is the issuer's own, which makes the issuer a party's group key.
    public var open: Bool
    /// How many clients may stand registered at once; more are told that the relay is full. Each takes about 8 KiB.
    public var capacity: Int
    /// How many of them at one IP address while half of the places are free, so that one machine with many ports can't
    /// take every place. Lower shuts out friends behind one carrier's NAT.
    public var capacityPerAddress: Int

    /// - Parameters:
    ///   - capacity: clients at once.
    ///   - capacityPerAddress: clients at one IP address while the relay is at most half full; an eighth of it later.
    public init(
        issuers: [PublicKey] = [], open: Bool = false, capacity: Int = 4096, capacityPerAddress: Int = 256
    ) {
        (self.issuers, self.open) = (issuers, open)
        (self.capacity, self.capacityPerAddress) = (capacity, capacityPerAddress)
    }

    /// How many of the places newcomers may fill. An open relay that also stands on a control server's list keeps a
    /// quarter for that server's parties: strangers can't shut them out.
    ///
    /// - Parameter trusted: whether the token is one of `issuers`.
    func places(trusted: Bool) -> Int { trusted || issuers.isEmpty ? capacity : capacity - capacity / 4 }

    /// How many clients one address may have when so many places are taken. The second half of the places goes in small
    /// shares, so that filling it takes many addresses.
    func share(taken: Int) -> Int { taken < capacity / 2 ? capacityPerAddress : max(1, capacityPerAddress / 8) }

    /// Whether a token gives its bearer a place, its signature not yet looked at: the cheap questions come first.
    ///
    /// - Parameter issuerTime: seconds since 1970 by the issuer's clock; 0 when it isn't known, and then nothing expires.
    /// - Throws: `.issuer` or `.expired`.
    package func admit(_ token: RelayToken, issuerTime: UInt64) throws(Refusal) {
        let trusted = issuers.contains(token.issuer)
        guard trusted || open && token.scope == Derivation.scope(group: token.issuer) else { throw .issuer }
        guard token.expiry == 0 || issuerTime == 0 || issuerTime < token.expiry else { throw .expired }
    }
}

/// The calendar of each issuer, as its own control server has told it: one server's word expires nobody else's tokens.
struct IssuerClocks: Sendable {
    private var clocks: [PublicKey: (seconds: UInt64, at: Int64)] = [:]

    /// Forgets the others.
    mutating func keep(_ issuers: [PublicKey]) { clocks = clocks.filter { issuers.contains($0.key) } }

    mutating func set(_ seconds: UInt64, of issuer: PublicKey, now: Int64) { clocks[issuer] = (seconds, now) }

    /// Seconds since 1970; 0 while it isn't known.
    func time(of issuer: PublicKey, now: Int64) -> UInt64 {
        guard let clock = clocks[issuer] else { return 0 }
        // A server's word is not trusted to leave room for the sum.
        let passed = UInt64(max(0, now - clock.at) / RelayProtocol.second)
        let (time, overflow) = clock.seconds.addingReportingOverflow(passed)
        return overflow ? .max : time
    }
}
