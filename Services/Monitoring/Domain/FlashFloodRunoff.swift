/// How much of a storm's rain runs off: the curve number of the Soil Conservation Service.
///
/// Source: National Engineering Handbook part 630 (NEH-4), chapter 10, and TR-55 (1986), chapter 2: Q = (P − 0.2 S)² / (P + 0.8 S),
/// S = 25,400 / CN − 254, in mm.
package struct CurveNumber: Hashable, Sendable {
    package let value: Double

    /// Throws `out-of-range` unless the number is 30 … 100, the range of the tables.
    package init(_ value: Double) throws(ForecastError) {
        try ForecastError.check(("curve number", value, 30...100))
        self.value = value
    }

    private init(adjusted value: Double) { self.value = value }

    /// S: the most that the ground keeps.
    package var retentionMillimetres: Double { 25_400 / value - 254 }

    /// Ia: what is kept before any water runs off.
    package var initialAbstractionMillimetres: Double { 0.2 * retentionMillimetres }

    /// The antecedent moisture condition that the number stands for.
    package enum Moisture: String, CaseIterable, Sendable, Codable {
        /// AMC I.
        case dry
        /// AMC II, of the tables.
        case average
        /// AMC III.
        case wet
    }

    /// This number, of average moisture, at another one. Source: NEH-4 table 10.1 as fitted by Chow, Maidment and Mays 1988,
    /// "Applied hydrology", equations 5.5.7 and 5.5.8.
    package func at(_ moisture: Moisture) -> CurveNumber {
        switch moisture {
        case .dry: CurveNumber(adjusted: min(4.2 * value / (10 - 0.058 * value), 100))
        case .average: self
        case .wet: CurveNumber(adjusted: min(23 * value / (10 + 0.13 * value), 100))
        }
    }

    /// The runoff of a storm. Throws `out-of-range` unless the rain is 0 … 2000 mm.
    package func runoffMillimetres(rainMillimetres: Double) throws(ForecastError) -> Double {
        try ForecastError.check(("rain in mm", rainMillimetres, 0...2000))
        let effective = rainMillimetres - initialAbstractionMillimetres
        guard effective > 0 else { return 0 }
        return effective * effective / (effective + retentionMillimetres)
    }

    /// The rain that has this runoff: the equation solved for P. Throws `out-of-range` unless the runoff is 0 … 2000 mm.
    package func rainMillimetres(runoffMillimetres runoff: Double) throws(ForecastError) -> Double {
        try ForecastError.check(("runoff in mm", runoff, 0...2000))
        let effective = (runoff + (runoff * runoff + 4 * runoff * retentionMillimetres).squareRoot()) / 2
        return initialAbstractionMillimetres + effective
    }
}
