import Foundation
import GRDB
import MessageSchema
import ServiceStore
import TestSupport
import Testing

/// `fengsui` as an operator uses it, on real processes.
@Suite(.serialized) struct OperatorToolTests {
    static let services: [ServiceName] = [.monitoring, .dispatch]

    struct Event: Decodable {
        let specversion, id, source, type, subject, time, stream, sequence: String
    }

    @Test func `tail and record give what was sent, as CloudEvents, live and from the past`() async throws {
        let suite = try OperatedSuite(Self.services, lockstep: true)
        #expect(try await eventually { suite.isRunning(Self.services) })
        let file = suite.folder.path + "/recorded.jsonl"
        let live = try suite.fengsui(
            ["tail", "--bus", suite.bus, "--from", "1", "--type", "monitoring.warning.*", "--count", "20", "--json"],
            name: "live"
        )
        let record = try suite.fengsui(
            ["record", file, "--bus", suite.bus, "--stream", "dispatch", "--from", "1"],
            name: "rec"
        )
        _ = try suite.play(Self.services)
        let past = try suite.fengsui(
            ["tail", "--bus", suite.bus, "--stream", "monitoring", "--from", "5", "--count", "3", "--json"],
            name: "past"
        ).end()
        let ended = live.end()
        #expect(ended.code == 0 && past.code == 0)
        let sent = try Self.outbox("monitoring", suite)
        let warnings = sent.filter { $0.type.hasPrefix("monitoring.warning.") }.prefix(20)
        #expect(try Self.events(ended.lines).map(\.id) == warnings.map { try RecordID($0.id).description })
        #expect(try Self.events(past.lines).map(\.sequence) == ["5", "6", "7"])
        for event in try Self.events(ended.lines) {
            #expect(event.specversion == "1.0" && event.source == "monitoring" && !event.subject.isEmpty)
            #expect(event.time.hasSuffix("Z") && event.id.count == 32)
        }
        let written = try Self.outbox("dispatch", suite).count
        #expect(try await eventually { Program.text(file).split(separator: "\n").count == written })
        #expect(record.terminate().code == 0)
        #expect(suite.run.terminate().code == 0)
    }

    static func events(_ lines: [String]) throws -> [Event] {
        try lines.map { try JSONDecoder().decode(Event.self, from: Data($0.utf8)) }
    }

    static func outbox(_ stream: String, _ suite: OperatedSuite) throws -> [Envelope] {
        let path = "\(suite.data)/\(stream).db"
        return try DatabaseQueue(path: path).read { try Stored.outbox(StreamName(named: stream), $0) }
            .map { try Envelope.decode($0) }
    }

