import AssessmentService
import CommandCenterService
import DispatchService
import Foundation
import MonitoringService
import ServiceKit
import StockpileService
import TestSupport
import Testing

/// The files that people write, each with its schema and its reader.
enum ConfigurationFile: String, CaseIterable, Sendable {
    case assessment, bus, dispatch, monitoring, retention, stockpile
    case commandCenter = "command-center"

    private static let folder = Checkout.root.path + "/compose/configuration"

    var schema: String { "\(Self.folder)/\(rawValue).schema.json" }

    /// What the service says of the text; nil where it starts with it.
    func complaint(_ text: String) -> ConfigurationError? {
        do {
            switch self {
            case .bus: _ = try BusFile(text: text, file: "bus.yaml")
            case .retention: _ = try RetentionPolicies(text: text, file: "retention.yaml")
            case .monitoring: _ = try MonitoringCore(configuration: YAMLValue(text: text, file: "m.yaml"))
            case .dispatch: _ = try DispatchCore(configuration: YAMLValue(text: text, file: "d.yaml"))
            case .stockpile: _ = try StockpileCore(configuration: YAMLValue(text: text, file: "s.yaml"))
            case .commandCenter: _ = try CommandCenterCore(configuration: YAMLValue(text: text, file: "c.yaml"))
            case .assessment: _ = try AssessmentCore(configuration: YAMLValue(text: text, file: "a.yaml"))
            }
            return nil
        } catch {
            guard let complaint = error as? ConfigurationError else {
                Issue.record(error, "no complaint with line and remedy")
                return nil
            }
            return complaint
        }
    }

    /// Shipped, recorded, and what these do not show.
    func paths() throws -> [String] {
        let files = FileManager.default
        let recordings = Checkout.root.path + "/Tests/Recordings"
        let recorded = try files.contentsOfDirectory(atPath: recordings).sorted()
            .map { "\(recordings)/\($0)/\(rawValue).yaml" }
        let more = Checkout.root.path + "/Tests/Configuration/Examples/\(rawValue).yaml"
        return (["\(Self.folder)/\(rawValue).yaml"] + recorded + [more]).filter { files.fileExists(atPath: $0) }
    }

    /// The texts of `paths`; what monitoring.yaml shows in comments is taken out of them.
    func examples() throws -> [String] {
        var texts: [String] = []
        for path in try paths() {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let parts = text.components(separatedBy: "# Off where the key is absent:\n")
            let shown = parts.dropFirst().joined().split(separator: "\n").map { $0.dropFirst(2) }
            texts.append(parts[0] + shown.joined(separator: "\n") + "\n")
        }
        // A password stands in a file or in a variable, never in both.
        let other = texts.compactMap { text in
            let changed = text.replacing("password_file: /run/secrets/mqtt", with: "password_env: MQTT_PASSWORD")
            return changed == text ? nil : changed
        }
        try #require(!texts.isEmpty)
        return texts + other
    }

    /// The mappings whose keys the file names itself, as `probe_schema.py` finds them.
    var named: [String] {
        switch self {
        case .bus: ["people"]
        case .monitoring:
            ["seasons"]
                + ["station_kinds", "stations"].flatMap { list in
                    ["\(list)/*/elements", "\(list)/*/factors", "\(list)/*/factors/w01018"]
                }
        case .assessment, .commandCenter, .dispatch, .retention, .stockpile: []
        }
    }
}
