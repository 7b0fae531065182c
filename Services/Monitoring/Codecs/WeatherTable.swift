package import Foundation
import Vocabulary

/// Weather of stations as plain tables: one row of a station and a time has several observations.
package enum WeatherTable {
    /// What a column holds, and in which unit: a table that says it in another unit has another column.
    private static let columns: [(name: String, element: String, unit: String)] = [
        ("temperature_c", "temperature", "°C"),
        ("relative_humidity_percent", "humidity", "%"),
        ("wind_m_s", "wind_speed", "m/s"),
        ("rain_1h_mm", "rain_1h", "mm"),
    ]

    /// The observations of a table, in its order.
    ///
    /// CSV with the columns station, time and at least one of temperature_c, relative_humidity_percent, wind_m_s, rain_1h_mm; or JSON, a list
    /// of objects with those names. An empty field, or null, is no observation. What is wrong with one is in its place.
    /// Errors: those of `CSVTable` and `JSONValue`; `missing-field`, `unknown-field`, `wrong-kind` of the whole.
    package static func decode(_ bytes: Data) throws(DocumentError) -> [Result<SentObservation, DocumentError>] {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        let rows = first == UInt8(ascii: "[") ? try jsonRows(bytes) : try csvRows(bytes)
        return rows.flatMap { row in columns.compactMap { column in observation(row, column) } }
    }

    private static let known = ["station", "time"] + columns.map(\.name)

    private static func csvRows(_ bytes: Data) throws(DocumentError) -> [[String: String]] {
        let table = try CSVTable(bytes)
        for name in table.columns where !known.contains(name) {
            throw DocumentError(
                .unknownField,
                "column '\(name.prefix(40))' is not known; use \(known.joined(separator: ", "))"
            )
        }
        for name in ["station", "time"] where table.column(name) == nil {
            throw DocumentError(.missingField, "column '\(name)' is missing; add it")
        }
        return table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.columns, $0)) }
    }

    private static func jsonRows(_ bytes: Data) throws(DocumentError) -> [[String: String]] {
        let json = try JSONValue(bytes, within: JSONValue.Bounds(bytes: 1 << 22, values: 500_000))
        guard case .list(let list) = json else { throw DocumentError(.wrongKind, "\(json.kind) came; send a list") }
        var rows: [[String: String]] = []
        for item in list {
            guard case .object(let members) = item else {
                throw DocumentError(.wrongKind, "\(item.kind) is no row; send objects")
            }
            try item.allow(known)
            var row: [String: String] = [:]
            for member in members {
                switch member.value {
                case .number(let text), .text(let text): row[member.name] = text
                case .null: continue
                case .flag, .list, .object:
                    throw DocumentError(.wrongKind, "\(member.name) is \(member.value.kind); write a number or a text")
                }
            }
            rows.append(row)
        }
        return rows
    }

    private static func observation(
        _ row: [String: String],
        _ column: (name: String, element: String, unit: String)
    ) -> Result<SentObservation, DocumentError>? {
        guard let text = row[column.name], !text.isEmpty else { return nil }
        return Result { () throws(DocumentError) in
            guard let station = row["station"], (1...128).contains(station.utf8.count) else {
                throw DocumentError(.missingField, "a row without a station; name it")
            }
            return SentObservation(
                station: station,
                element: column.element,
                value: try DecimalNumber(text),
                unit: column.unit,
                observed: try ZonedTime.instant(row["time"] ?? "")
            )
        }
    }
}
