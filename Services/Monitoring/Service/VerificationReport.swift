import Foundation
import GRDB
import MessageSchema
import ServiceKit
import ServiceStore
import SwiftProtobuf
import Vocabulary

extension MonitoringCore {
    /// How well the rules' warnings did, as far as the journal goes: a table for people, or with `json` one
    /// `VerificationComputed` a line. From the folder of the database, beside the running service or without it.
    ///
    /// Where the configuration has no `verification:`, every warning counts at once and in the whole year.
    /// Errors: `StoreError` where there is no database, `ConfigurationError` where this program does not read its configuration.
    package static func verification(data: String, json: Bool) throws -> String {
        try ServiceStore.readOnly(path: "\(data)/\(name.rawValue).db") { db in
            guard let text = try Journal.configuration(db), let now = try Journal.lastTime(db) else {
                throw InputError("no-configuration", "the journal is empty; start the service once")
            }
            let configuration = try YAMLValue(text: String(decoding: text, as: UTF8.self), file: "journal")
            let core = try MonitoringCore(configuration: configuration)
            let settings = try core.verification ?? VerificationSettings.standard()
            var scores = try core.scores(settings, now: now, db)
            for index in scores.indices { scores[index].knownUs = now.microseconds }
            guard !json else { return try scores.map { try $0.jsonString() + "\n" }.joined() }
            return try VerificationTableText(scores, now: now).text
        }
    }
}

/// Scores as a table of fixed columns.
private struct VerificationTableText {
    let text: String

    init(_ scores: [VerificationComputed], now: Instant) throws {
        let head = [
            "rule", "station", "from", "season", "hits", "false", "missed", "late", "open", "POD", "FAR", "CSI", "bias",
            "lead",
        ]
        let rows = try [head] + scores.map { try Self.row($0) }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column < 4 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }
        let withheld = scores.filter { !$0.withheld.isEmpty }.map { "\($0.rule)/\($0.station): \($0.withheld)" }
        let note =
            "as known at \(now); lead: median in minutes; -: undefined, its denominator is 0; FAR: false alarm ratio"
        text = (lines + withheld + [note]).joined(separator: "\n") + "\n"
    }

    private static func row(_ score: VerificationComputed) throws -> [String] {
        let counts = [score.hits, score.falseAlarms, score.misses, score.late, score.open]
        let shares = [
            score.hasPodThousandths ? score.podThousandths : nil, score.hasFarThousandths ? score.farThousandths : nil,
            score.hasCsiThousandths ? score.csiThousandths : nil,
            score.hasBiasThousandths ? score.biasThousandths : nil,
        ]
        let lead = score.hasLeadMedianSeconds ? "\(score.leadMedianSeconds / 60)" : "-"
        return [
            score.rule, score.station.isEmpty ? "all" : score.station, try score.fromColour.checked().name,
            "\(score.season) \(score.seasonYear)",
        ] + counts.map { "\($0)" } + shares.map { $0.map(shown) ?? "-" } + [lead]
    }

    /// `0.549`.
    private static func shown(_ thousandths: UInt64) -> String {
        let fraction = "\(thousandths % 1_000)"
        return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
