import Logging
import MeshRules
import Testing

@testable import MeshCore

@Suite("The engine")
struct MeshEngineTests {
    @Test("an engine whose state folder is taken ends, and leaves nobody waiting")
    func locked() async throws {
        try await withTemporaryFolder { folder in
            let other = try StateFolder(folder)
            var configuration = EngineConfiguration()
            configuration.stateFolder = folder
            let engine = MeshEngine(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
                _ in
            }
            async let asked = engine.respond(to: .leave)
            await #expect(throws: EngineProblem.self) { try await engine.run() }
            guard case .one(.refused(let kind, _)) = await asked else {
                Issue.record("not refused")
                return
            }
            #expect(kind == .unavailable)
            #expect(await engine.snapshot.parties.isEmpty)
            withExtendedLifetime(other) {}
        }
    }
}
