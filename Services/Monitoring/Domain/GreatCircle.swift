import RealModule
package import Vocabulary

/// Distances and directions on the globe, as on a sphere of the Earth's mean radius: right to 0.5 %.
package enum GreatCircle {
    /// Mean radius R₁ of the International Union of Geodesy and Geophysics, in m.
    private static let radius = 6_371_008.8

    /// The distance in whole metres, by the haversine formula. Nil where the datums differ: GCJ-02 lies hundreds of metres off.
    package static func metres(_ one: Position, _ other: Position) -> Int64? {
        guard sameGround(one, other) else { return nil }
        let (first, second) = (radians(one), radians(other))
        let north = Double.sin((second.latitude - first.latitude) / 2)
        let east = Double.sin((second.longitude - first.longitude) / 2)
        let haversine = north * north + .cos(first.latitude) * .cos(second.latitude) * east * east
        return Int64((2 * radius * .asin(min(haversine.squareRoot(), 1))).rounded())
    }

    /// The direction in which `other` lies, in degrees from north by east, 0 ..< 360; nil where the datums differ.
    package static func bearingDegrees(_ one: Position, _ other: Position) -> Double? {
        guard sameGround(one, other) else { return nil }
        let (first, second) = (radians(one), radians(other))
        let east = second.longitude - first.longitude
        let y = Double.sin(east) * .cos(second.latitude)
        let x =
            Double.cos(first.latitude) * .sin(second.latitude)
            - .sin(first.latitude) * .cos(second.latitude) * .cos(east)
        let degrees = Double.atan2(y: y, x: x) * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }

    /// WGS 84 and CGCS 2000 agree within centimetres.
    private static func sameGround(_ one: Position, _ other: Position) -> Bool {
        (one.datum == .gcj02) == (other.datum == .gcj02)
    }

    private static func radians(_ position: Position) -> (latitude: Double, longitude: Double) {
        let scale = Double.pi / 180_000_000
        return (Double(position.latitudeMicrodegrees) * scale, Double(position.longitudeMicrodegrees) * scale)
    }
}
