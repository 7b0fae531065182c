import Foundation
import MonitoringService
import ServiceKit
import TestSupport
import Testing

/// What monitoring.yaml shows in comments is right: with the `#` taken away the service starts with it.
@Suite struct ShippedExamplesTests {
    static func shipped(_ change: (String) -> String = { $0 }) throws -> String {
        let path = Checkout.root.path + "/compose/configuration/monitoring.yaml"
        let parts = try String(contentsOfFile: path, encoding: .utf8)
            .components(separatedBy: "# Off where the key is absent:\n")
        try #require(parts.count == 2)
        let examples = parts[1].split(separator: "\n").filter { $0.hasPrefix("# ") }.map { $0.dropFirst(2) }
        return parts[0] + change(examples.joined(separator: "\n")) + "\n"
    }

    static func complaint(_ text: String) -> ConfigurationError? {
        do {
            _ = try MonitoringCore(configuration: YAMLValue(text: text, file: "m.yaml"))
            return nil
        } catch {
            return error as? ConfigurationError
        }
    }

    @Test func `the examples are read as they stand`() throws {
        #expect(try Self.complaint(Self.shipped()) == nil)
    }

    @Test(
        arguments: [
            ("antecedent: api", "antecedent: api2", "no api forecast"),
            ("kind: fwi", "kind: weather", "no kind of forecast"), ("start: 85,", "start: 101.5,", "from 0.0 to 101.0"),
            ("lead_hours: 2", "lead_hours: 4", "not 1, 2, 3 or 6"), ("confidence: 70", "confidence: 0", "out of range"),
            ("to: flash-flood, at: orange", "to: flash-flood", "one condition"),
            ("from: rain, to: flash-flood", "from: flash-flood, to: rain", "later node"),
            ("element: rain_24h", "element: rain_25h", "not an element"), ("spike: ", "spikes: ", "unknown key"),
            ("magnitudes: [4.5, 8.5]", "magnitudes: [8.5, 4.5]", "before they begin"),
            ("tolerance: \"0.05 m\"", "tolerance: \"0.60 m\"", "tolerance"), ("every: 1h", "every: 1s", "too often"),
            ("ahead: 10m", "ahead: ten", "not a duration"), ("recession: 0.90", "recession: 1.1", "not a number"),
        ] as [(String, String, String)]
    )
    func `a wrong example is refused with its line`(_ right: String, _ wrong: String, _ part: String) throws {
        let text = try Self.shipped { examples in
            #expect(examples.contains(right))
            return examples.replacing(right, with: wrong, maxReplacements: 1)
        }
        let complaint = try #require(Self.complaint(text))
        #expect(complaint.description.contains(part) && complaint.line > 1, "\(complaint)")
    }
}
