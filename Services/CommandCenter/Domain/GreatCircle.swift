package import Vocabulary

/// The IUGG's mean radius of the Earth, R₁ = (2a + b) / 3 of GRS 80, to a decimetre.
///
/// Source: H. Moritz, Geodetic Reference System 1980, Journal of Geodesy 74 (2000), 128–133: 6 371 008.7714 m.
let meanEarthRadiusMetres = 6_371_008.8

/// The great-circle distance between two places of one datum by the haversine formula, in whole metres, so that two
/// computations that differ in the last digit decide alike.
///
/// Only the operations that IEEE 754 rounds correctly (+ − × ÷ √) are used and no libm, whose last digits differ between
/// versions: a journal replays to the same metre on any machine. Against the ellipsoid a great circle is off by 0.5 % at most.
/// Source: R. W. Sinnott, Virtues of the Haversine, Sky and Telescope 68 (1984), 159.
package func greatCircleMetres(from one: Position, to other: Position) -> Int {
    func radians(_ microdegrees: Int32) -> Double { Double(microdegrees) / 1_000_000 * (.pi / 180) }
    let (latitude, otherLatitude) = (radians(one.latitudeMicrodegrees), radians(other.latitudeMicrodegrees))
    let northing = sine((otherLatitude - latitude) / 2)
    let easting = sine((radians(other.longitudeMicrodegrees) - radians(one.longitudeMicrodegrees)) / 2)
    let haversine = northing * northing + cosine(latitude) * cosine(otherLatitude) * easting * easting
    let angle = 2 * arcSine(min(1, haversine.squareRoot()))
    return Int((meanEarthRadiusMetres * angle).rounded())
}

/// Taylor's series; sixteen terms are exact to a double's precision for |x| ≤ π.
private func sine(_ x: Double) -> Double {
    var (sum, term) = (x, x)
    for k in 1...15 {
        term *= -x * x / Double(2 * k * (2 * k + 1))
        sum += term
    }
    return sum
}

private func cosine(_ x: Double) -> Double {
    let half = sine(x / 2)
    return 1 - 2 * half * half
}

/// For 0 … 1: the angle is halved three times, so that the series needs few terms, and taken eightfold.
private func arcSine(_ x: Double) -> Double {
    var x = x
    for _ in 1...3 { x /= (2 + 2 * (1 - x * x).squareRoot()).squareRoot() }
    var (sum, term) = (x, x)
    for k in 1...15 {
        term *= x * x * Double(2 * k - 1) / Double(2 * k)
        sum += term / Double(2 * k + 1)
    }
    return 8 * sum
}
