import AssessmentService
import CommandCenterService
import DispatchService
import Foundation
import MonitoringService
import ServiceKit
import StockpileService
import TestSupport
import Testing

/// The published JSON schemas of the configuration files say what the services take.
///
/// `probe_schema.py` (python3-jsonschema, a program with no code in common) changes examples place by place and tells what the schema says of
/// each; the services' readers are held against it. The examples show every key of the schema, and a reader names the keys that it knows
/// when it meets one that it does not: neither side can forget a key.
@Suite struct ConfigurationSchemaTests {
    /// A change of an example, and what the schema says of it.
    struct Probe: Decodable, Sendable {
        let change: Change
        let place: String
        let key: String
        let known: [String]
        let refused: Bool
        let document: String

        enum Change: String, Decodable {
            case unknown, missing, shape, text
        }
    }

    private struct Answer: Decodable {
        let examples: [String]
        let unseen: [String]
        let open: [String]
        let probes: [Probe]
    }

    /// What the script says of the schema and these examples.
    private func answer(_ file: ConfigurationFile, _ examples: [String]) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let script = Checkout.root.path + "/Tests/Configuration/probe_schema.py"
        process.arguments = ["python3", "-B", script, file.schema]
        let (said, told) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (told, said)
        try process.run()
        // The examples are all read before anything is said.
        try told.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(examples))
        try told.fileHandleForWriting.close()
        let text = try said.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try JSONDecoder().decode(Answer.self, from: text)
    }

    @Test(arguments: ConfigurationFile.allCases)
    func `schema and reader know the same keys, demand the same, and refuse the same shapes`(_ file: ConfigurationFile)
        throws
    {
        let examples = try file.examples()
        for example in examples { #expect(file.complaint(example) == nil) }
        let answer = try answer(file, examples)
        #expect(answer.examples == examples.map { _ in "ok" })
        #expect(answer.unseen == [], "no example shows these keys of \(file.schema)")
        #expect(answer.open == file.named, "keys are names there")
        #expect(!answer.probes.isEmpty)
        for probe in answer.probes { check(probe, file.complaint(probe.document)) }
    }

    private func check(_ probe: Probe, _ complaint: ConfigurationError?) {
        let told = "\(probe.change) \(probe.key) at '\(probe.place)': \(complaint?.description ?? "taken")"
        switch probe.change {
        case .unknown:
            #expect(Self.keys(complaint) == Set(probe.known), "\(told)")
        case .missing:
            // Without a key that may be absent the file can still be wrong as a whole: a rule whose station is gone.
            let isMissed = complaint?.message.hasSuffix("is missing") ?? false
            #expect(probe.refused ? complaint != nil : !isMissed, "\(told)")
        case .shape:
            #expect((complaint != nil) == probe.refused, "\(told)")
        case .text:
            // What only the file as a whole shows is the reader's: the schema does not know which stations there are.
            #expect(complaint != nil || !probe.refused, "\(told)")
        }
    }

    /// The keys that a reader names when it refuses one.
    private static func keys(_ complaint: ConfigurationError?) -> Set<String> {
        guard let complaint, complaint.message.contains("no_such_key") else { return [] }
        let list = complaint.remedy.replacing("use one of ", with: "").replacing("write ", with: "")
        return Set(list.replacing(" or ", with: ", ").split(separator: ", ").map(String.init))
    }

    /// Shapes are right there, and what stands in them is not.
    static let malformed: [(file: ConfigurationFile, right: String, wrong: String)] = [
        (.monitoring, "code: \"15220241600000\"", "code: \"1522024160000\""),
        (.monitoring, "code: \"152202003\"", "code: \"15220200\""),
        (.monitoring, "position: [47.305, 119.815]", "position: [119.815, 47.305]"),
        (.monitoring, "silent_after: 150m", "silent_after: 150 minutes"),
        (.monitoring, "hard: [\"0.00 m\", \"12.00 m\"]", "hard: [\"0.00 m\"]"),
        (.monitoring, "attempts: 3 }", "attempts: 11 }"), (.monitoring, "major: town", "major: village"),
        (.monitoring, "kind: all-quiet, regular: true", "kind: all-quiet, regular: false"),
        (.monitoring, "lec: [3, 6, 7]", "lec: [4, 6, 7]"), (.monitoring, "steps: 1", "steps: 4"),
        (.monitoring, "curve_number: 75", "curve_number: 20"), (.monitoring, "lead_hours: 2", "lead_hours: 4"),
        (.monitoring, "kind: fwi", "kind: weather"),
        (.monitoring, "above: \"12.0 °C\"", "above: \"12.0 °C\", snow_free: true"),
        (.monitoring, "at: orange, lag: [1h, 3h]", "lag: [1h, 3h]"), (.monitoring, "confidence: 70", "confidence: 0"),
        (.monitoring, "months: [6, 9]", "months: [6, 13]"),
        (.monitoring, "stop: [classes, work, business]", "stop: [classes, sleep]"),
        (.monitoring, "until: \"2026-12-24T20:00:00+08:00\"", "until: \"2026-12-24T20:00:00\""),
        (.monitoring, "report_hours: [8, 20]", "report_hours: [8, 24]"), (.monitoring, "red: 30m }", "red: soon }"),
        (.monitoring, "kind: siren", "kind: drum"), (.monitoring, "languages: [zh]", "languages: [zh, fr]"),
        (.monitoring, "key_sha256: \"ad609cca", "key_sha256: \"zd609cca"),
        (.monitoring, "datum: cgcs2000", "datum: gcj02"),
        (.monitoring, "sl651: \"0012345678\"", "sl651: \"12345678\""), (.monitoring, "unit: mg/L", "unit: mg"),
        (.monitoring, "deviations: 3,", ""), (.monitoring, "snow_free: true, ", ""),
        (.monitoring, "at_least: 3.5", "at_least: strong"),
        (.monitoring, "url: \"https://", "url: \"ftp://"),
        (.monitoring, "kind: cap, url", "kind: cap, folder: /var/cap, url"),
        (.monitoring, "password_file: /run/secrets/mqtt", "keep_alive: 2m"),
        (.monitoring, "months: [1]", "months: [2]"),
        (.dispatch, "level: II,", "level: V,"), (.dispatch, "minutes: 10 }", "minutes: 0 }"),
        (.dispatch, "on_duty: true", "on_duty: perhaps"),
        (.dispatch, "item: \"1010100\"", "item: \"101010\""),
        (
            .dispatch, "task: { capabilities: [patrol]",
            "session: { roles: [], cameras_per_station: 0 }, task: { capabilities: [patrol]"
        ),
        (.stockpile, "roles: [receiver]", "roles: [driver]"), (.stockpile, "code: \"1010100\"", "code: \"4010100\""),
        (.stockpile, "expiry: 2028-06-30", "expiry: 2028-6-30"), (.stockpile, "quantity: 60", "quantity: 0"),
        (.commandCenter, "id: \"15220200001320000001\"", "id: \"15220200001330000001\""),
        (.commandCenter, "attempts: 2", "attempts: 0"),
        (.commandCenter, "participant: u-sun", "participant: u sun"),
        (.commandCenter, "preemptive_from: 200", "preemptive_from: 256"),
        (.assessment, "plan_clauses: 20", "plan_clauses: 101"),
        (.assessment, "warning_to_level: 5m", "warning_to_level: five"),
        (.retention, "8 GB", "8 GiB"), (.retention, "age: 90d", "age: 90"),
        (.bus, "publication: 5560", "publication: 65536"), (.bus, "Yne@$w", "Yn~@$w"), (.bus, "warning.*", "*.warning"),
        (.bus, "streams: [\"monitoring\"]", "streams: [\"warnings\"]"),
    ]

    @Test(arguments: ConfigurationFile.allCases)
    func `what is malformed is refused by the schema and by the service`(_ file: ConfigurationFile) throws {
        let changes = Self.malformed.filter { $0.file == file }
        let examples = try file.examples()
        let documents = try changes.map { change in
            let example = try #require(examples.first { $0.contains(change.right) }, "\(change.right)")
            return example.replacing(change.right, with: change.wrong, maxReplacements: 1)
        }
        let verdicts = try answer(file, documents).examples
        for (index, document) in documents.enumerated() {
            #expect(verdicts[index] != "ok", "\(changes[index].wrong)")
            #expect(file.complaint(document) != nil, "\(changes[index].wrong)")
        }
    }

    @Test func `the file that is written for a bus is one of its schema`() throws {
        let text = try BusFile(text: ConfigurationFile.bus.examples()[0], file: "bus.yaml").text
        #expect(try answer(.bus, [text, "services: {}\npeople: {}\n", BusFile().text]).examples == ["ok", "ok", "ok"])
    }

    @Test(arguments: ConfigurationFile.allCases)
    func `every file names its schema in its first line, and the schema is there`(_ file: ConfigurationFile) throws {
        for path in try file.paths() {
            let first = try #require(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").first)
            let link = try #require(first.split(separator: "# yaml-language-server: $schema=").first)
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            #expect(folder.appendingPathComponent(String(link)).standardizedFileURL.path == file.schema, "\(path)")
        }
    }
}
