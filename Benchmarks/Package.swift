// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds meshtui resolves it.
let package = Package(
    name: "Benchmarks",
    dependencies: [
        // Named, because else the folder of the clone would name it.
        .package(name: "MeshTUI", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .target(name: "CMeter"),
        .executableTarget(
            name: "MeshBenchmarks",
            dependencies: [
                "CMeter",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "MeshRelayServer", package: "MeshTUI"),
                .product(name: "MeshTestKit", package: "MeshTUI"),
                .product(name: "MeshWire", package: "MeshTUI"),
            ],
            swiftSettings: [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")]),
    ]
)
