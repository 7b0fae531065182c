import Foundation
import TestSupport
import Testing

/// `fengsui rules try` as an operator uses it: its program starts monitoring's, which plays the recorded flood.
@Suite struct RulesTryTests {
    struct Report: Decodable {
        struct Line: Decodable {
            let rule: String
            let hits, misses, falseAlarms, open: Int
            let pod: Double?
            let shortestLeadSeconds: Int?
        }
        let inputs: Int
        let rules: [Line]
    }

    let folder: TemporaryFolder
    let events: String

    init() throws {
        folder = try TemporaryFolder()
        events = folder.path + "/events.jsonl"
    }

    private func run(_ more: [String], name: String) throws -> Ended {
        let configuration = OperatedSuite.configuration + "/monitoring.yaml"
        let recording = Checkout.root.path + "/Tests/Recordings/flash-flood/inputs.jsonl"
        let arguments = [
            "rules", "try", "--configuration", configuration, "--recording", recording, "--events", events,
        ]
        return try Program("fengsui", arguments + more, in: folder, name: name).end()
    }

    @Test func `the shipped rules foresee a flood that follows the recorded one's first warning, and no other`() throws
    {
        let first = try #require(try Self.firstWarning())
        let begin = first.addingTimeInterval(1_800).formatted(.iso8601)
        let end = first.addingTimeInterval(7_200).formatted(.iso8601)
        let early = first.addingTimeInterval(-7_200).formatted(.iso8601)
        let earlier = first.addingTimeInterval(-10_800).formatted(.iso8601)
        let lines = [(begin, end), (earlier, early)].map { begin, end in
            #"{"place":"152202004","hazard":"flash-flood","begin":"\#(begin)","end":"\#(end)","colour":"blue"}"#
        }
        try lines.joined(separator: "\n").write(toFile: events, atomically: true, encoding: .utf8)
        let ended = try run(["--json"], name: "json")
        #expect(ended.code == 0, "\(ended.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(ended.output.utf8))
        #expect(report.rules.map(\.rule) == ["stage-alarm", "stage-rise", "rain-1h", "rain-3h", "rain-24h", "all"])
        let alarm = try #require(report.rules.first)
        #expect(alarm.hits == 1 && alarm.misses == 1 && alarm.pod == 0.5 && alarm.shortestLeadSeconds == 1_800)
        #expect(report.rules[2].hits == 0 && report.rules[2].misses == 0 && report.rules[2].pod == nil)
        let table = try run([], name: "table")
        #expect(table.code == 0 && table.lines.count == 8 && table.lines[0].hasPrefix("rule"))
        #expect(table.lines[1].hasPrefix("stage-alarm") && table.lines[1].contains("0.50"))
    }

    @Test func `what cannot be read is said in one line, with its place`() throws {
        try "{}".write(toFile: events, atomically: true, encoding: .utf8)
        let ended = try run([], name: "wrong")
        #expect(ended.code == 1 && ended.errors.contains("events.jsonl:1: no event"), "\(ended)")
    }

    /// When stage-alarm first drafted anything, as an independent script expects it.
    private static func firstWarning() throws -> Date? {
        struct Expected: Decodable { let time, type, subject: String }
        let path = Checkout.root.path + "/Tests/Recordings/flash-flood/expected.jsonl"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let first = try lines.map { try JSONDecoder().decode(Expected.self, from: Data($0.utf8)) }.first {
            $0.type == "monitoring.warning.drafted" && $0.subject.hasPrefix("W.stage-alarm.")
        }
        return try first.map { try Date($0.time, strategy: .iso8601) }
    }
}
