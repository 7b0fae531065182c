import Foundation
import MonitoringService
import ServiceKit
import TestSupport
import Testing

/// What is wrong with the grid's part of the configuration is named with its line and what to do.
@Suite struct GridConfigurationTests {
    @Test func `the sample configuration is read, and the one of the tests`() throws {
        let path = Checkout.root.path + "/compose/configuration/monitoring.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        _ = try MonitoringCore(configuration: YAMLValue(text: text, file: "monitoring.yaml"))
        _ = try MonitoringCore(configuration: YAMLValue(text: GridRig.configuration, file: "monitoring.yaml"))
    }

    /// What is replaced, by what, and a part of the complaint.
    @Test(arguments: [
        ("parent: east,", "parent: yirshi,", "yirshi is no unit of the level above east-1"),
        ("{ id: east-1,", "{ id: east,", "unit east stands twice"),
        ("level: town, parent: arxan,", "level: town,", "only one city has none"),
        (
            "[47.29, 119.82], [47.32, 119.82], [47.32, 119.85], [47.29, 119.85]", "[47.29, 119.82], [47.3, 119.82]",
            "span no area"
        ),
        ("\"500 m\"", "\"500 km\"", "a quantity in m"),
        ("\"500 m\"", "\"200000 m\"", "beyond 100 km"),
        ("acknowledge_within: 15m", "acknowledge_within: 0s", "no time to acknowledge"),
        ("grades: { major: town", "grades: { mayor: town", "'mayor' is no grade"),
        ("report_every: 2h", "report_every: 0s", "reports without a pause"),
        ("kind: fire,", "kind: smoke,", "kind 'smoke' stands twice"),
        ("kind: fire,", "kind: Fire,", "a word of 1 to 32 small letters"),
        ("persons: [p-miner]", "persons: [p-boss]", "p-boss works for two enterprises"),
        ("rectify: 10d", "rectify: 0s", "no time for it"),
        ("supervisor: town", "supervisor: county", "city, town, community or group"),
        ("lec: [6, 6, 3]", "lec: [6, 6, 4]", "C is 100, 40, 15, 7, 3 or 1"),
        ("lec: [6, 6, 3]", "lec: [6.5, 6, 3]", "L is 10, 6, 3"),
        ("lec: [6, 6, 3]", "matrix: [1, 1]", "no risk matrix"),
        ("unit: east, position", "unit: moon, position", "a unit of the grid"),
        ("[blue, blue, yellow, orange, red]", "[blue, yellow, blue, orange, red]", "none milder"),
        ("steps: 1", "steps: 4", "out of range"),
        ("clock_ahead: 10m", "clock_ahaed: 10m", "unknown key 'clock_ahaed'"),
    ])
    func `a mistake is named`(part: String, mistake: String, complaint: String) throws {
        let text = GridRig.configuration
        let place = try #require(text.range(of: part))
        let line = text[..<place.lowerBound].split(separator: "\n", omittingEmptySubsequences: false).count
        let error = #expect(throws: ConfigurationError.self) {
            let wrong = text.replacingCharacters(in: place, with: mistake)
            _ = try MonitoringCore(configuration: YAMLValue(text: wrong, file: "monitoring.yaml"))
        }
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "nothing")")
        #expect(abs((error?.line ?? 0) - line) <= 1 && error?.remedy.isEmpty == false)
    }

    @Test func `dangers and risk points need the grid`() throws {
        let start = try #require(GridRig.configuration.range(of: "grid:\n"))
        let head = GridRig.configuration[..<start.lowerBound]
        let dangers = try #require(GridRig.configuration.range(of: "dangers:\n"))
        let text = String(head + GridRig.configuration[dangers.lowerBound...])
        let error = #expect(throws: ConfigurationError.self) {
            try MonitoringCore(configuration: YAMLValue(text: text, file: "monitoring.yaml"))
        }
        #expect(error?.message.contains("without a grid") == true)
        _ = try MonitoringCore(configuration: YAMLValue(text: String(head), file: "monitoring.yaml"))
    }
}
