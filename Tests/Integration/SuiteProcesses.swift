import Foundation
import GRDB
import MessageBus
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Vocabulary

/// The suite as real processes in a folder of its own, played in lockstep.
final class SuiteProcesses {
    static let services: [ServiceName] = [.monitoring, .dispatch, .stockpile, .commandCenter, .assessment]
    static let recording = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"

    let folder: TemporaryFolder
    private(set) var running: [ServiceName: Process] = [:]

    init() throws {
        folder = try TemporaryFolder()
        for service in Self.services { try start(service) }
    }

    deinit { for process in running.values where process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Where the executables were built: beside the test bundle.
    static let binaries =
        Bundle.main.bundleURL.path.hasSuffix(".xctest")
        ? Bundle.main.bundleURL.deletingLastPathComponent()
        : Bundle.main.executableURL.map { $0.deletingLastPathComponent() }
            ?? Checkout.root

    func arguments(_ service: ServiceName) -> [String] {
        [
            "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--realm", "exercise:test",
            "--configuration",
            Checkout.root.path + "/compose/configuration/\(service.rawValue).yaml",
        ]
    }

    func start(_ service: ServiceName) throws {
        let process = Process()
        process.executableURL = Self.binaries.appendingPathComponent(service.rawValue)
        process.arguments = ["run"] + arguments(service) + ["--lockstep"]
        process.standardError = FileHandle.nullDevice
        try process.run()
        running[service] = process
    }

    /// kill -9, and a new start on the same folder.
    func killAndRestart(_ service: ServiceName) throws {
        guard let process = running[service] else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try start(service)
    }

    func stop() {
        for process in running.values { process.terminate() }
        for process in running.values { process.waitUntilExit() }
    }

    func play(progress: (Int, Instant) -> Void = { _, _ in }) throws -> Player.Tally {
        let recording = try Recording(path: Self.recording, realm: .exercise("test"))
        let address = try BusAddress(folder: folder.path + "/bus")
        let player = try Player(services: Self.services, address: address, run: Epoch.draw())
        try player.play(recording, progress: progress)
        return player.tally
    }

    /// Runs `SERVICE verify` in another process; true if D1 holds.
    func verify(_ service: ServiceName) throws -> Bool {
        let process = Process()
        process.executableURL = Self.binaries.appendingPathComponent(service.rawValue)
        process.arguments = ["verify"] + arguments(service)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    func database(_ service: ServiceName) throws -> DatabaseQueue {
        try DatabaseQueue(path: folder.path + "/data/\(service.rawValue).db")
    }

    /// Every record of `stream`, as encoded.
    func outbox(_ stream: StreamName) throws -> [Data] {
        try database(stream.writer).read { db in
            try Data.fetchAll(
                db,
                sql: "SELECT bytes FROM outbox WHERE stream = ? ORDER BY sequence",
                arguments: [stream.rawValue]
            )
        }
    }

    /// What `reader` journaled from `stream`.
    func journaled(_ stream: StreamName, by reader: ServiceName) throws -> [Data] {
        try database(reader).read { db in
            try Data.fetchAll(
                db,
                sql: "SELECT bytes FROM journal WHERE kind = 'record' AND origin = ? ORDER BY entry",
                arguments: [stream.rawValue]
            )
        }
    }

    /// What D3 compares: type, subject, id, logical time, causes and payload of every record, in order.
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
