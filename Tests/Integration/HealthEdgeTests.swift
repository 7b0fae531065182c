import Foundation
import GRDB
import MessageSchema
import ServiceKit
import TestSupport
import Testing

/// Health and metrics of real processes.
@Suite(.serialized) struct HealthEdgeTests {
    static func start(_ service: ServiceName, in folder: TemporaryFolder) throws -> Program {
        let arguments = [
            "run", "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--configuration",
            "\(OperatedSuite.configuration)/\(service.rawValue).yaml", "--http", "127.0.0.1:0", "--silence-limit", "2",
        ]
        return try Program(service.rawValue, arguments, in: folder, name: service.rawValue)
    }

    static func readiness(in folder: TemporaryFolder) async -> (status: Int, body: String)? {
        await OperatedSuite.get("/readyz", of: .dispatch, data: folder.path + "/data")
    }

    @Test func `a service is ready while it hears every stream, and names the one that fell silent`() async throws {
        let folder = try TemporaryFolder()
        let dispatch = try Self.start(.dispatch, in: folder)
        #expect(try await eventually { await Self.readiness(in: folder)?.status == 503 })
        let others = try [ServiceName.monitoring, .stockpile, .commandCenter].map { try Self.start($0, in: folder) }
        #expect(try await eventually { await Self.readiness(in: folder)?.status == 200 })
        kill(others[0].process.processIdentifier, SIGKILL)
        #expect(try await eventually { await Self.readiness(in: folder)?.status == 503 })
        let body = await Self.readiness(in: folder)?.body ?? ""
        #expect(body.contains(#""stream":"monitoring""#) && body.contains("stream-silent"))
        #expect(!body.contains("stockpile"))
        #expect(await OperatedSuite.get("/healthz", of: .dispatch, data: folder.path + "/data")?.status == 200)
        #expect(dispatch.terminate().code == 0)
        #expect(dispatch.complained.contains(#""message":"stream silent""#))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data/dispatch.http"))
        for other in others { _ = other.terminate() }
    }

    @Test func `an address beyond this machine is refused with the remedy`() throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "run", "--data", folder.path, "--bus", folder.path, "--configuration", "x", "--http", "0.0.0.0:1",
        ]
        let ended = try Program("dispatch", arguments, in: folder, name: "dispatch").end()
        #expect(ended.code == 64 && ended.errors.contains("127.0.0.1"))
    }

    static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test func `metrics count what happened`() async throws {
        let services: [ServiceName] = [.monitoring, .dispatch]
        let suite = try OperatedSuite(services, lockstep: true)
        let tally = try suite.play(services)
        let entries = try Self.count("SELECT max(last) FROM journal", suite)
        #expect(
            try await eventually {
                let metrics = await OperatedSuite.get("/metrics", of: .monitoring, data: suite.data)
                return metrics?.body.contains("fengsui_journal_entries \(entries)\n") == true
            }
        )
        let text = try #require(await OperatedSuite.get("/metrics", of: .monitoring, data: suite.data)).body
        let sent = try Self.count("SELECT max(last) FROM outbox WHERE stream = 'monitoring'", suite)
        let external = try Self.count("SELECT sum(last + 1 - entry) FROM journal WHERE kind = 'external'", suite)
        // Monitoring refuses one command of the recording: the drafter's own approval.
        for line in [
            "fengsui_duplicate_inputs_total \(tally.duplicates)", #"fengsui_dead_letters_total{code="wrong-crc"} 1"#,
            "fengsui_refused_commands_total 1",
            #"fengsui_records_published_total{stream="monitoring"} \#(sent)"#,
            #"fengsui_stream_head_sequence{stream="monitoring"} \#(sent)"#,
            #"fengsui_inputs_total{kind="external"} \#(external)"#,
        ] { #expect(text.contains(line + "\n"), "\(line)") }
        var dispatch = ""
        #expect(
            try await eventually {
                dispatch = await OperatedSuite.get("/metrics", of: .dispatch, data: suite.data)?.body ?? ""
                return dispatch.contains("fengsui_cursor_sequence{stream=\"monitoring\"} \(sent)\n")
            }
        )
        #expect(suite.run.terminate().code == 0)
        try Self.check(text, in: suite.folder)
        try Self.check(dispatch, in: suite.folder)
    }

    static func count(_ sql: String, _ suite: OperatedSuite) throws -> Int {
        try DatabaseQueue(path: suite.data + "/monitoring.db").read { try Int.fetchOne($0, sql: sql) ?? 0 }
    }

    /// What Prometheus' own tool says of the text; it is in Debian's package prometheus.
    static func check(_ text: String, in folder: TemporaryFolder) throws {
        let promtool = try #require(promtool, "promtool is missing: apt-get install prometheus")
        let path = folder.path + "/metrics"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: promtool)
        process.arguments = ["check", "metrics"]
        process.standardInput = FileHandle(forReadingAtPath: path)
        let said = Pipe()
        (process.standardOutput, process.standardError) = (said, said)
        try process.run()
        let complaints = String(decoding: try said.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && complaints == "", "\(complaints)")
    }
}
