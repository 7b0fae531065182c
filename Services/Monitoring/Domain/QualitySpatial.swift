package import Vocabulary

/// Whether a reading fits those of its neighbours at the same time (SC). Values in millionths of a unit.
///
/// Source: Delft-FEWS, spatial homogeneity check: the estimate is the mean of the nearest neighbours, weighted by 1 / distance²; the
/// reading fits unless it departs from it by more than an absolute limit, or by more than a multiple of the neighbours' standard
/// deviation.
package struct QualitySpatial: Hashable, Sendable {
    package let radiusMetres: Int64
    /// The nearest so many count.
    package let mostNeighbours: Int
    /// With fewer nothing is judged.
    package let leastNeighbours: Int
    /// How far a reading may depart; nil checks nothing.
    package let absoluteLimit: Int64?
    /// Hundredths of the neighbours' standard deviation; nil checks nothing.
    package let deviationHundredths: Int64?

    /// Throws `malformed` unless 2 ≤ least ≤ most ≤ 100 neighbours, the radius is 1 m … 20,000 km and a limit above 0 is given.
    package init(
        radiusMetres: Int64,
        neighbours: ClosedRange<Int>,
        absoluteLimit: Int64?,
        deviationHundredths: Int64?
    ) throws(ForecastError) {
        guard neighbours.lowerBound >= 2, neighbours.upperBound <= 100, (1...20_000_000).contains(radiusMetres) else {
            throw ForecastError(.malformed, "give 2 to 100 neighbours and a radius of 1 m to 20000 km")
        }
        let limits = [absoluteLimit, deviationHundredths].compactMap { $0 }
        guard !limits.isEmpty, limits.allSatisfy({ $0 > 0 }) else {
            throw ForecastError(.malformed, "a spatial check needs a limit above 0")
        }
        (self.radiusMetres, leastNeighbours) = (radiusMetres, neighbours.lowerBound)
        (mostNeighbours, self.absoluteLimit) = (neighbours.upperBound, absoluteLimit)
        self.deviationHundredths = deviationHundredths
    }

    /// A station's place and its reading at the time of the judged one.
    package struct Reading: Hashable, Sendable {
        package let position: Position
        package let value: Int64

        package init(position: Position, value: Int64) { (self.position, self.value) = (position, value) }
    }

    /// What the neighbours say of a reading.
    package enum Finding: Hashable, Sendable {
        case fits(estimate: Int64)
        /// Flag SC.
        case departs(estimate: Int64)
        case tooFewNeighbours
    }

    /// Judges `reading` by `neighbours`, which do not hold it, in any order; those that were unreliable are left out before.
    ///
    /// A neighbour at the very place counts as one metre away.
    package func judge(_ reading: Reading, neighbours: [Reading]) -> Finding {
        let near = neighbours.compactMap { neighbour -> (metres: Int64, value: Int64)? in
            guard let metres = GreatCircle.metres(reading.position, neighbour.position), metres <= radiusMetres
            else { return nil }
            return (max(metres, 1), neighbour.value)
        }
        .sorted { ($0.metres, $0.value) < ($1.metres, $1.value) }
        .prefix(mostNeighbours)
        guard near.count >= leastNeighbours else { return .tooFewNeighbours }
        let weights = near.map { 1 / (Double($0.metres) * Double($0.metres)) }
        let weighted = zip(weights, near).reduce(0) { $0 + $1.0 * Double($1.1.value) }
        let estimate = weighted / weights.reduce(0, +)
        let mean = near.reduce(0) { $0 + Double($1.value) } / Double(near.count)
        let squares = near.reduce(0) { $0 + (Double($1.value) - mean) * (Double($1.value) - mean) }
        let deviation = (squares / Double(near.count - 1)).squareRoot()
        let difference = abs(Double(reading.value) - estimate)
        let tooFar = absoluteLimit.map { difference > Double($0) } ?? false
        let tooOdd = deviationHundredths.map { difference * 100 > Double($0) * deviation } ?? false
        // A mean of Int64 values rounds to one, but for the last half step at the ends.
        let whole = Int64(exactly: estimate.rounded()) ?? reading.value
        return tooFar || tooOdd ? .departs(estimate: whole) : .fits(estimate: whole)
    }
}
