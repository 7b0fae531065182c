import Foundation
import GRDB
import TestSupport
import Testing

/// Monitoring as a real process with ways in of its own configuration, killed and started again on one folder.
final class InletProcess {
    let folder: TemporaryFolder
    private let configuration: String
    private let arguments: [String]
    private var starts = 0
    private(set) var program: Program

    /// `inlets` is added to the shipped configuration.
    init(_ inlets: String, _ more: [String] = [], in folder: TemporaryFolder) throws {
        let shipped = try String(contentsOfFile: OperatedSuite.configuration + "/monitoring.yaml", encoding: .utf8)
        (self.folder, configuration) = (folder, folder.path + "/monitoring.yaml")
        try Data((shipped + "\n" + inlets).utf8).write(to: URL(fileURLWithPath: configuration))
        arguments =
            [
                "run", "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--configuration", configuration,
                "--logs", "json",
            ] + more
        program = try Program("monitoring", arguments, in: folder, name: "monitoring-0")
    }

    /// kill -9, and a new start.
    func killAndRestart() throws {
        kill(program.process.processIdentifier, SIGKILL)
        _ = program.end()
        starts += 1
        program = try Program("monitoring", arguments, in: folder, name: "monitoring-\(starts)")
    }

    func log(says text: String) -> Bool { program.complained.contains(text) }

    /// The port that a line with that message names.
    func port(_ message: String) async throws -> Int {
        var found: Int?
        _ = try await eventually {
            for line in program.complained.split(separator: "\n") where line.contains(message) {
                let address = try JSONDecoder().decode(Line.self, from: Data(line.utf8)).address
                found = address.split(separator: ":").last.flatMap { Int($0) }
            }
            return found != nil
        }
        guard let found else { throw CocoaError(.fileReadUnknown) }
        return found
    }

    private struct Line: Decodable { let address: String }

    /// The number that `sql` counts; 0 where there is no database yet.
    func count(_ sql: String) throws -> Int {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(5)
        let path = folder.path + "/data/monitoring.db"
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        let database = try DatabaseQueue(path: path, configuration: configuration)
        do {
            return try database.read { try Int.fetchOne($0, sql: sql) ?? 0 }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            // The service is still making its tables.
            return 0
        }
    }

    /// How many observations were published.
    func observations() throws -> Int {
        try count("SELECT coalesce(max(last), 0) FROM outbox WHERE stream = 'monitoring.observation'")
    }

    /// Stops it in order once it is at work, and says whether D1 holds for all that it did. A SIGTERM before that finds no handler yet.
    func stopsAndVerifies() async throws -> Bool {
        #expect(try await eventually { log(says: "service started") })
        let ended = program.terminate()
        let verified = try Program(
            "monitoring",
            ["verify", "--data", folder.path + "/data"],
            in: folder,
            name: "verify"
        ).end()
        #expect(ended.code == 0, "\(program.complained.suffix(2_000))")
        #expect(verified.code == 0, "\(verified.errors.suffix(2_000))")
        return ended.code == 0 && verified.code == 0
    }
}

/// A Python program, which shares no code with the product.
enum Python {
    /// A child begins with the signals blocked that the thread which starts it has blocked: then nothing but SIGKILL would end it.
    static let unblocked = "import signal; signal.pthread_sigmask(signal.SIG_SETMASK, [])\n"

    /// Starts it with those arguments. What it complains of stands in its output: one that outlives the run must not hold the run's own.
    static func start(_ text: String, _ arguments: [String]) throws -> (process: Process, output: Pipe) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", unblocked + text] + arguments
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        return (process, output)
    }

    /// What it prints, to its end.
    static func run(_ text: String, _ arguments: [String]) throws -> String {
        let (process, output) = try start(text, arguments)
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return said
    }
}
