import FoundationEssentials
import Glibc
import MeshRules
import Testing

@testable import MeshCore

@Suite("Log files")
struct LogFileTests {
    @Test("a file never grows beyond its limit, and the one before it is kept once")
    func rotation() throws {
        try withTemporaryFolder { folder in
            let log = try LogFile(path: folder + "/node.log", limit: 1_000)
            for number in 1...1_000 { log.write("line \(number)") }
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(files == ["node.log", "node.log.1"])
            let texts = try files.map { try #require(try PrivateFile.read(folder + "/" + $0)) }
            #expect(texts.allSatisfy { !$0.isEmpty && $0.count <= 1_000 })
            // Nothing is missing between the two, and the newest line is the last.
            let lines = String(decoding: texts[1] + texts[0], as: UTF8.self).split(separator: "\n")
            #expect(lines.last == "line 1000")
            #expect(lines.map { String($0) } == (1_001 - lines.count...1_000).map { "line \($0)" })
        }
    }

    @Test("a file that was there is gone on with, and one that was too long is put aside first")
    func goneOnWith() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/node.log"
            try LogFile(path: path, limit: 100).write("first")
            try LogFile(path: path, limit: 100).write("second")
            #expect(try PrivateFile.read(path) == Array("first\nsecond\n".utf8))
            try PrivateFile.write([UInt8](repeating: 0x61, count: 5_000), to: path)
            try LogFile(path: path, limit: 100).write("third")
            #expect(try PrivateFile.read(path) == Array("third\n".utf8))
            #expect(try PrivateFile.read(path + ".1")?.count == 5_000)
        }
    }

    @Test("what the process itself writes to standard error goes where the newest lines are")
    func standardError() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/node.log"
            let stand = open("/dev/null", O_WRONLY | O_CLOEXEC)
            defer { close(stand) }
            let log = try LogFile(path: path, limit: 20, standard: [stand])
            for word in ["one", "two"] {
                log.write(word + " and a long line")
                let report = Array("\(word)!\n".utf8)
                #expect(write(stand, report, report.count) == report.count)
            }
            #expect(try PrivateFile.read(path) == Array("two and a long line\ntwo!\n".utf8))
        }
    }
}

@Suite("Folded log lines")
struct LineFolderTests {
    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    @Test("lines that differ in their numbers alone are counted, and told when the window is over")
    func counted() {
        var folder = LineFolder()
        var written = folder.take("12:00:01 no route to 192.0.2.1", at: at(0))
        for number in 1...4_200 { written += folder.take("12:00:02 no route to 192.0.2.\(number)", at: at(1)) }
        written += folder.due(at: at(9.9))
        #expect(written == ["12:00:01 no route to 192.0.2.1"])
        written = folder.due(at: at(10))
        #expect(written == ["… 4,200 more like this, the last: 12:00:02 no route to 192.0.2.4200"])
        written = folder.due(at: at(20)) + folder.take("12:00:20 no route to 192.0.2.1", at: at(20))
        #expect(written == ["12:00:20 no route to 192.0.2.1"])
    }

    @Test("lines of several kinds are each counted by themselves")
    func interleaved() {
        var folder = LineFolder()
        var written: [String] = []
        for number in 0..<1_000 { written += folder.take("peer \(["a", "b"][number % 2]) failed", at: at(0)) }
        #expect(written == ["peer a failed", "peer b failed"])
        written = folder.end()
        #expect(
            written == [
                "… 499 more like this, the last: peer a failed", "… 499 more like this, the last: peer b failed",
            ])
        written = folder.end()
        #expect(written == [])
    }

    @Test("a line that came once is not told of again")
    func once() {
        var folder = LineFolder()
        var written = folder.take("a", at: at(0))
        written += folder.due(at: at(60))
        #expect(written == ["a"])
        written = folder.take("a", at: at(60))
        #expect(written == ["a"])
    }

    @Test("no more kinds are remembered than there is room for, and none is lost")
    func bounded() {
        var folder = LineFolder()
        let letters = (0..<100).map { String(repeating: "x", count: $0 + 1) }
        var written: [String] = []
        for line in letters { for _ in 0..<3 { written += folder.take(line, at: at(0)) } }
        written += folder.end()
        #expect(written.count == 200)
        #expect(letters.allSatisfy { line in written.contains(line) })
    }
}

@Suite("What a child says")
struct ChildLogTests {
    @Test("a flood is folded in the file, and the last line is known")
    func flood() async throws {
        try await withTemporaryFolder { folder in
            let log = ChildLog(path: folder + "/child.log")
            let pipe = try ChildLog.Pipe()
            async let copied: Void = BlockingQueue("test").run { log.copy(from: pipe) }
            let text = (1...20_000).map { "ERROR: 12:00:00 peer - failed to send \($0): unreachable\n" }.joined()
            let bytes = Array((text + "the end, without a line break").utf8)
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(pipe.writing, $0.baseAddress, $0.count) }
                try #require(count > 0)
                rest = rest.dropFirst(count)
            }
            pipe.begun()
            await copied
            let kept = String(decoding: try #require(try PrivateFile.read(folder + "/child.log")), as: UTF8.self)
            #expect(kept.utf8.count < 1_000)
            #expect(kept.contains("more like this"))
            #expect(kept.contains("the end, without a line break\n"))
            #expect(log.lastLine == "the end, without a line break")
            #expect(try mode(of: folder + "/child.log") == 0o600)
        }
    }
}
