import Foundation
import MonitoringDomain
import Vocabulary

/// How rules did on a recording. What is undefined is absent, never 0.
package struct RuleTrialReport: Encodable, Sendable {
    package let from: String
    package let until: String
    package let inputs: Int
    /// Inputs that could not be handled.
    package let keptAside: Int
    package let rules: [Line]

    /// One rule; the last is all of them together.
    package struct Line: Encodable, Sendable {
        package let rule: String
        package let hits: Int
        package let misses: Int
        /// Those of the misses that a warning reached after they had begun.
        package let late: Int
        package let falseAlarms: Int
        /// Warnings without an event that still stand.
        package let open: Int
        package let pod: Double?
        package let far: Double?
        package let csi: Double?
        package let bias: Double?
        package let shortestLeadSeconds: Int64?
        package let medianLeadSeconds: Int64?
        package let longestLeadSeconds: Int64?

        init(_ rule: String, _ score: WarningScore) throws(ForecastError) {
            self.rule = rule
            (hits, misses, late) = (score.hits, score.misses, score.late)
            (falseAlarms, open) = (score.falseAlarms, score.open)
            let table = try score.table()
            (pod, far) = (table.probabilityOfDetection, table.falseAlarmRatio)
            (csi, bias) = (table.criticalSuccessIndex, table.frequencyBias)
            let leads = score.leadTimes
            shortestLeadSeconds = leads.shortest?.inSeconds
            (medianLeadSeconds, longestLeadSeconds) = (leads.median?.inSeconds, leads.longest?.inSeconds)
        }
    }

    /// As JSON, on one line, keys in order.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// As a table for people; what is undefined is a dash.
    package var table: String {
        let head = [
            "rule", "hits", "misses", "late", "false", "open", "POD", "FAR", "CSI", "bias", "lead min", "median", "max",
        ]
        let rows = rules.map { line in
            [line.rule] + [line.hits, line.misses, line.late, line.falseAlarms, line.open].map { "\($0)" }
                + [line.pod, line.far, line.csi, line.bias].map(Self.hundredths)
                + [line.shortestLeadSeconds, line.medianLeadSeconds, line.longestLeadSeconds].map(Self.lead)
        }
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { row in
            row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + space : space + text
            }.joined(separator: "  ")
        }
        let aside = keptAside == 0 ? "" : ", \(keptAside) kept aside"
        return (lines + ["\(inputs) inputs from \(from) until \(until)\(aside)"]).joined(separator: "\n")
    }

    private static func hundredths(_ number: Double?) -> String {
        guard let number else { return "–" }
        let whole = Int64((number * 100).rounded())
        let digits = String(whole % 100)
        return "\(whole / 100).\(digits.count < 2 ? "0" : "")\(digits)"
    }

    private static func lead(_ seconds: Int64?) -> String {
        guard let seconds else { return "–" }
        return seconds < 3_600 ? "\(seconds / 60)m" : "\(seconds / 3_600)h\(seconds % 3_600 / 60)m"
    }
}
