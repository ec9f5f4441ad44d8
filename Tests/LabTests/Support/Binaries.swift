import Foundation

/// The programs under test, as they were built beside the tests.
enum Binaries {
    static let meshtui = folder + "/meshtui"
    static let lab = folder + "/meshtui-lab"

    private static let folder =
        ProcessInfo.processInfo.environment["MESHTUI_BINARIES"] ?? beside(CommandLine.arguments[0])
        ?? URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../.build/debug").standardized.path

    private static func beside(_ test: String) -> String? {
        let folder = URL(fileURLWithPath: test).resolvingSymlinksInPath().deletingLastPathComponent().path
        return FileManager.default.isExecutableFile(atPath: folder + "/meshtui-lab") ? folder : nil
    }
}
