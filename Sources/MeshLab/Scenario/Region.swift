/// Where a site stands. The names are made up, the distances between them are not.
enum Region: String, CaseIterable, Codable, Sendable {
    case north, west, centre, south, east

    /// Round-trip times in milliseconds between five PlanetLab hosts (rows 184, 203, 326, 428 and 453 of time slice 1 of
    /// the NetLatency-Data set, R. Zhu et al., IEEE/ACM Transactions on Networking 25, 2017, MIT licence), chosen so that
    /// each pair is 20 to 100 ms apart one way and four of the ten are reached sooner through a third. The diagonal,
    /// two households of one region, is assumed.
    private static let roundTripMs: [[Double]] = [
        [20, 132, 181, 200, 49],
        [132, 20, 41, 49, 101],
        [181, 41, 20, 42, 154],
        [200, 49, 42, 20, 157],
        [49, 101, 154, 157, 20],
    ]

    private var row: Int {
        switch self {
        case .north: 0
        case .west: 1
        case .centre: 2
        case .south: 3
        case .east: 4
        }
    }

    func oneWayDelay(to other: Region) -> Duration { .milliseconds(Region.roundTripMs[row][other.row] / 2) }
}
