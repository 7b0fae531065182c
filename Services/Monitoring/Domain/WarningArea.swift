package import Vocabulary

/// An area that a warning shows on maps: one closed line round it, which nowhere meets itself.
///
/// Exact, in whole microdegrees of WGS 84 or CGCS 2000, which agree within centimetres. In which order its corners run does
/// not matter; CAP 1.2, 3.2.4, sets none.
package struct WarningArea: Hashable, Sendable {
    /// The corners, each once.
    package let corners: [Position]

    /// Why corners are no area.
    package enum Fault: Error, Hashable, Sendable {
        /// 3 to 500 corners are told.
        case count
        /// GCJ-02 has no published way to WGS 84, the datum of CAP.
        case datum
        /// The same corner stands twice.
        case repeated(Position)
        /// The line meets itself at this side.
        case meetsItself(Position, Position)
    }

    /// The most corners: every side is compared with every other.
    package static let mostCorners = 500

    /// A last corner that repeats the first one closes the line, and is dropped. Throws what is wrong with the corners.
    package init(_ corners: [Position]) throws(Fault) {
        var corners = corners
        if corners.count > 1, corners.first == corners.last { corners.removeLast() }
        guard (3...Self.mostCorners).contains(corners.count) else { throw .count }
        guard corners.allSatisfy({ $0.datum != .gcj02 }) else { throw .datum }
        var seen: Set<Position> = []
        for corner in corners where !seen.insert(corner).inserted { throw .repeated(corner) }
        let sides = zip(corners, corners.dropFirst() + corners.prefix(1)).map { Side(from: $0, to: $1) }
        for (index, side) in sides.enumerated() {
            for other in sides[(index + 1)...] where side.meets(other) { throw .meetsItself(other.from, other.to) }
        }
        self.corners = corners
    }

    /// The corners with the first one again at the end, as CAP writes a polygon.
    package var closed: [Position] { corners + corners.prefix(1) }
}

/// From one corner to the next.
private struct Side {
    let from: Position
    let to: Position

    /// Whether the two share a point that is no corner between them; neighbours do where one turns back on the other.
    func meets(_ other: Side) -> Bool {
        if other.from == to { return turnsBack(on: other) }
        if other.to == from { return other.turnsBack(on: self) }
        let (one, two) = (turn(other.from), turn(other.to))
        let (three, four) = (other.turn(from), other.turn(to))
        if one * two < 0, three * four < 0 { return true }
        return one == 0 && spans(other.from) || two == 0 && spans(other.to) || three == 0 && other.spans(from)
            || four == 0 && other.spans(to)
    }

    /// Whether `next`, which begins where this one ends, lies on this one.
    func turnsBack(on next: Side) -> Bool {
        guard turn(next.to) == 0 else { return false }
        let (own, following) = (vector, next.vector)
        return own.east * following.east + own.north * following.north < 0
    }

    private var vector: (east: Int64, north: Int64) {
        (
            Int64(to.longitudeMicrodegrees) - Int64(from.longitudeMicrodegrees),
            Int64(to.latitudeMicrodegrees) - Int64(from.latitudeMicrodegrees)
        )
    }

    /// 1 where the place lies to the left, −1 to the right, 0 on the line. The product is below 2.6 · 10¹⁷: 64 bits hold it.
    private func turn(_ place: Position) -> Int {
        let to = vector
        let (east, north) = (
            Int64(place.longitudeMicrodegrees) - Int64(from.longitudeMicrodegrees),
            Int64(place.latitudeMicrodegrees) - Int64(from.latitudeMicrodegrees)
        )
        return Int((to.east * north - to.north * east).signum())
    }

    /// Whether a place on the line lies between the ends.
    private func spans(_ place: Position) -> Bool {
        func between(_ value: Int32, _ one: Int32, _ other: Int32) -> Bool {
            min(one, other) <= value && value <= max(one, other)
        }
        return between(place.latitudeMicrodegrees, from.latitudeMicrodegrees, to.latitudeMicrodegrees)
            && between(place.longitudeMicrodegrees, from.longitudeMicrodegrees, to.longitudeMicrodegrees)
    }
}
