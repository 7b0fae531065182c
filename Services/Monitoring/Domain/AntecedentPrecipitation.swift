/// The antecedent precipitation index of a catchment, day by day: API today = k · API yesterday + rain today. In millionths of a mm.
///
/// Source: Kohler and Linsley 1951, "Predicting the runoff from storm rainfall", U.S. Weather Bureau Research Paper 34. Integers,
/// rounded to nearest each day, so that a replay finds the same.
package struct AntecedentPrecipitation: Hashable, Sendable, Codable {
    /// Zero before the first day.
    private var index: Int64 = 0
    /// Days with a measured rain since the start or the last gap.
    private var knownDays = 0

    /// How fast a catchment dries: data of the place.
    package struct Recession: Hashable, Sendable {
        /// The share k that a day leaves, in millionths; 0.85 to 0.98 are usual.
        package let millionths: Int64
        /// How many measured days in a row make the index usable: the start is not known, and neither is a gap's rain.
        package let daysToSettle: Int

        /// Throws `malformed` unless k lies between 0 and 1, both excluded, and 1 … 365 days are asked for.
        package init(millionths: Int64, daysToSettle: Int) throws(ForecastError) {
            guard (1..<1_000_000).contains(millionths), (1...365).contains(daysToSettle) else {
                throw ForecastError(.malformed, "give k between 0 and 1, and 1 to 365 days to settle")
            }
            (self.millionths, self.daysToSettle) = (millionths, daysToSettle)
        }
    }

    /// The most rain of a day, 2000 mm.
    package static let mostRain: Int64 = 2_000_000_000

    package init() {}

    /// Takes the next day's rain, nil where it was not measured.
    ///
    /// Throws `out-of-range` unless it is 0 … 2000 mm; the day is then not taken.
    package mutating func take(rainMillionthsMillimetres rain: Int64?, _ recession: Recession) throws(ForecastError) {
        guard (0...Self.mostRain).contains(rain ?? 0) else {
            throw ForecastError(.outOfRange, "a day's rain is 0 to 2000 mm; correct or leave out the reading")
        }
        let kept = (Int128(index) * Int128(recession.millionths) + 500_000) / 1_000_000
        // k below 1 keeps the index below a million days of the most rain.
        index = Int64(clamping: kept) + (rain ?? 0)
        knownDays = rain == nil ? 0 : min(knownDays + 1, recession.daysToSettle)
    }

    /// The index. Throws `not-fitted` until enough measured days in a row came in.
    package func millionthsMillimetres(_ recession: Recession) throws(ForecastError) -> Int64 {
        guard knownDays >= recession.daysToSettle else {
            throw ForecastError(
                .notFitted,
                "only \(knownDays) of \(recession.daysToSettle) days of rain are known; wait, or give the missing days"
            )
        }
        return index
    }
}
