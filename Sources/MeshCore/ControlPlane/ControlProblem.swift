package import MeshRules
import MeshWire

/// Why a request was refused, as an RFC 9457 problem document. `refusal` is what programs read, the rest is for people.
package struct ControlProblem: Codable, Equatable, Sendable {
    /// `urn:meshtui:problem:` and the reason.
    package var type: String
    /// The same for every problem of its type.
    package var title: String
    /// The HTTP status.
    package var status: Int
    /// What is so this time, in one line.
    package var detail: String
    /// Seconds after which the same request may be made again, as in the header Retry-After.
    package var retryAfter: UInt64?

    private static let prefix = "urn:meshtui:problem:"
    /// RFC 9457 §3.
    package static let mediaType = "application/problem+json"

    /// What the rules refused, with its HTTP status.
    package init(_ refusal: ControlRefusal) {
        switch refusal {
        case .rule(let rule):
            self.init("\(rule.rawValue)", "Refused", Self.status(of: rule), "\(rule)")
        case .unknown(let what): self.init("unknown", "Not known here", 404, what)
        case .unauthorised: self.init("unauthorised", "Join again", 401, "the bearer is missing or no longer valid")
        case .busy(let seconds):
            self.init("busy", "Too many requests", 429, "\(refusal)")
            retryAfter = seconds
        case .unreachable(let why), .notAsked(let why): self.init("unavailable", "Not now", 503, why)
        }
    }

    /// A request that can't be understood.
    package init(status: Int, title: String, detail: String) { self.init("request", title, status, detail) }

    private init(_ reason: String, _ title: String, _ status: Int, _ detail: String) {
        (type, self.title, self.status, self.detail) = (Self.prefix + reason, title, status, detail)
    }

    private var words: String { [title, detail].filter { !$0.isEmpty }.joined(separator: ": ") }

    /// The refusal that the document tells of.
    package var refusal: ControlRefusal {
        let reason = type.hasPrefix(Self.prefix) ? String(type.dropFirst(Self.prefix.count)) : ""
        if let rule = Refusal(rawValue: reason) { return .rule(rule) }
        return switch reason {
        case "unknown": .unknown(detail.isEmpty ? "what was asked for" : detail)
        case "unauthorised": .unauthorised
        case "busy": .busy(retryAfter: retryAfter ?? 60)
        default: .unreachable("it answered \(status)" + (words.isEmpty ? "" : " " + words))
        }
    }

    /// A server's document: its numbers count up to their bounds, and a text that is no printable line is absent, as any
    /// part but the type may be (RFC 9457 §3.1).
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = try container.decode(String.self, forKey: .type)
        title = try container.decodeIfPresent(String.self, forKey: .title).flatMap(PrintableLine.text) ?? ""
        detail = try container.decodeIfPresent(String.self, forKey: .detail).flatMap(PrintableLine.text) ?? ""
        status = Int(try container.decodeIfPresent(Bounded<HTTPStatusCode>.self, forKey: .status)?.value ?? 0)
        retryAfter = try container.decodeIfPresent(Bounded<RetrySeconds>.self, forKey: .retryAfter)?.value
    }

    private static func status(of rule: Refusal) -> Int {
        switch rule {
        case .kicked, .closed, .host, .peer, .identity, .signature, .root: 403
        case .duplicate, .rank, .fork, .full, .members: 409
        case .ended, .expired: 410
        default: 422
        }
    }
}
