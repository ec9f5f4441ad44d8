import MeshRules
import MeshWire

/// This machine as the header shows it.
struct NodeSummary: Equatable, Sendable {
    var name = ""
    var address: String?
    var interface = ""
    var backend = ""
    var natType = NATType.unknown
    var natIsAssumed = true
    /// The first public endpoint, and how many more there are.
    var publicEndpoint: String?
    var controlReachable: Bool?
    var problem: String?
    /// Who is asked to let this machine into a party just now.
    var asking: String?
}

/// A party as the screen shows it.
struct PartyRow: Equatable, Sendable {
    var id: PartyID
    var name: String
    var subnet: String
    var active: Bool
    /// Nil while nobody is known whose it could be.
    var host: Host?
    var members: Int

    enum Host: Equatable, Sendable {
        case me
        case member(String)
        /// Nobody can let others in or put them out any more.
        case left

        /// `yours`, the host's name after `prefix`, or that there is none.
        func words(after prefix: String) -> String {
            switch self {
            case .me: "yours"
            case .member(let name): "\(prefix) \(name)"
            case .left: "its host has left"
            }
        }
    }
}

/// A relay as the screen shows it.
struct RelayRow: Equatable, Sendable {
    var id: Bytes8
    var region: String
    var endpoint: String
    /// Whole milliseconds.
    var latency: Int?
    var registered: Bool
    /// Names of the peers whose packets pass through it.
    var users: [String]
    var error: String?
}

/// A line of the log as the screen shows it.
struct EventRow: Equatable, Sendable {
    /// `HH:MM:SS` in the person's own time zone.
    var time: String
    var level: EventStatus.Level
    var subject: String
    var message: String

    init(_ event: EventStatus, utcOffset: Int) {
        let seconds = Int(max(0, min(event.at, 1e12))) + utcOffset
        let day = ((seconds % 86400) + 86400) % 86400
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        time = "\(two(day / 3600)):\(two(day / 60 % 60)):\(two(day % 60))"
        level = event.level
        subject = SafeText.sanitised(event.subject, limit: 64)
        message = SafeText.sanitised(event.message)
    }
}
