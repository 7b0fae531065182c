import Foundation
import MonitoringDomain
import Vocabulary

/// A collection of features as GeoJSON.
///
/// Source: RFC 7946. Coordinates are longitude, latitude in degrees of WGS 84 (section 4); CGCS 2000 agrees with it within
/// centimetres, GCJ-02 has no published way back and is no geometry here. Outer rings run counterclockwise and close (3.1.6).
struct GeoJSON: Encodable {
    let type = "FeatureCollection"
    let features: [Feature]

    /// One thing on the map.
    struct Feature: Encodable {
        let type = "Feature"
        let id: String
        /// Nil where nothing is known of the place: `null`, as section 3.2 has it.
        let geometry: Geometry?
        let properties: [String: Property]

        private enum Key: CodingKey { case type, id, geometry, properties }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(type, forKey: .type)
            try container.encode(id, forKey: .id)
            try container.encode(geometry, forKey: .geometry)
            try container.encode(properties, forKey: .properties)
        }
    }

    /// A point, or an area with one outer ring.
    enum Geometry: Encodable {
        case point(Position)
        case polygon(GridPolygon)

        private enum Key: CodingKey { case type, coordinates }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            switch self {
            case .point(let position):
                try container.encode("Point", forKey: .type)
                try container.encode(position.degrees, forKey: .coordinates)
            case .polygon(let polygon):
                try container.encode("Polygon", forKey: .type)
                let ring = polygon.corners + polygon.corners.prefix(1)
                try container.encode([ring.map(\.degrees)], forKey: .coordinates)
            }
        }
    }

    /// What is said of a feature.
    enum Property: Encodable, ExpressibleByStringLiteral {
        case text(String)
        case number(Int64)
        case flag(Bool)
        case texts([String])

        init(stringLiteral value: String) { self = .text(value) }

        init(_ instant: Instant) { self = .text(instant.description) }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            case .texts(let texts): try container.encode(texts)
            }
        }
    }

    /// The document, the same for the same features.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}

extension Position {
    /// Longitude, latitude; a microdegree is exact to the last printed digit.
    fileprivate var degrees: [Double] {
        [Double(longitudeMicrodegrees) / 1_000_000, Double(latitudeMicrodegrees) / 1_000_000]
    }
}
