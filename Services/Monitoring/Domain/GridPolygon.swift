package import Vocabulary

/// An area on the map by its corners, in whole microdegrees: exact, without floating point.
///
/// Edges are straight in longitude and latitude, as RFC 7946 (section 3.1.1) has them.
package struct GridPolygon: Hashable, Sendable {
    /// The corners, each once, counterclockwise as seen on a map: RFC 7946, section 3.1.6, the right-hand rule for outer rings.
    package let corners: [Position]

    /// Nil unless there are 3 … 1,000 corners that differ from the one before, of WGS 84 or CGCS 2000, that span an area and less
    /// than half of the globe. A last corner that repeats the first one is dropped.
    package init?(_ corners: [Position]) {
        var corners = corners
        if corners.count > 1, corners.first == corners.last { corners.removeLast() }
        let longitudes = corners.map(\.longitudeMicrodegrees)
        guard (3...1_000).contains(corners.count), corners.allSatisfy({ $0.datum != .gcj02 }),
            zip(corners, corners.dropFirst()).allSatisfy({ $0 != $1 }),
            let west = longitudes.min(), let east = longitudes.max(), Int64(east) - Int64(west) < 180_000_000
        else { return nil }
        let area = Self.doubleArea(corners)
        guard area != 0 else { return nil }
        self.corners = area > 0 ? corners : corners.reversed()
    }

    /// Twice the area in square microdegrees; positive where the corners run counterclockwise (the shoelace formula).
    private static func doubleArea(_ corners: [Position]) -> Int128 {
        zip(corners, corners.dropFirst() + corners.prefix(1)).reduce(Int128(0)) { sum, edge in
            let (from, to) = edge
            return sum + Int128(from.longitudeMicrodegrees) * Int128(to.latitudeMicrodegrees)
                - Int128(to.longitudeMicrodegrees) * Int128(from.latitudeMicrodegrees)
        }
    }

    /// Whether the place lies within or on the border; never for GCJ-02, which lies hundreds of metres off.
    package func contains(_ position: Position) -> Bool {
        guard position.datum != .gcj02 else { return false }
        var isInside = false
        for (from, to) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
            let side = Self.side(of: position, from, to)
            if side == 0, Self.spans(from, to, position) { return true }
            let north = position.latitudeMicrodegrees
            let crosses = (from.latitudeMicrodegrees > north) != (to.latitudeMicrodegrees > north)
            // A ray to the east meets the edge where the place lies on its western side.
            if crosses, (side > 0) == (to.latitudeMicrodegrees > from.latitudeMicrodegrees) { isInside.toggle() }
        }
        return isInside
    }

    /// Positive to the left of the way from one corner to the other, 0 on its line. Below 2.6 · 10¹⁷: 64 bits hold it.
    private static func side(of place: Position, _ from: Position, _ to: Position) -> Int64 {
        let (east, north) = (
            Int64(to.longitudeMicrodegrees) - Int64(from.longitudeMicrodegrees),
            Int64(to.latitudeMicrodegrees) - Int64(from.latitudeMicrodegrees)
        )
        let (placeEast, placeNorth) = (
            Int64(place.longitudeMicrodegrees) - Int64(from.longitudeMicrodegrees),
            Int64(place.latitudeMicrodegrees) - Int64(from.latitudeMicrodegrees)
        )
        return east * placeNorth - north * placeEast
    }

    /// Whether a place on the line of two corners lies between them.
    private static func spans(_ from: Position, _ to: Position, _ place: Position) -> Bool {
        let longitudes = [from.longitudeMicrodegrees, to.longitudeMicrodegrees].sorted()
        let latitudes = [from.latitudeMicrodegrees, to.latitudeMicrodegrees].sorted()
        return longitudes[0] <= place.longitudeMicrodegrees && place.longitudeMicrodegrees <= longitudes[1]
            && latitudes[0] <= place.latitudeMicrodegrees && place.latitudeMicrodegrees <= latitudes[1]
    }
}
