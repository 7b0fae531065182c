package import Vocabulary

/// A polygon as CAP writes it: `latitude,longitude` pairs in WGS 84, at least four, the last like the first (3.2.4).
///
/// A reading holds whatever points the text has; `faults` in meaning say what is wrong with them.
package struct CAPPolygon: Hashable, Sendable {
    package let points: [Position]

    package init(_ points: [Position]) { self.points = points }

    /// Reads the pairs; finer digits than a microdegree are rounded. Errors: the first pair that is no place.
    package init(_ text: String) throws(CAPCoordinateError) {
        var points: [Position] = []
        for pair in text.split(whereSeparator: \.isXMLSpace) { points.append(try Position(pair: pair)) }
        self.points = points
    }

    /// The element's text.
    package var text: String { points.map(\.pair).joined(separator: " ") }

    package var isClosed: Bool { points.first == points.last }

    /// Whether all points lie on one line, so that nothing is inside.
    package var isFlat: Bool {
        guard let first = points.first, let other = points.first(where: { $0 != first }) else { return true }
        return points.allSatisfy { turn(first, other, $0) == 0 }
    }

    /// Whether two sides that are no neighbours meet; displays then disagree about what is inside.
    ///
    /// Nil above five hundred points: every side is compared with every other.
    package var crossesItself: Bool? {
        guard points.count <= 500 else { return nil }
        let sides = zip(points, points.dropFirst()).filter { $0 != $1 }
        for (index, one) in sides.enumerated() {
            for (other, side) in sides.enumerated().dropFirst(index + 2) {
                let areNeighbours = index == 0 && other == sides.count - 1
                if !areNeighbours, meet(one, side) { return true }
            }
        }
        return false
    }
}

/// A circle as CAP writes it: the centre, a space and the radius in kilometres (3.2.4).
package struct CAPCircle: Hashable, Sendable {
    package let centre: Position
    /// Millimetres; a radius of 0 names a point.
    package let radiusMillimetres: Int64

    package init(centre: Position, radiusMillimetres: Int64) {
        (self.centre, self.radiusMillimetres) = (centre, radiusMillimetres)
    }

    /// Reads the element's text. Errors: no centre, or no radius of nine digits before the point at most.
    package init(_ text: String) throws(CAPCoordinateError) {
        let parts = text.split(whereSeparator: \.isXMLSpace)
        guard parts.count == 2, let radius = millionths(parts[1]) else {
            throw CAPCoordinateError(.noNumber, "'\(text.prefix(60))' is no centre, space and radius in kilometres")
        }
        self.init(centre: try Position(pair: parts[0]), radiusMillimetres: radius)
    }

    /// The element's text.
    package var text: String { "\(centre.pair) \(decimal(radiusMillimetres))" }
}

/// Why a text is no place.
package struct CAPCoordinateError: Error, Hashable, Sendable {
    /// What kind of mistake it is.
    package enum Kind: Sendable { case noNumber, outOfRange, swapped }

    package let kind: Kind
    package let message: String

    init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }
}

extension Position {
    /// Reads `latitude,longitude` in degrees.
    fileprivate init(pair: Substring) throws(CAPCoordinateError) {
        let parts = pair.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let latitude = millionths(parts[0]), let longitude = millionths(parts[1]) else {
            throw CAPCoordinateError(.noNumber, "'\(pair.prefix(60))' is no pair of decimal degrees")
        }
        if let position = Position(latitude, longitude) {
            self = position
            return
        }
        let isSwapped = Position(longitude, latitude) != nil
        throw CAPCoordinateError(
            isSwapped ? .swapped : .outOfRange,
            isSwapped
                ? "'\(pair)' holds the longitude first"
                : "'\(pair)' is beyond 90 degrees of latitude or 180 of longitude"
        )
    }

    private init?(_ latitude: Int64, _ longitude: Int64) {
        guard let latitude = Int32(exactly: latitude), let longitude = Int32(exactly: longitude) else { return nil }
        self.init(latitudeMicrodegrees: latitude, longitudeMicrodegrees: longitude, datum: .wgs84)
    }

