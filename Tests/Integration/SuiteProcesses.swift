import AssessmentService
import CommandCenterService
import DispatchService
import Foundation
import GRDB
import MessageBus
import MessageSchema
import MonitoringService
import ServiceKit
import ServiceStore
import StockpileService
import TestSupport
import Vocabulary

/// The suite as real processes in a folder of its own, played in lockstep or live.
final class SuiteProcesses {
    static let services: [ServiceName] = [.monitoring, .dispatch, .stockpile, .commandCenter, .assessment]
    static let recording = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"

    let folder: TemporaryFolder
    private(set) var running: [ServiceName: Process] = [:]

    enum Mode { case lockstep, live }
    let mode: Mode
    /// Where stations connect to monitoring, live.
    let devicePort: Int

    init(mode: Mode = .lockstep, services: [ServiceName] = services) throws {
        (folder, self.mode) = (try TemporaryFolder(), mode)
        devicePort = mode == .live ? try Self.freePort() : 0
        for service in services { try start(service) }
    }

    deinit {
        for process in running.values where process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    /// Where the executables were built: beside the test bundle.
    static let binaries =
        Bundle.main.bundleURL.path.hasSuffix(".xctest")
        ? Bundle.main.bundleURL.deletingLastPathComponent()
        : Bundle.main.executableURL.map { $0.deletingLastPathComponent() }
            ?? Checkout.root

    func arguments(_ service: ServiceName) throws -> [String] {
        [
            "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--realm", "exercise:test",
            "--configuration", try configuration(service),
        ]
    }

    /// The shipped file; live, warnings of every colour are released without a person, because nobody is there.
    private func configuration(_ service: ServiceName) throws -> String {
        let shipped = Checkout.root.path + "/compose/configuration/\(service.rawValue).yaml"
        guard mode == .live, service == .monitoring else { return shipped }
        let path = folder.path + "/monitoring.yaml"
        let text = try String(contentsOfFile: shipped, encoding: .utf8)
        let automatic = text.replacing(
            "automatic_release: [red]",
            with: "automatic_release: [blue, yellow, orange, red]"
        )
        try Data(automatic.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// A port of the loopback that nobody listens on.
    private static func freePort() throws -> Int {
        let ask = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        let port = try CAPTests.run("python3", ["-c", ask]).output.dropLast()
        guard let port = Int(port) else { throw CocoaError(.featureUnsupported) }
        return port
    }

    func start(_ service: ServiceName) throws {
        let process = Process()
        process.executableURL = Self.binaries.appendingPathComponent(service.rawValue)
        process.arguments = ["run"] + (try arguments(service)) + extra(service)
        process.standardError = FileHandle.nullDevice
        try process.run()
        running[service] = process
    }

    private func extra(_ service: ServiceName) -> [String] {
        switch mode {
        case .lockstep: ["--lockstep"]
        case .live: service == .monitoring ? ["--sl651", "\(devicePort)"] : []
        }
    }

    /// kill -9; waits until it is gone.
    func kill(_ service: ServiceName) {
        guard let process = running.removeValue(forKey: service) else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// kill -9, and a new start on the same folder.
    func killAndRestart(_ service: ServiceName) throws {
        kill(service)
        try start(service)
    }

    /// Whether a record that its writer had committed is not yet committed by `reader`.
    func isBehind(_ reader: ServiceName, in streams: [StreamName]? = nil) throws -> Bool {
        let streams = streams ?? reader.subscriptions
        let read = try database(reader).read { db in
            try streams.map { stream in
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT last_sequence FROM journal WHERE last_sequence IS NOT NULL AND origin = ?
                        ORDER BY entry DESC LIMIT 1
                        """,
                    arguments: [stream.rawValue]
                ) ?? 0
            }
        }
        let written = try streams.map { stream in
            try database(stream.writer).read { db in
                try Int.fetchOne(
                    db,
                    sql: "SELECT max(last) FROM outbox WHERE stream = ?",
                    arguments: [stream.rawValue]
                ) ?? 0
            }
        }
        return read != written
    }

    /// Waits until every service has committed all that was written for it; fails after a minute.
    func waitUntilNobodyIsBehind() throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try Self.services.contains(where: { try isBehind($0) }) {
            guard ContinuousClock.now < deadline else { throw CocoaError(.userCancelled) }
        }
    }

    func stop() {
        for process in running.values { process.terminate() }
        for process in running.values { process.waitUntilExit() }
    }

    func play(_ path: String = recording, progress: (Int, Instant) -> Void = { _, _ in }) throws -> Player.Tally {
        let recording = try Recording(path: path, realm: .exercise("test"))
        let address = try BusAddress(folder: folder.path + "/bus")
        let player = try Player(services: Self.services, address: address, run: Epoch.draw())
        try player.play(recording, progress: progress)
        return player.tally
    }

    /// Runs `SERVICE verify` in another process; true if D1 holds.
    func verify(_ service: ServiceName) throws -> Bool {
        let process = Process()
        process.executableURL = Self.binaries.appendingPathComponent(service.rawValue)
        process.arguments = ["verify", "--data", folder.path + "/data", "--realm", "exercise:test"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    func database(_ service: ServiceName) throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        // Whoever opens a database first after a kill recovers its WAL, and locks it for a moment.
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: folder.path + "/data/\(service.rawValue).db", configuration: configuration)
    }

    /// Every record of `stream`, as encoded.
    func outbox(_ stream: StreamName) throws -> [Data] {
        try database(stream.writer).read { try Stored.outbox(stream, $0) }
    }

    /// What `reader` journaled from `stream`.
    func journaled(_ stream: StreamName, by reader: ServiceName) throws -> [Data] {
        try database(reader).read { try Stored.journaled(stream, $0) }
    }

    /// What D3 compares of the tables: everything derived, but for the records' epochs and hashes.
    func tables() throws -> [String] {
        let except = ServiceStore.operationalTables.union(["outbox"])
        return try Self.services.flatMap { service in
            try database(service).read { try Digest.tables($0, except: except) }.map {
                "\(service) \($0.table) \($0.digest)"
            }
        }
    }

    /// What D3 compares of the streams: type, subject, id, logical time, causes and payload of every record, in order.
    func outcome() throws -> [String] {
        try StreamName.allCases.filter { Self.services.contains($0.writer) }.flatMap { stream in
            try outbox(stream).map { bytes in
                let envelope = try Envelope.decode(bytes)
                let causes = envelope.causation.map { $0.base64EncodedString() }.joined(separator: ",")
                return [
                    envelope.type, envelope.subject, envelope.id.base64EncodedString(), "\(envelope.decidedUs)", causes,
                    envelope.payload.base64EncodedString(),
                ].joined(separator: "|")
            }
        }
    }
}

extension ServiceName {
    /// The streams that the service reads.
    var subscriptions: [StreamName] {
        switch self {
        case .monitoring: MonitoringCore.subscriptions
        case .dispatch: DispatchCore.subscriptions
        case .stockpile: StockpileCore.subscriptions
        case .commandCenter: CommandCenterCore.subscriptions
        case .assessment: AssessmentCore.subscriptions
        }
    }
}