    @Test func `run starts a killed service again, refuses to run twice, and stops all together`() async throws {
        let suite = try OperatedSuite(Self.services, lockstep: false)
        #expect(try await eventually { suite.isRunning(Self.services) })
        let first = try #require(suite.states.last { $0.service == "dispatch" }).process
        kill(first, SIGKILL)
        #expect(
            try await eventually {
                let last = suite.states.last { $0.service == "dispatch" }
                return last?.state == "running" && last?.process != first
            }
        )
        #expect(suite.states.contains { $0.state == "crashed" && $0.detail.contains("137") })
        let arguments = [
            "run", "--data", suite.data, "--bus", suite.bus, "--configuration", OperatedSuite.configuration,
            "--service", "dispatch",
        ]
        let second = try suite.fengsui(arguments, name: "second").end()
        #expect(second.code == 64 && second.errors.contains("already runs"))
        #expect(suite.run.terminate().code == 0)
        #expect(
            Self.services.allSatisfy { service in
                suite.states.last { $0.service == service.rawValue }?.state == "stopped"
            }
        )
        #expect(suite.states.allSatisfy { kill($0.process, 0) != 0 })
    }

    @Test func `services whose run was killed stop in order, and it can be started again at once`() async throws {
        let suite = try OperatedSuite([.dispatch], lockstep: false)
        #expect(try await eventually { suite.isRunning([.dispatch]) })
        kill(suite.run.process.processIdentifier, SIGKILL)
        #expect(
            try await eventually {
                Program.text("\(suite.data)/logs/dispatch.log").split(separator: "\n").last?.contains("service stopped")
                    == true
            }
        )
        let arguments = [
            "run", "--data", suite.data, "--bus", suite.bus, "--configuration", OperatedSuite.configuration,
            "--service", "dispatch", "--realm", "exercise:test",
        ]
        let second = try suite.fengsui(arguments, name: "second")
        #expect(try await eventually { second.said.contains(" running ") })
        #expect(second.terminate().code == 0)
    }

    @Test func `a start moves a large log aside and appends to a small one`() async throws {
        let folder = try TemporaryFolder()
        let log = folder.path + "/data/logs/dispatch.log"
        let files = FileManager.default
        try files.createDirectory(atPath: folder.path + "/data/logs", withIntermediateDirectories: true)
        let large = Data(repeating: UInt8(ascii: "x"), count: 10 << 20)
        try large.write(to: URL(fileURLWithPath: log))
        try Data("older".utf8).write(to: URL(fileURLWithPath: log + ".1"))
        let arguments = [
            "run", "--data", folder.path + "/data", "--bus", folder.path + "/bus", "--configuration",
            OperatedSuite.configuration, "--service", "dispatch",
        ]
        for start in 1...2 {
            let run = try Program("fengsui", arguments, in: folder, name: "run\(start)")
            #expect(try await eventually { run.said.contains(" running ") })
            #expect(run.terminate().code == 0)
            let starts = Program.text(log).split(separator: "\n").count { $0.contains("service started") }
            #expect(starts == start)
        }
        #expect(files.contents(atPath: log + ".1") == large && Program.text(log + ".2") == "older")
    }

    @Test func `replay keeps the pace that it is told, and refuses one that is none`() async throws {
        let suite = try OperatedSuite([.monitoring], lockstep: true)
        #expect(try await eventually { suite.isRunning([.monitoring]) })
        // The first line is of 17:00:20, the seventh of 18:00:20.
        let lines = Program.text(SuiteProcesses.recording).split(separator: "\n")[..<7]
        let recording = suite.folder.path + "/hour.jsonl"
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: recording))
        let arguments = [
            "replay", recording, "--bus", suite.bus, "--realm", "exercise:test", "--service", "monitoring", "--speed",
        ]
        let begin = ContinuousClock.now
        let hour = try suite.fengsui(arguments + ["1800"], name: "hour").end()
        #expect(hour.code == 0 && hour.output.hasPrefix("7 inputs, 0 duplicates") && hour.errors.isEmpty)
        #expect(ContinuousClock.now - begin > .seconds(2))
        let none = try suite.fengsui(arguments + ["0"], name: "none").end()
        #expect(none.code == 64 && none.errors.contains("--speed is a number above 0"))
    }

    @Test func `verify holds for what was written, and finds one changed row in a copy`() async throws {
        let suite = try OperatedSuite(Self.services, lockstep: true)
        _ = try suite.play(Self.services)
        #expect(suite.run.terminate().code == 0)
        func verify(_ data: String, name: String) throws -> Ended {
            let arguments = [
                "verify", "--data", data, "--realm", "exercise:test",
            ]
            return try suite.fengsui(arguments, name: name).end()
        }
        let copy = suite.folder.path + "/copy"
        try FileManager.default.copyItem(atPath: suite.data, toPath: copy)
        let same = try verify(copy, name: "same")
        // The head, two journals, and what dispatch read from monitoring.
        #expect(same.code == 0 && same.lines.count == 4, "\(same.output)")
        #expect(same.lines.last?.contains("each as it was sent") == true, "\(same.output)")
        try await DatabaseQueue(path: copy + "/dispatch.db").write {
            try $0.execute(
                sql: "UPDATE warning_link SET incident = 'other' WHERE warning LIKE '%1003.202610010100'"
            )
        }
        let changed = try verify(copy, name: "changed")
        #expect(changed.code == 2 && changed.output.contains("warning_link"), "\(changed.output)")
        try await DatabaseQueue(path: copy + "/monitoring.db").write {
            try $0.execute(
                sql: "DELETE FROM journal WHERE entry = (SELECT entry FROM journal ORDER BY entry LIMIT 1 OFFSET 40)"
            )
        }
        let removed = try verify(copy, name: "removed")
        #expect(removed.code == 2 && removed.output.contains("do not follow entry"), "\(removed.output)")
        #expect(try verify(suite.folder.path + "/nothing", name: "nothing").code == 64)
    }

    @Test func `a backup of services at work is whole: its journals give its tables`() async throws {
        let suite = try OperatedSuite(Self.services, lockstep: true)
        #expect(try await eventually { suite.isRunning(Self.services) })
        let player = try suite.fengsui(
            ["replay", SuiteProcesses.recording, "--bus", suite.bus, "--realm", "exercise:test"]
                + Self.services.flatMap { ["--service", $0.rawValue] },
            name: "player"
        )
        let monitoring = "\(suite.data)/monitoring.db"
        #expect(try await eventually { try ServiceStore.readOnly(path: monitoring, Journal.length) > 50 })
        let copies = suite.folder.path + "/copies"
        let made = try suite.fengsui(["backup", "--data", suite.data, "--to", copies], name: "backup").end()
        #expect(made.code == 0 && made.lines.count == Self.services.count, "\(made.errors)")
        #expect(player.process.isRunning, "the backup was to be made while the recording plays")
        #expect(player.end().code == 0)
        let (copied, whole) = try (
            ServiceStore.readOnly(path: copies + "/monitoring.db", Journal.length),
            ServiceStore.readOnly(path: monitoring, Journal.length)
        )
        #expect(copied > 50 && copied < whole)
        let verified = try suite.fengsui(["verify", "--data", copies, "--realm", "exercise:test"], name: "verified")
            .end()
        #expect(verified.code == 0, "\(verified.output)")
        let again = try suite.fengsui(["backup", "--data", suite.data, "--to", copies], name: "again").end()
        #expect(again.code == 1 && again.errors.contains("is there already; name another folder"))
    }

    @Test func `status names dead letters and lag; a bus without services is an error with its remedy`() async throws {
        let suite = try OperatedSuite(Self.services, lockstep: true)
        _ = try suite.play(Self.services)
        let status = try suite.fengsui(["status", "--bus", suite.bus], name: "status").end()
        #expect(status.code == 0 && status.output.contains("wrong-crc") && status.output.contains("lag 0"))
        #expect(suite.run.terminate().code == 0)
        let empty = try suite.fengsui(["tail", "--bus", suite.folder.path], name: "empty").end()
        #expect(empty.code == 64 && empty.errors.contains("fengsui run"))
    }
}
