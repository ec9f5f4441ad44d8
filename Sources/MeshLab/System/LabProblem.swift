import Foundation
import Glibc

/// Why the lab can't do what was asked, in one line that ends with what to do.
enum LabProblem: Error, Equatable {
    case notRoot
    case missingTool(String, package: String)
    case badLabName(String)
    case unknownSite(String, known: [String])
    case alreadyUp(lab: String)
    case notUp(lab: String)
    case noService(site: String)
    case commandFailed(String, status: String, output: String)
    case systemCall(String, object: String, errno: Int32)
    case internetSilent(log: String)
    case refused(String)
    case missingBinary(String)
    case serviceEnded(String, log: String)
    case timedOut(String, log: String)
    case unreadable(String, reason: String)

    /// From sysexits(3), so that scripts can tell them apart.
    var exitCode: Int32 {
        switch self {
        case .notRoot: 77
        case .missingTool, .missingBinary, .notUp, .internetSilent, .noService, .serviceEnded, .timedOut: 69
        case .badLabName, .unknownSite, .refused: 64
        case .alreadyUp: 73
        case .commandFailed, .systemCall: 71
        case .unreadable: 65
        }
    }
}

extension LabProblem {
    /// The file that says more.
    var log: String? {
        switch self {
        case .internetSilent(let log), .serviceEnded(_, let log), .timedOut(_, let log): log
        default: nil
        }
    }

    /// The last lines of that file, for whoever is about to remove it.
    var lastWords: String? {
        guard let log, let data = FileManager.default.contents(atPath: log), !data.isEmpty else { return nil }
        let lines = String(decoding: data.suffix(8192), as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.suffix(20).joined(separator: "\n")
    }
}

extension LabProblem: CustomStringConvertible {
    var description: String {
        switch self {
        case .notRoot:
            "the lab makes network namespaces, which needs root: run it with sudo"
        case .missingTool(let tool, let package):
            "\(tool) is not installed: apt-get install --no-install-recommends \(package)"
        case .badLabName(let name):
            "a lab's name is 1 to 12 lower-case letters and digits, not \"\(name)\": choose another --lab"
        case .unknownSite(let name, let known):
            "there is no site \"\(name)\" in this lab: take one of \(known.joined(separator: ", "))"
        case .alreadyUp(let lab):
            "lab \"\(lab)\" is already up: meshtui-lab down --lab \(lab), or choose another --lab"
        case .notUp(let lab):
            "lab \"\(lab)\" is not up: meshtui-lab up --lab \(lab)"
        case .noService(let site):
            "the lab has started no server in \"\(site)\": bring it up with --services"
        case .commandFailed(let command, let status, let output):
            "\(command) ended with \(status) and said \"\(output.oneLine)\": meshtui-lab down, then try again"
        case .systemCall(let call, let object, let code):
            "\(call) failed on \(object): \(String(cString: strerror(code))); meshtui-lab down, then try again"
        case .internetSilent(let log):
            "the lab's internet did not come up or has died: read \(log), then meshtui-lab down"
        case .refused(let reason):
            "the lab can't do that: \(reason)"
        case .missingBinary(let path):
            "there is no meshtui at \(path): build it, or say where it is with --meshtui PATH"
        case .serviceEnded(let name, let log):
            "\(name) ended before it was ready: read \(log)"
        case .timedOut(let what, let log):
            "waited in vain for \(what): read \(log)"
        case .unreadable(let path, let reason):
            "\(path) can't be read (\(reason.oneLine)): meshtui-lab down sweeps it away"
        }
    }
}

extension String {
    fileprivate var oneLine: String {
        split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}
