// swift-tools-version: 6.2
import PackageDescription

// How every target is compiled. Warnings are errors; the layering that SwiftPM does not see is checked in Tests/Tidy.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

// MARK: Libraries that we did not write

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let lifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let inMemoryLogging = product(name: "InMemoryLogging", package: "swift-log")
    static let logging = product(name: "Logging", package: "swift-log")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioFoundationCompat = product(name: "NIOFoundationCompat", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = product(name: "NIOSSL", package: "swift-nio-ssl")
    static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
    static let realModule = product(name: "RealModule", package: "swift-numerics")
    static let yams = product(name: "Yams", package: "Yams")
}

// MARK: Shared

let vocabulary: Target.Dependency = "Vocabulary"
let schema: Target.Dependency = "MessageSchema"
let bus: Target.Dependency = "MessageBus"
let store: Target.Dependency = "ServiceStore"
let kit: Target.Dependency = "ServiceKit"

func shared(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], strict: Bool = false)
    -> Target
{
    .target(
        name: name,
        dependencies: dependencies,
        path: "Shared/\(name)",
        exclude: exclude,
        swiftSettings: settings + (strict ? [.strictMemorySafety()] : [])
    )
}

let sharedTargets: [Target] = [
    .systemLibrary(name: "CZeroMQ", path: "Shared/CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
    shared("Vocabulary"),
    shared("MessageSchema", [vocabulary, .protobuf, .crypto], exclude: ["Protos", "generate", "Glossary.md"]),
    shared("MessageBus", [vocabulary, schema, "CZeroMQ", .protobuf], strict: true),
    shared("ServiceStore", [vocabulary, schema, .crypto, .grdb, .protobuf]),
    shared(
        "ServiceKit",
        [
            vocabulary, schema, bus, store, .argumentParser, .crypto, .grdb, .hummingbird, .lifecycle, .unixSignals,
            .logging,
            .nioCore, .protobuf, .yams,
        ]
    ),
    shared("TestSupport", [vocabulary, schema, bus, store, kit, .grdb, .logging, .protobuf]),
]

// MARK: Services

/// A service is three targets: what it decides, how that is wired, and an executable of a few lines.
func service(
    _ folder: String,
    codecs: Bool = false,
    domain domainExtra: [Target.Dependency] = [],
    _ extra: [Target.Dependency] = []
) -> [Target] {
    let codecsTarget = Target.Dependency.byName(name: "\(folder)Codecs")
    let domain = Target.target(
        name: "\(folder)Domain",
        dependencies: [vocabulary] + domainExtra,
        path: "Services/\(folder)/Domain",
        swiftSettings: settings
    )
    let wiring = Target.target(
        name: "\(folder)Service",
        dependencies: [
            .byName(name: "\(folder)Domain"), vocabulary, schema, store, kit, .grdb, .logging, .protobuf, .yams,
        ] + (codecs ? [codecsTarget] : []) + extra,
        path: "Services/\(folder)/Service",
        swiftSettings: settings
    )
    let main = Target.executableTarget(
        name: "\(folder)Main",
        dependencies: [.byName(name: "\(folder)Service"), vocabulary, kit, .argumentParser],
        path: "Services/\(folder)/Main",
        swiftSettings: settings
    )
    let pure = Target.target(
        name: "\(folder)Codecs",
        dependencies: [vocabulary],
        path: "Services/\(folder)/Codecs",
        swiftSettings: settings
    )
    return [domain, wiring, main] + (codecs ? [pure] : [])
}

let services: [Target] =
    service(
        "Monitoring",
        codecs: true,
        domain: [.realModule],
        [.asyncHTTPClient, .crypto, .lifecycle, .nioCore, .nioHTTP1, .nioPosix, .nioSSL, .nioFoundationCompat]
    )
    + service("Dispatch")
    + service("Stockpile")
    + service("CommandCenter")
    + service("Assessment", [.crypto])
    + [
        .executableTarget(
            name: "Fengsui",
            dependencies: [vocabulary, schema, bus, store, kit, .argumentParser, .logging, .protobuf],
            path: "Services/Fengsui",
            swiftSettings: settings
        )
    ]

// MARK: Benchmarks

/// The bus and the store as a contender in `../shared/bench/peers`.
let contender = Target.executableTarget(
    name: "Contender",
    dependencies: [vocabulary, schema, bus, store, .grdb, .protobuf],
    path: "Tests/Benchmarks/Contender",
    swiftSettings: settings
)

// MARK: Tests

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: dependencies,
        path: "Tests/\(name)",
        exclude: exclude,
        swiftSettings: settings
    )
}

let everyService: [Target.Dependency] = [
    "MonitoringService", "DispatchService", "StockpileService", "CommandCenterService", "AssessmentService",
]
let foundation: [Target.Dependency] = [vocabulary, schema, bus, store, kit, "TestSupport", .logging, .protobuf]

let testTargets: [Target] = [
    tests("Vocabulary", [vocabulary]),
    tests("MessageSchema", [vocabulary, schema, .protobuf, "TestSupport"]),
    tests("MessageBus", foundation),
    tests("ServiceStore", foundation + [.grdb]),
    tests("ServiceKit", foundation + ["MonitoringService", .grdb, .inMemoryLogging]),
    tests(
        "Monitoring",
        foundation + ["MonitoringDomain", "MonitoringCodecs", "MonitoringService", .inMemoryLogging, .nioCore],
        exclude: ["check_schema.py", "score_warnings.py"]
    ),
    tests("Dispatch", foundation + ["DispatchDomain", "DispatchService"]),
    tests("Stockpile", foundation + ["StockpileDomain", "StockpileService", .grdb]),
    tests("CommandCenter", foundation + ["CommandCenterDomain", "CommandCenterService"]),
    tests("Assessment", foundation + ["AssessmentDomain", "AssessmentService"]),
    tests(
        "Integration",
        foundation + everyService + ["MonitoringCodecs", .crypto, .grdb],
        exclude: ["check_cap.py", "station.py"]
    ),
    tests("Simulation", foundation + everyService + [.grdb]),
    tests("Configuration", foundation + everyService, exclude: ["Examples", "probe_schema.py"]),
    tests("Tidy", ["TestSupport"]),
]

// MARK: Fuzzing

/// Everything that takes bytes from outside, and who gives them: `Tests/fuzz`.
let fuzzing: [Target] = [
    .target(
        name: "FuzzTargets",
        dependencies: everyService + [
            vocabulary, schema, bus, store, kit, "MonitoringCodecs", "TestSupport", .logging, .nioCore, .protobuf,
        ],
        path: "Tests/Fuzzing/Targets",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "Fuzzer",
        dependencies: ["FuzzTargets", .argumentParser],
        path: "Tests/Fuzzing/Fuzzer",
        swiftSettings: settings
    ),
    .testTarget(
        name: "FuzzingTests",
        dependencies: ["FuzzTargets"],
        path: "Tests/Fuzzing/Replay",
        swiftSettings: settings
    ),
]

let package = Package(
    name: "Fengsui",
    products: [
        .executable(name: "monitoring", targets: ["MonitoringMain"]),
        .executable(name: "dispatch", targets: ["DispatchMain"]),
        .executable(name: "stockpile", targets: ["StockpileMain"]),
        .executable(name: "command-center", targets: ["CommandCenterMain"]),
        .executable(name: "assessment", targets: ["AssessmentMain"]),
        .executable(name: "fengsui", targets: ["Fengsui"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: sharedTargets + services + [contender] + fuzzing + testTargets,
    swiftLanguageModes: [.v6]
)