    fileprivate var pair: String { "\(decimal(Int64(latitudeMicrodegrees))),\(decimal(Int64(longitudeMicrodegrees)))" }
}

/// A decimal number in millionths, finer digits rounded half away from zero; nil for any other text and above nine digits
/// before the point.
func millionths(_ text: some StringProtocol) -> Int64? {
    let bytes = Array(text.utf8)
    let isNegative = bytes.first == UInt8(ascii: "-")
    let parts = bytes.dropFirst(isNegative || bytes.first == UInt8(ascii: "+") ? 1 : 0)
        .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? Array(parts[1]) : []
    guard parts[0].count <= 9, !parts[0].isEmpty || !fraction.isEmpty, parts[0].allSatisfy(CAPLexical.isDigit),
        fraction.allSatisfy(CAPLexical.isDigit)
    else { return nil }
    let zeros = repeatElement(UInt8(ascii: "0"), count: max(0, 6 - fraction.count))
    var magnitude = (parts[0] + fraction.prefix(6) + zeros).reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
    if let next = fraction.dropFirst(6).first, next >= UInt8(ascii: "5") { magnitude += 1 }
    return isNegative ? -magnitude : magnitude
}

/// Millionths as a decimal number without needless zeros: `42.3481`, `25`.
func decimal(_ millionths: Int64) -> String {
    let whole = millionths.magnitude / 1_000_000
    var fraction = padded(Int(millionths.magnitude % 1_000_000), 6)
    while fraction.last == "0" { fraction.removeLast() }
    return (millionths < 0 ? "-" : "") + "\(whole)" + (fraction.isEmpty ? "" : "." + fraction)
}

/// Above zero where the way over `two` turns left at it, below where right, zero on a line. Exact: under 2^58.
private func turn(_ one: Position, _ two: Position, _ three: Position) -> Int64 {
    func across(_ to: Position) -> Int64 { Int64(to.longitudeMicrodegrees) - Int64(one.longitudeMicrodegrees) }
    func up(_ to: Position) -> Int64 { Int64(to.latitudeMicrodegrees) - Int64(one.latitudeMicrodegrees) }
    return across(two) * up(three) - up(two) * across(three)
}

private func meet(_ one: (Position, Position), _ other: (Position, Position)) -> Bool {
    let turns = (
        turn(one.0, one.1, other.0).signum(), turn(one.0, one.1, other.1).signum(),
        turn(other.0, other.1, one.0).signum(), turn(other.0, other.1, one.1).signum()
    )
    if turns.0 != turns.1, turns.2 != turns.3 { return true }
    let ends = [(one, other.0, turns.0), (one, other.1, turns.1), (other, one.0, turns.2), (other, one.1, turns.3)]
    return ends.contains { side, point, turn in turn == 0 && isWithin(point, side) }
}

/// Whether a point on the line of a side lies between its ends.
private func isWithin(_ point: Position, _ side: (Position, Position)) -> Bool {
    func between(_ value: Int32, _ one: Int32, _ other: Int32) -> Bool {
        min(one, other) <= value && value <= max(one, other)
    }
    return between(point.latitudeMicrodegrees, side.0.latitudeMicrodegrees, side.1.latitudeMicrodegrees)
        && between(point.longitudeMicrodegrees, side.0.longitudeMicrodegrees, side.1.longitudeMicrodegrees)
}

extension Character {
    /// XML 1.0, 2.3: space, tab, line feed, carriage return; `\r\n` is one character to Swift.
    var isXMLSpace: Bool { unicodeScalars.allSatisfy { [0x20, 0x9, 0xA, 0xD].contains($0.value) } }
}

extension StringProtocol {
    /// Without the white space of XML at both ends.
    var trimmedXML: String {
        let text = Substring(self)
        let isText: (UInt8) -> Bool = { $0 != 0x20 && $0 != 0x9 && $0 != 0xA && $0 != 0xD }
        guard let first = text.utf8.firstIndex(where: isText), let last = text.utf8.lastIndex(where: isText) else {
            return ""
        }
        return String(text[first..<text.utf8.index(after: last)])
    }
}
