import Foundation
import MonitoringService
import ServiceKit
import TestSupport
import Testing

/// The published JSON schema of the rules says what the parser takes. Validated by python3-jsonschema, a program with no code in common.
@Suite struct RuleSchemaTests {
    static let path = Checkout.root.path + "/compose/configuration/monitoring.schema.json"

    private func definitions() throws -> [String: [String: Any]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.path))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require(schema["$defs"] as? [String: [String: Any]])
    }

    private func keys(_ definition: [String: Any]?) -> Set<String> {
        Set((definition?["properties"] as? [String: Any])?.keys.map { $0 } ?? [])
    }

    /// What the validator says of each document: `ok`, or what is wrong.
    private func verdicts(_ documents: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", Checkout.root.path + "/Tests/Monitoring/check_schema.py", Self.path]
        let (said, told) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (told, said)
        try process.run()
        // Documents are small: the pipe takes them before anybody reads.
        let text = Data(documents.map { $0.trimmingCharacters(in: .newlines) }.joined(separator: "\n---\n").utf8)
        let writer = told.fileHandleForWriting
        try writer.write(contentsOf: text)
        try writer.close()
        let answer = String(decoding: try said.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return answer.split(separator: "\n").map(String.init)
    }

    @Test func `schema and parser have the same keys`() throws {
        let definitions = try definitions()
        let parsed = [
            "rule": RuleKeys.rule, "band": RuleKeys.band, "schedule": RuleKeys.schedule,
            "agreement": RuleKeys.agreement,
            "condition": RuleKeys.condition, "reading": RuleKeys.reading, "warning": RuleKeys.warning,
            "hazard_warning": RuleKeys.hazard, "foreign": RuleKeys.foreign, "around": RuleKeys.around,
            "valid_for": RuleKeys.validFor, "earthquake": RuleKeys.earthquake, "alarm_flood": RuleKeys.alarmFlood,
        ]
        for (name, keys) in parsed { #expect(self.keys(definitions[name]) == keys, "\(name)") }
    }

    @Test func `the shipped and the recorded configurations are valid`() throws {
        let recordings = Checkout.root.path + "/Tests/Recordings"
        var documents = [try ShippedExamplesTests.shipped()]
        for name in try FileManager.default.contentsOfDirectory(atPath: recordings).sorted() {
            let path = "\(recordings)/\(name)/monitoring.yaml"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            documents.append(try String(contentsOfFile: path, encoding: .utf8))
        }
        #expect(documents.count >= 4)
        #expect(try verdicts(documents) == documents.map { _ in "ok" })
    }

    private func rule(_ kind: String = "level", _ more: String = "") -> String {
        RuleRig.rule(kind, bands: "{ colour: blue, at: \"3.00 m\" }", more)
    }

    private var right: [String] {
        [
            rule(), rule("rise", "window: 1h"),
            RuleRig.rule(
                "repeat",
                bands: "{ colour: blue, at: \"3 1\" }",
                hysteresis: "0 1",
                "window: 6h, over: \"2.00 m\""
            ),
            RuleRig.rule("silence", bands: "{ colour: blue, at: \"3600 s\" }", hysteresis: "0 s"),
            rule(
                "low",
                "schedule: { months: [6, 7], weekdays: [1, 7], hours: \"20:00-06:00\" }, deescalate_after: 6h, grace: 0s"
            ),
            RuleRig.rule(
                "mean",
                bands: "{ colour: blue, at: \"3.00 m\" }",
                stations: "[s1, s2, s3]",
                "window: 2h, agreement: { stations: 2, reporting: 3, within_km: 30, fresh: 1h }, realarm_after: 2h"
            ),
            rule("level", "valid_for: { blue: 2h, red: 6h }"),
            rule("level", "agreement: { stations: 1, around: { lat: 47.0, lon: 120 }, within_km: 12, fresh: 1h }"),
            rule(
                "level",
                "requires: [{ hazard: { is: gale, colour: red } }, { foreign: { sender: w, hazard: hail, colour: blue, "
                    + "divisions: [\"152202004\"] } }]"
            ),
            rule(
                "level",
                "requires: [{ station: { id: s2, element: stage, at_least: \"1.0 m\", within: 3h } }, "
                    + "{ any: [{ earthquake: { magnitude: \"5.0\", within_km: 100, within: 72h } }, { watch: true }] }]"
            ),
        ]
    }

    private var wrong: [String] {
        [
            rule("lows"), rule("level", "window: 1h"), rule("rise"), rule("level", "over: \"1.00 m\""),
            rule("repeat", "window: 1h"), rule("level", "hysterisis: \"1.00 m\""), rule("level", "realarm_after: soon"),
            rule().replacing("hazard: flash-flood", with: "hazard: rain"),
            rule().replacing("colour: blue", with: "colour: pink"),
            rule().replacing("lifetime: 48h, ", with: ""), rule().replacing("at: \"3.00 m\"", with: "at: 3"),
            rule().replacing("divisions: [\"152202004\"]", with: "divisions: []"),
            rule("level", "schedule: { months: [13] }"),
            rule("level", "schedule: { weekdays: [0] }"), rule("level", "schedule: { hours: \"8-20\" }"),
            rule("level", "agreement: { stations: 1 }"),
            rule("level", "agreement: { stations: 1, fresh: 1h, radius: 3 }"),
            rule("level", "agreement: { stations: 1, around: { lat: 47.0, lon: 120 }, fresh: 1h }"),
            rule("level", "agreement: { stations: 1, around: [47.0, 120], within_km: 3, fresh: 1h }"),
            rule("level", "valid_for: {}"), rule("level", "valid_for: { pink: 2h }"),
            rule("level", "requires: { hazard: { is: gale } }"),
            rule("level", "requires: { hazard: { is: wind, colour: red } }"),
            rule("level", "requires: { foreign: { hazard: gale, colour: red, divisions: [] } }"),
            rule("level", "requires: { foreign: { sender: w, colour: red } }"),
            rule("level", "requires: []"), rule("level", "requires: { watch: false }"),
            rule("level", "requires: { watch: true, any: [{ watch: true }] }"),
            rule("level", "requires: { station: { id: s2, element: stage, within: 3h } }"),
            RuleRig.rule(
                "silence",
                bands: "{ colour: blue, at: \"3600 s\" }",
                hysteresis: "0 s",
                "clear_on_silence: 1h"
            ),
        ]
    }

    /// What the parser refuses for its form, the schema refuses too; what only the file as a whole shows is the parser's.
    @Test func `schema and parser take the same rules, and refuse the same`() throws {
        let documents = (right + wrong).map { RuleRig.configuration([$0]) }
        let verdicts = try verdicts(documents)
        try #require(verdicts.count == documents.count)
        for (index, document) in documents.enumerated() {
            let isRight = index < right.count
            #expect((verdicts[index] == "ok") == isRight, "\(verdicts[index]): \((right + wrong)[index])")
            let complaint = ShippedExamplesTests.complaint(document)
            #expect((complaint == nil) == isRight, "\(String(describing: complaint)): \((right + wrong)[index])")
        }
    }
}
