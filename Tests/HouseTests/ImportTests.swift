import Foundation
import Testing

/// The repository as it lies on disk, seen from this file.
private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

@Suite("The house")
struct HouseTests {
    @Test("every target imports only what the table allows")
    func imports() throws {
        let script = Process()
        script.executableURL = URL(filePath: "/bin/sh")
        script.arguments = [root.appending(path: "scripts/imports").path]
        let output = Pipe()
        script.standardOutput = output
        script.standardError = output
        try script.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        script.waitUntilExit()
        #expect(said == "")
        #expect(script.terminationStatus == 0)
    }

    static let sources: [URL] = {
        let folder = FileManager.default.enumerator(
            at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
        return (folder?.allObjects as? [URL] ?? []).filter { ["swift", "c", "h"].contains($0.pathExtension) }
    }()

    @Test("no file is longer than 500 lines, nine in ten are below 300, the median is below 100")
    func lengths() throws {
        let lengths = try Self.sources.map { url in
            try String(contentsOf: url, encoding: .utf8).utf8.count { $0 == UInt8(ascii: "\n") }
        }.sorted()
        #expect(lengths.count > 50)
        #expect(try #require(lengths.last) <= 500)
        #expect(lengths[lengths.count * 9 / 10] < 300)
        #expect(lengths[lengths.count / 2] < 100)
    }
}
