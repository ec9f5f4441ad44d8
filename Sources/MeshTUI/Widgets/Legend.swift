extension Glyphs {
    /// What the signs mean, a line each.
    var legend: [(signs: String, meaning: String)] {
        [
            (
                "\(direct) \(relayed) \(pinnedByMe) \(pinnedByPeer)",
                "direct, relayed, pinned by you, pinned by the other"
            ),
            ("\(loss) \(lossColumn) \(noSample)", "lost (in the history, in the graph), not measured"),
        ]
    }
}
