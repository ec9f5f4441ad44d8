/// Rounds in which everybody meets everybody once and nobody two others at a time (the circle method).
enum Tournament {
    static func rounds<Player>(of players: [Player]) -> [[(Player, Player)]] {
        var ring: [Player?] = players
        if !ring.count.isMultiple(of: 2) { ring.append(nil) }
        guard ring.count > 1 else { return [] }
        return (1..<ring.count).map { _ in
            let half = ring.count / 2
            let pairs = zip(ring.prefix(half), ring.suffix(half).reversed()).compactMap { a, b -> (Player, Player)? in
                guard let a, let b else { return nil }
                return (a, b)
            }
            ring.insert(ring.removeLast(), at: 1)
            return pairs
        }
    }
}
