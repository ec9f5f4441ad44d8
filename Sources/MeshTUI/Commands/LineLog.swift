import Glibc
import Logging
import MeshCore

/// Log lines for people, on standard error or in a file: when, how grave, what.
struct LineLog: LogHandler {
    private let file: LogFile?
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    /// MESHTUI_LOG is the least grave level that is written; info without it.
    init(environment: Environment, file: LogFile? = nil) {
        self.file = file
        logLevel = environment["MESHTUI_LOG"].flatMap(Logger.Level.init(rawValue:)) ?? .info
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = Self.line(event.level, "\(event.message)", all, at: Self.now())
        if let file { file.write(line) } else { Output.error(line) }
    }

    /// One line, whatever the message holds. Metadata follows the message in the order of its keys.
    static func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at time: String) -> String {
        let values = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return Output.oneLine("\(time) \(level.rawValue.padded(to: 7)) \(message)\(values)")
    }

    private static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
