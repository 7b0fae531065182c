import Foundation
import MessageSchema
import ServiceKit
import ServiceStore
import TestSupport
import Testing

/// A publisher goes back to an older backup: whoever had read further stops, is told what to do, and goes on when it is done.
@Suite(.serialized) struct RestoreTests {
    let suite: SuiteProcesses
    var data: String { suite.folder.path + "/data" }
    var copies: String { suite.folder.path + "/copies" }

    init() throws { suite = try SuiteProcesses(mode: .live, services: [.monitoring]) }

    private func fengsui(_ arguments: [String]) throws -> Ended {
        try Program("fengsui", arguments, in: suite.folder, name: UUID().uuidString).end()
    }

    private func startDispatch() throws -> Program {
        try Program("dispatch", ["run"] + suite.arguments(.dispatch), in: suite.folder, name: UUID().uuidString)
    }

    /// Plays a tenth of the recording's reports, and waits until dispatch has read what follows from them.
    private func play(_ tenth: Int, read: Bool = true) async throws {
        let lines = Program.text(SuiteProcesses.recording).split(separator: "\n").filter { $0.contains("\"sl651\"") }
        let part = lines[(lines.count * (tenth - 1) / 10)..<(lines.count * tenth / 10)].joined(separator: "\n")
        let path = suite.folder.path + "/tenth\(tenth).jsonl"
        try Data(part.utf8).write(to: URL(fileURLWithPath: path))
        try Stations(port: suite.devicePort, recording: path).run { _ in }
        if read { #expect(try await eventually { try !suite.isBehind(.dispatch, in: [.monitoring]) }) }
    }

    private func restore() throws -> Ended {
        try fengsui(["restore", "--from", copies, "--data", data, "--service", "monitoring"])
    }

    private func reset() throws -> Ended {
        try fengsui([
            "cursor", "reset", "--service", "dispatch", "--stream", "monitoring", "--data", data, "--bus",
            suite.folder.path + "/bus",
        ])
    }

    @Test func `a restored publisher begins an epoch; its readers stop, say how they go on, and then do`() async throws
    {
        var dispatch = try startDispatch()
        for tenth in 1...4 { try await play(tenth) }
        #expect(try fengsui(["backup", "--data", data, "--to", copies, "--service", "monitoring"]).code == 0)
        for tenth in 5...6 { try await play(tenth) }
        let before = try suite.outbox(.monitoring)
        suite.kill(.monitoring)
        #expect(try restore().errors.contains("move it aside"))
        for suffix in ["", "-wal", "-shm"] {
            try FileManager.default.removeItem(atPath: data + "/monitoring.db" + suffix)
        }
        #expect(try restore().code == 0)

        try suite.start(.monitoring)
        let stopped = dispatch.end()
        #expect(stopped.code == 1 && stopped.errors.contains("epoch-changed"), "\(stopped)")
        #expect(stopped.errors.contains("fengsui cursor reset"), "\(stopped)")
        try await play(7, read: false)
        let done = try reset()
        dispatch = try startDispatch()
        try await play(8)
        let early = try reset()
        #expect(early.code == 64 && early.errors.contains("stop it"), "\(early)")
        #expect(dispatch.terminate().code == 0)
        suite.kill(.monitoring)

        let after = try suite.outbox(.monitoring)
        let common = zip(before, after).prefix { $0 == $1 }.count
        #expect(common > 0 && common < before.count && common < after.count)
        #expect(done.code == 0 && done.errors.contains("\(before.count - common) records"), "\(done)")
        #expect(Set(try after.map { try RecordHeader($0).epoch }).count == 2)
        #expect(try suite.journaled(.monitoring, by: .dispatch) == before + after.dropFirst(common))
        #expect(try suite.verify(.monitoring) && suite.verify(.dispatch))
        // D2 counts what was read before the reset as far as it is still in the stream.
        let verified = try fengsui(["verify", "--data", data, "--realm", "exercise:test", "--service", "dispatch"])
        #expect(
            verified.code == 0 && verified.output.contains("monitoring: \(after.count) records read"),
            "\(verified)"
        )
    }
}
