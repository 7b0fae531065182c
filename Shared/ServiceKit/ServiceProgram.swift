package import ArgumentParser
import Foundation
package import Logging
import MessageBus
import MessageSchema
package import ServiceLifecycle
import ServiceStore
import Synchronization
import UnixSignals
import Vocabulary

/// Whose database is meant, as told on the command line.
package struct StoreOptions: ParsableArguments, Sendable {
    @Option(help: "The folder of this service's database.")
    package var data: String

    @Option(help: "live, or exercise:ID. Fixed when the database is created.")
    package var realm = "live"

    package init() {}

    /// The realm that was named. Errors: a usage error.
    func checkedRealm() throws -> Realm {
        guard let realm = Realm(realm) else {
            throw ValidationError("'\(realm)' is no realm; write live or exercise:ID")
        }
        return realm
    }

    func path<Core: ServiceCore>(of _: Core.Type) -> String { "\(data)/\(Core.name.rawValue).db" }

    func makeStore<Core: ServiceCore>(for core: Core.Type) throws -> ServiceStore {
        try ServiceStore(
            path: path(of: core),
            service: Core.name,
            realm: checkedRealm(),
            epoch: Epoch.draw(),
            migrations: Core.migrations,
            pageBytes: Core.pageBytes
        )
    }
}

/// What every service's program is told on its command line.
package struct ServiceOptions: ParsableArguments, Sendable {
    @OptionGroup
    package var store: StoreOptions

    @Option(help: "The YAML file of what this service knows and by which rules it decides.")
    package var configuration: String

    @OptionGroup
    package var bus: BusOptions

    @Flag(help: "Let a player own logical time: see `fengsui replay`.")
    package var lockstep = false

    @OptionGroup(title: "Operations")
    package var operations: OperationsOptions

    package init() {}
}

/// A port through which devices reach a service: started before the loop, stopped before it.
package protocol DevicePort: ServiceLifecycle.Service {}

/// Runs a service until it is told to stop. Errors reach `main`, which logs one line and exits 1.
package enum ServiceProgram {
    /// `ports` are made with the intake that their input goes into.
    package static func run<Core: ServiceCore>(
        _: Core.Type,
        _ options: ServiceOptions,
        ports: (Intake, Logger) -> [any DevicePort] = { _, _ in [] }
    ) async throws {
        ProcessMemory.keepFreedPages()
        Logs.bootstrap(options.operations.logs ?? .fitting)
        var log = Logger(label: "fengsui")
        log[metadataKey: "service"] = "\(Core.name.rawValue)"
        if options.operations.endWithInput { EndOfInput.stopsThisProcess() }
        let doorbell = try Doorbell()
        let intake = Intake(doorbell: doorbell)
        let board = StateBoard()
        let owner = OwnerThread<Core>(options: options, intake: intake, doorbell: doorbell, board: board, log: log)
        let edge = try httpEdge(Core.name, options, board, log)
        let group = ServiceGroup(
            services: [owner] + edge + ports(intake, log),
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: log
        )
        do {
            try await group.run()
        } catch {
            log.error("service failed", metadata: ["error.message": "\(error)"])
            throw ExitCode(1)
        }
    }

    private static func httpEdge(_ service: ServiceName, _ options: ServiceOptions, _ board: StateBoard, _ log: Logger)
        throws -> [any ServiceLifecycle.Service]
    {
        guard let address = try options.operations.address() else { return [] }
        let edge = HTTPEdge(
            service: service,
            address: address,
            file: "\(options.store.data)/\(service.rawValue).http",
            limits: options.operations.limits,
            board: board,
            log: log
        )
        return [edge]
    }

    /// Exit code of `verify` where the replay differs; any other failure has 1.
    package static let differs: Int32 = 2

    /// Replays the journal into an empty store and compares (D1); prints one line and exits 2 where they differ.
    package static func verify<Core: ServiceCore>(_ core: Core.Type, _ options: StoreOptions) throws -> String {
        guard FileManager.default.fileExists(atPath: options.path(of: core)) else {
            throw StoreError(
                .missing,
                "there is no \(options.path(of: core)); name the folder that the service runs with"
            )
        }
        let scratch = FileManager.default.temporaryDirectory.path + "/fengsui-verify-" + Epoch.draw()
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(atPath: scratch) }
        let claim = try Claim.database(options.path(of: core))
        defer { withExtendedLifetime(claim) {} }
        let result: Verification
        do {
            let store = try options.makeStore(for: Core.self)
            result = try Engine<Core>.verify(store, scratch: "\(scratch)/replayed.db")
        } catch let error as StoreError where error.code == .damaged {
            Logs.write(Data("\(Core.name.rawValue): \(error.message)\n".utf8))
            throw ExitCode(differs)
        }
        guard result.holds else {
            let tables = result.differing.joined(separator: ", ")
            Logs.write(Data("\(Core.name.rawValue): replay differs in \(tables)\n".utf8))
            throw ExitCode(differs)
        }
        return "\(Core.name.rawValue): \(result.entries) journal entries replayed; every derived table is equal"
    }
}

/// The one thread that owns the sockets and the database, as a service of the group.
private struct OwnerThread<Core: ServiceCore>: ServiceLifecycle.Service {
    let options: ServiceOptions
    let intake: Intake
    let doorbell: Doorbell
    let board: StateBoard
    let log: Logger

    func run() async throws {
        let stop = StopFlag()
        // Cancelled, it stops too: where a port fails, the group waits for this thread before it tells why.
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                Thread.detachNewThread { done.resume(with: Result { try work(stop) }) }
            }
            // Only a stop ends the loop; a service that returns earlier would fail the group.
            try await gracefulShutdown()
        } onCancelOrGracefulShutdown: {
            stop.flag.store(true, ordering: .releasing)
            doorbell.ring()
        }
    }

    private func work(_ stop: StopFlag) throws {
        let claims = [
            try Claim.database(options.store.path(of: Core.self)),
            try options.bus.folder.map { try Claim.name(Core.name, in: $0) },
        ]
        defer { withExtendedLifetime(claims) {} }
        let store = try options.store.makeStore(for: Core.self)
        let text = try ConfigurationError.text(of: options.configuration)
        let start = options.lockstep ? Instant(microseconds: 0) : WallClock.now()
        let engine = try Engine<Core>(store: store, configuration: text, file: options.configuration, now: start)
        let readers = try engine.readers()
        let bus = try Bus(
            service: Core.name,
            address: options.bus.address(as: Core.name.rawValue),
            readers: readers,
            doorbell: doorbell
        )
        let loop = ServiceLoop(
            engine: engine,
            bus: bus,
            intake: intake,
            mode: options.lockstep ? .lockstep : .live,
            log: log,
            board: board,
            limits: options.operations.limits,
            list: BusList(options.bus, as: Core.name.rawValue),
            retention: try .named(options.operations.retention, beside: options.configuration)
        )
        try loop.run(until: stop.flag)
    }
}

private final class StopFlag: Sendable {
    let flag = Atomic(false)
}
