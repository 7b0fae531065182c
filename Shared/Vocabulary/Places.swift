/// A division code 行政区划代码: 2, 4, 6, 9 or 12 digits (province, prefecture, county, town, village).
///
/// Source: GB/T 2260 to the county, the statistical codes of the National Bureau of Statistics below it.
package struct DivisionCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let digits: String

    /// Nil unless `digits` is 2, 4, 6, 9 or 12 ASCII digits.
    package init?(_ digits: String) {
        guard [2, 4, 6, 9, 12].contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        self.digits = digits
    }

    package var description: String { digits }
    package static func < (one: Self, other: Self) -> Bool { one.digits < other.digits }

    /// Whether `other` is this division or lies within it.
    package func contains(_ other: DivisionCode) -> Bool { other.digits.hasPrefix(digits) }
}

/// The datum in which a coordinate is given. Maps published in China shift WGS 84 by some hundred metres (GCJ-02).
package enum Datum: String, Sendable, Codable {
    case wgs84
    case gcj02
    /// China Geodetic Coordinate System 2000; within centimetres of WGS 84.
    case cgcs2000
}

/// A place on the ground, in whole microdegrees (about 0.1 m), with its datum.
package struct Position: Hashable, Sendable {
    package let latitudeMicrodegrees: Int32
    package let longitudeMicrodegrees: Int32
    package let datum: Datum

    /// Nil beyond ±90° of latitude or ±180° of longitude.
    package init?(latitudeMicrodegrees: Int32, longitudeMicrodegrees: Int32, datum: Datum) {
        guard (-90_000_000...90_000_000).contains(latitudeMicrodegrees),
            (-180_000_000...180_000_000).contains(longitudeMicrodegrees)
        else { return nil }
        self.latitudeMicrodegrees = latitudeMicrodegrees
        self.longitudeMicrodegrees = longitudeMicrodegrees
        self.datum = datum
    }
}
