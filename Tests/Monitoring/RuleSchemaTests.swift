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
        for (kind, extra) in RuleKeys.kinds {
            let parsed = RuleKeys.common.union(kind == "no-data" ? [] : RuleKeys.onReadings).union(extra)
            let rule = definitions["rule-\(kind)"]
            #expect(keys(rule) == parsed, "\(kind)")
            let bands = (rule?["properties"] as? [String: [String: Any]])?["bands"]?["items"] as? [String: Any]
            #expect(keys(bands) == RuleKeys.band, "\(kind)")
        }
        #expect(definitions.keys.filter { $0.hasPrefix("rule-") }.count == RuleKeys.kinds.count)
        for (kind, parsed) in RuleKeys.conditions {
            #expect(keys(definitions["condition-\(kind)"]) == parsed, "\(kind)")
        }
        #expect(definitions.keys.filter { $0.hasPrefix("condition-") }.count == RuleKeys.conditions.count)
        #expect(keys(definitions["span"]) == RuleKeys.span && keys(definitions["season"]) == RuleKeys.season)
        #expect(keys(definitions["agreement"]) == RuleKeys.agreement)
        #expect(keys(definitions["alarm_flood"]) == RuleKeys.alarmFlood)
    }

    /// The block of README.md that shows what the shipped rules do not.
    private func example() throws -> String {
        let readme = try String(contentsOfFile: Checkout.root.path + "/README.md", encoding: .utf8)
        let block = readme.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.hasPrefix("    seasons: [") }.prefix { $0.hasPrefix("    ") }
        try #require(block.count > 5)
        return block.map { $0.dropFirst(4) }.joined(separator: "\n")
    }

    @Test func `the shipped and the recorded configurations are valid, and README's example is, to the service too`()
        throws
    {
        let recordings = Checkout.root.path + "/Tests/Recordings"
        var documents = [try ShippedExamplesTests.shipped()]
        for name in try FileManager.default.contentsOfDirectory(atPath: recordings).sorted() {
            let path = "\(recordings)/\(name)/monitoring.yaml"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            documents.append(try String(contentsOfFile: path, encoding: .utf8))
        }
        #expect(documents.count == 3)
        let example = try example()
        #expect(try verdicts(documents + [example]) == ["ok", "ok", "ok", "ok"])
        let shipped = try ShippedExamplesTests.shipped { _ in "" }
        let parts = shipped.components(separatedBy: "\nrules:\n")
        let grid = try #require(parts.last?.components(separatedBy: "\ngrid:"))
        let whole = parts[0] + "\n" + example + "\ngrid:" + grid[1]
        #expect(
            ShippedExamplesTests.complaint(whole) == nil,
            "\(String(describing: ShippedExamplesTests.complaint(whole)))"
        )
    }

    /// What the parser refuses for its form, the schema refuses too; what only the file as a whole shows is the parser's.
    @Test func `wrong rules are refused by the schema as by the parser`() throws {
        let wrong: [[String: String]] = [
            ["kind": "lows"], ["kind": "level", "window": "1h"], ["kind": "rise"], ["hazard": "rain"], ["bands": "[]"],
            ["bands": "[{ colour: pink, at: \"3.00 m\" }]"], ["bands": "[{ colour: blue, at: 3 }]"],
            ["kind": "mean", "window": "1h", "readings": "0"],
            ["kind": "no-data", "bands": "[{ colour: blue, at: 3h }]", "duration": "1h"],
            ["kind": "repeat", "window": "1h", "bands": "[{ colour: blue, at: 2 }]", "hysteresis": "0"],
            ["schedule": "[]"], ["schedule": "[{}]"], ["schedule": "[{ weekdays: [monday] }]"], ["lifetime": "soon"],
            ["schedule": "[{ months: [6, 13] }]"], ["stations": "some"], ["divisions": "[]"],
            ["hysterisis": "\"1.00 m\""],
            ["requires": "{}", "fresh": "1h"], ["requires": "{ all: [] }", "fresh": "1h"],
            ["requires": "{ warning: gale, at: blue }"],
            ["requires": "{ station: A, element: stage, within: 1h }", "fresh": "1h"],
            ["agreement": "{ stations: 1, radius_m: 100 }", "fresh": "1h"], ["agreement": "{ stations: 1 }"],
        ]
        let documents = wrong.map { RuleRig.configuration([RuleRig.rule($0)]) }
        let verdicts = try verdicts(documents + [RuleRig.configuration([RuleRig.rule([:])])])
        try #require(verdicts.count == wrong.count + 1)
        #expect(verdicts.last == "ok")
        for (index, document) in documents.enumerated() {
            #expect(verdicts[index] != "ok", "\(wrong[index])")
            #expect(ShippedExamplesTests.complaint(document) != nil, "\(wrong[index])")
        }
    }
}
