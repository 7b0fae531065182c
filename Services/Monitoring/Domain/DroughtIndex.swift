/// The standardized precipitation index SPI of a station at one scale: how unusual the rain of the last months is for the season.
///
/// Source: McKee, Doesken and Kleist 1993, "The relationship of drought frequency and duration to time scales"; computed as
/// climate_indices does: by calendar month a gamma distribution of the sums above 0, mixed with the share of sums of 0, carried
/// over to the normal distribution, and kept within ±3.09.
package struct DroughtIndex: Sendable {
    /// How many months are summed.
    package let scaleMonths: Int
    /// By calendar month, January first; nil where the record does not carry a fit.
    private let fits: [Fit?]

    private struct Fit: Sendable {
        let shareOfZero: Double
        let aboveZero: GammaDistribution
    }

    package static let scales = 1...24
    package static let limits = -3.09...3.09

    /// A station's rain by month in mm, nil where it is missing; the first value is that of January of `firstYear`.
    package struct Record: Hashable, Sendable {
        package let firstYear: Int
        package let millimetres: [Double?]

        /// Throws `out-of-range` unless every month that is there has 0 … 100,000 mm, and `malformed` for a year beyond 1 … 9999
        /// or more than 12,000 months.
        package init(firstYear: Int, millimetres: [Double?]) throws(ForecastError) {
            guard (1...9999).contains(firstYear), millimetres.count <= 12_000 else {
                throw ForecastError(.malformed, "a record begins in the years 1 to 9999 and has at most 12000 months")
            }
            for case let rain? in millimetres {
                try ForecastError.check(("monthly rain in mm", rain, 0...100_000))
            }
            (self.firstYear, self.millimetres) = (firstYear, millimetres)
        }

        /// The sum of the months that end with each one; nil where one is missing or before the record.
        package func sums(ofMonths count: Int) -> [Double?] {
            millimetres.indices.map { last in
                guard count > 0, last + 1 >= count else { return nil }
                var sum = 0.0
                for month in millimetres[(last + 1 - count)...last] {
                    guard let month else { return nil }
                    sum += month
                }
                return sum
            }
        }
    }

    /// What a calendar month's record must have before it is fitted.
    package struct Requirement: Hashable, Sendable {
        /// Sums that are there. The guide of the World Meteorological Organization (WMO-No. 1090) asks for 20 years at least.
        package var values = 20
        /// Sums above 0 among them.
        package var valuesAboveZero = 4

        package init() {}
    }

    /// Fits the record's years in `calibration`; sums reach back before them.
    ///
    /// A calendar month that does not meet `requirement`, or whose sums above 0 are all alike, stays without a fit and says so when
    /// it is asked. Throws `out-of-range` unless the scale is 1 … 24, `malformed` where the record has none of the years.
    package init(
        _ record: Record,
        scaleMonths: Int,
        calibration: ClosedRange<Int>,
        requirement: Requirement = Requirement()
    ) throws(ForecastError) {
        guard Self.scales.contains(scaleMonths) else {
            throw ForecastError(.outOfRange, "the scale is \(scaleMonths) months, allowed are 1 to 24")
        }
        let lastYear = record.firstYear + (record.millimetres.count - 1) / 12
        guard !record.millimetres.isEmpty, calibration.overlaps(record.firstYear...lastYear) else {
            throw ForecastError(.malformed, "the record has no year of \(calibration); give years that it has")
        }
        self.scaleMonths = scaleMonths
        var byMonth = [[Double]](repeating: [], count: 12)
        for (position, sum) in record.sums(ofMonths: scaleMonths).enumerated() {
            guard let sum, calibration.contains(record.firstYear + position / 12) else { continue }
            byMonth[position % 12].append(sum)
        }
        fits = byMonth.map { Self.fit($0, requirement) }
    }

    private static func fit(_ sums: [Double], _ requirement: Requirement) -> Fit? {
        let aboveZero = sums.filter { $0 > 0 }
        guard sums.count >= max(requirement.values, 1), aboveZero.count >= requirement.valuesAboveZero,
            let distribution = GammaDistribution(fitting: aboveZero)
        else { return nil }
        let shareOfZero = Double(sums.count - aboveZero.count) / Double(sums.count)
        return Fit(shareOfZero: shareOfZero, aboveZero: distribution)
    }

    /// The index of a sum of `scaleMonths` months that ends with calendar month 1 … 12.
    ///
    /// Throws `not-fitted` where that month has no fit, `out-of-range` for any other month or a sum outside 0 … 2,400,000 mm.
    package func index(endingMonth month: Int, sumMillimetres: Double) throws(ForecastError) -> Double {
        try ForecastError.check(("month", Double(month), 1...12), ("sum in mm", sumMillimetres, 0...2_400_000))
        guard let fit = fits[month - 1] else {
            throw ForecastError(.notFitted, "month \(month) has too few different sums of rain; give a longer record")
        }
        let probability = fit.shareOfZero + (1 - fit.shareOfZero) * fit.aboveZero.cumulative(sumMillimetres)
        return min(max(NormalDistribution.quantile(probability), Self.limits.lowerBound), Self.limits.upperBound)
    }

    /// The index of every month of `record`; nil where a sum is missing or its calendar month has no fit.
    package func indices(of record: Record) throws(ForecastError) -> [Double?] {
        var found = [Double?]()
        for (position, sum) in record.sums(ofMonths: scaleMonths).enumerated() {
            guard let sum, fits[position % 12] != nil else {
                found.append(nil)
                continue
            }
            found.append(try index(endingMonth: position % 12 + 1, sumMillimetres: sum))
        }
        return found
    }
}
