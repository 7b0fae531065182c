package import Foundation
import Vocabulary

/// A catalogue of earthquakes as the U.S. Geological Survey publishes it, and who keeps to its forms.
///
/// Source: earthquake.usgs.gov, "CSV format" and "GeoJSON summary format" of the real-time feeds; GeoJSON is RFC 7946.
package enum SeismicCatalogue {
    /// The events of a document, in its order; what is wrong with one is in its place. What is no earthquake (a quarry blast) is passed over.
    ///
    /// GeoJSON; CSV with the columns id, mag, latitude, longitude, time, or their older names magnitude, depth_km and time_ms_utc.
    /// Errors: those of `CSVTable` and `JSONValue`; `unknown-form`, `missing-field` of the whole.
    package static func decode(_ bytes: Data) throws(DocumentError) -> [Result<SeismicEvent, DocumentError>] {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        return first == UInt8(ascii: "{") ? try geoJSON(bytes) : try csv(bytes)
    }

    // MARK: CSV

    private static func csv(_ bytes: Data) throws(DocumentError) -> [Result<SeismicEvent, DocumentError>] {
        let table = try CSVTable(bytes)
        func column(_ names: String...) -> Int? { names.lazy.compactMap(table.column).first }
        guard let id = column("id"), let magnitude = column("mag", "magnitude"), let latitude = column("latitude"),
            let longitude = column("longitude"), let time = column("time", "time_ms_utc")
        else {
            throw DocumentError(.missingField, "a catalogue has the columns id, mag, latitude, longitude and time")
        }
        let (depth, place, kind) = (column("depth", "depth_km"), column("place"), column("type"))
        let (updated, magnitudeType, status) = (column("updated"), column("magType"), column("status"))
        return table.rows.compactMap { row in
            if let kind, row[kind] != "earthquake" { return nil }
            return Result { () throws(DocumentError) in
                let texts = SeismicEvent.Texts(
                    id: row[id],
                    magnitude: row[magnitude],
                    magnitudeType: magnitudeType.map { row[$0] } ?? "",
                    latitude: row[latitude],
                    longitude: row[longitude],
                    depth: depth.map { row[$0] } ?? "",
                    place: place.map { row[$0] } ?? "",
                    isDeleted: status.map { row[$0] == "deleted" } ?? false
                )
                let revised = updated.map { row[$0] } ?? ""
                return try SeismicEvent(
                    texts,
                    time: try instant(row[time], isMilliseconds: table.columns[time] == "time_ms_utc"),
                    updated: revised.isEmpty ? nil : try instant(revised, isMilliseconds: false)
                )
            }
        }
    }

    /// Milliseconds since 1970 in UTC, or RFC 3339.
    private static func instant(_ text: String, isMilliseconds: Bool) throws(DocumentError) -> Instant {
        guard isMilliseconds else { return try ZonedTime.instant(text) }
        guard let milliseconds = Int64(text), (-62_000_000_000_000...253_000_000_000_000).contains(milliseconds) else {
            throw DocumentError(.badTime, "'\(text.prefix(40))' are no milliseconds since 1970")
        }
        return Instant(microseconds: milliseconds * 1_000)
    }

    // MARK: GeoJSON

    private static func geoJSON(_ bytes: Data) throws(DocumentError) -> [Result<SeismicEvent, DocumentError>] {
        let json = try JSONValue(bytes, within: JSONValue.Bounds(bytes: 1 << 23, values: 1_000_000))
        guard json["type"]?.string == "FeatureCollection", case .list(let features)? = json["features"] else {
            throw DocumentError(.unknownForm, "no FeatureCollection of GeoJSON; name a summary feed")
        }
        return features.compactMap { feature in
            let kind = feature["properties"]?["type"]?.string
            if let kind, kind != "earthquake" { return nil }
            return Result { () throws(DocumentError) in try event(feature) }
        }
    }

    private static func event(_ feature: JSONValue) throws(DocumentError) -> SeismicEvent {
        let properties = try feature.value("properties")
        guard case .list(let coordinates)? = feature["geometry"]?["coordinates"], coordinates.count >= 2 else {
            throw DocumentError(.missingField, "an event without coordinates; name a summary feed")
        }
        let texts = SeismicEvent.Texts(
            id: try feature.name("id"),
            magnitude: properties["mag"]?.digits ?? "",
            magnitudeType: properties["magType"]?.string ?? "",
            latitude: coordinates[1].digits,
            longitude: coordinates[0].digits,
            depth: coordinates.count > 2 ? coordinates[2].digits : "",
            place: properties["place"]?.string ?? "",
            isDeleted: properties["status"]?.string == "deleted"
        )
        let updated = properties["updated"]?.digits ?? ""
        return try SeismicEvent(
            texts,
            time: try instant(try properties.value("time").digits, isMilliseconds: true),
            updated: updated.isEmpty ? nil : try instant(updated, isMilliseconds: true)
        )
    }
}

extension JSONValue {
    /// A number as it stands; empty for anything else.
    fileprivate var digits: String { if case .number(let digits) = self { digits } else { "" } }
}
