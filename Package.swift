// swift-tools-version: 6.2
import PackageDescription

// Every target is built alike: docs/ARCHITECTURE.md says why each of these is on.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

extension Target.Dependency {
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let collections = product(name: "DequeModule", package: "swift-collections")
    static let logging = product(name: "Logging", package: "swift-log")
    static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let subprocess = product(name: "Subprocess", package: "swift-subprocess")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let httpClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
}

let package = Package(
    name: "MeshTUI",
    products: [
        .executable(name: "meshtui", targets: ["MeshTUI"]),
        .executable(name: "meshtui-lab", targets: ["MeshLab"]),
        // For Benchmarks/, a package of its own.
        .library(name: "MeshRelayServer", targets: ["MeshRelayServer"]),
        .library(name: "MeshTestKit", targets: ["MeshTestKit"]),
        .library(name: "MeshWire", targets: ["MeshWire"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .target(name: "CNCurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "CLinux"),
        .systemLibrary(name: "CNFTables", pkgConfig: "libnftables", providers: [.apt(["libnftables-dev"])]),
        .target(name: "MeshWire", dependencies: [.crypto]),
        .target(name: "MeshRules", dependencies: ["MeshWire", .crypto, .collections]),
        .target(name: "MeshRelayServer", dependencies: ["MeshWire", "CLinux", .crypto, .logging]),
        .target(
            name: "MeshCore",
            dependencies: [
                "MeshRules", "MeshWire", "CLinux", "CNFTables", .crypto, .grdb, .httpClient, .logging, .nioCore,
                .nioHTTP1, .nioPosix, .subprocess,
            ]),
        .target(
            name: "MeshControlServer",
            dependencies: [
                "MeshCore", "MeshRules", "MeshWire", .collections, .hummingbird, .hummingbirdCore, .lifecycle, .logging,
                .nioCore,
            ]),
        .target(name: "MeshTestKit", dependencies: ["MeshRules", "MeshWire", "MeshRelayServer", .crypto]),
        .executableTarget(
            name: "MeshTUI",
            dependencies: [
                "CNCurses", "MeshCore", "MeshControlServer", "MeshRelayServer", "MeshRules", "MeshWire", .arguments,
                .logging, .unixSignals,
            ]),
        .executableTarget(name: "MeshLab", dependencies: ["CLinux", .arguments, .subprocess]),
        .testTarget(
            name: "MeshWireTests", dependencies: ["MeshWire", .crypto], resources: [.copy("Vectors")]),
        .testTarget(
            name: "MeshRulesTests",
            dependencies: ["MeshRules", "MeshWire", "MeshTestKit", .crypto]),
        .testTarget(name: "WorldTests", dependencies: ["MeshTestKit", "MeshRules", "MeshWire"]),
        .testTarget(
            name: "MeshRelayServerTests", dependencies: ["MeshRelayServer", "MeshWire", "CLinux", .crypto]),
        .testTarget(
            name: "MeshCoreTests", dependencies: ["MeshCore", "MeshRules", "MeshWire", "CLinux", .crypto, .logging],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "MeshControlServerTests",
            dependencies: [
                "MeshControlServer", "MeshCore", "MeshRules", "MeshTestKit", "MeshWire", .crypto, .logging,
            ]),
        .testTarget(
            name: "MeshTUITests",
            dependencies: ["MeshTUI", "MeshCore", "MeshRules", "MeshWire", .arguments, .logging, .unixSignals]),
        .testTarget(name: "MeshLabTests", dependencies: ["MeshLab"]),
        .testTarget(name: "LabTests", dependencies: [.subprocess]),
        .testTarget(name: "HouseTests"),
    ]
)

// `MESHTUI_ONLY="MeshRulesTests WorldTests" swift test` builds those targets and what they lean on, so that the
// rules and the fake world are edited and run in seconds, without GRDB, NIO and HTTP.
if let names = Context.environment["MESHTUI_ONLY"]?.split(separator: " ").map(String.init), !names.isEmpty {
    var kept = Set(names)
    var before = 0
    while kept.count != before {
        before = kept.count
        for target in package.targets where kept.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { kept.insert(name) }
        }
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll { product in
        let targets = (product as? Product.Executable)?.targets ?? (product as? Product.Library)?.targets
        return targets.map { !$0.allSatisfy(kept.contains) } ?? false
    }
}

for target in package.targets where target.type != .system {
    target.swiftSettings = settings
}
