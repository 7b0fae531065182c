/// What a river model learns from and starts from: flow and areal rain in equal steps of time, nil where a value is missing.
package struct StageForecastRecord: Hashable, Sendable {
    /// In m³/s.
    package let flow: [Double?]
    /// Of each step, in mm.
    package let rain: [Double?]

    /// Throws `malformed` unless both are equally long, at most 100,000 steps; `out-of-range` unless flows are 0 … 1,000,000 m³/s
    /// and rains 0 … 2000 mm.
    package init(flow: [Double?], rain: [Double?]) throws(ForecastError) {
        guard flow.count == rain.count, flow.count <= 100_000 else {
            throw ForecastError(.malformed, "\(flow.count) flows and \(rain.count) rains; give as many, at most 100000")
        }
        for case let value? in flow { try ForecastError.check(("flow in m³/s", value, 0...1_000_000)) }
        for case let value? in rain { try ForecastError.check(("rain in mm", value, 0...2000)) }
        (self.flow, self.rain) = (flow, rain)
    }
}

/// A flow some steps ahead, with the interval in which it lies at the asked share of times. In m³/s.
package struct StageForecast: Hashable, Sendable {
    package let flow: Double
    package let lowest: Double
    package let highest: Double
    /// The river now carries more than it ever did in the record: the model has never seen this.
    package let isBeyondRecord: Bool

    init(_ flow: Double, halfWidth: Double, isBeyondRecord: Bool) {
        self.flow = max(flow, 0)
        lowest = max(flow - halfWidth, 0)
        highest = max(flow + halfWidth, 0)
        self.isBeyondRecord = isBeyondRecord
    }
}

/// How far a model was off on the later part of the record, which it has not learnt from.
package struct StageForecastCheck: Hashable, Sendable {
    package let pairs: Int
    /// Root mean square error in m³/s.
    package let rootMeanSquareError: Double
    /// Nash and Sutcliffe 1970: 1 is perfect, 0 no better than the mean.
    package let efficiency: Double
    /// The error of saying that nothing changes, in m³/s.
    package let persistenceError: Double
    /// Half the interval's width in m³/s.
    package let halfWidth: Double

    /// What a fit must show before it is used: data of the place.
    package struct Requirement: Hashable, Sendable {
        /// The share of the record, from its start, that is learnt from, in percent: 10 … 90.
        package var learntPercent = 50
        /// Pairs to learn from, for each coefficient.
        package var pairsPerCoefficient = 5
        /// Pairs in the check.
        package var checkedPairs = 20
        package var leastEfficiency = 0.7
        /// How often a forecast lies within its interval, in percent: 50 … 99.
        package var coveragePercent = 90

        package init() {}
    }

    /// A check made before: its pairs, errors and half width, in m³/s, and its efficiency.
    ///
    /// Throws `malformed` for errors that are negative or no numbers, and `residuals-too-large` where the model is no better than
    /// persistence.
    package init(
        pairs: Int,
        rootMeanSquareError: Double,
        efficiency: Double,
        persistenceError: Double,
        halfWidth: Double
    ) throws(ForecastError) {
        guard pairs > 0,
            [rootMeanSquareError, persistenceError, halfWidth].allSatisfy({ (0...1_000_000).contains($0) })
        else { throw ForecastError(.malformed, "a check has pairs and errors of 0 to 1000000 m³/s") }
        guard rootMeanSquareError < persistenceError else {
            throw ForecastError(
                .residualsTooLarge,
                "error \(rootMeanSquareError) m³/s, persistence \(persistenceError) m³/s; fit a shorter lead"
            )
        }
        (self.pairs, self.rootMeanSquareError, self.efficiency) = (pairs, rootMeanSquareError, efficiency)
        (self.persistenceError, self.halfWidth) = (persistenceError, halfWidth)
    }

    /// Throws `too-few-pairs`, or `residuals-too-large` where it is less efficient than asked or no better than persistence.
    ///
    /// The interval is split conformal: the rank ⌈(n + 1) · coverage⌉ of the absolute errors (Lei et al. 2018, "Distribution-free
    /// predictive inference for regression"), whatever their distribution, as long as later floods resemble the checked ones.
    init(_ pairs: [(observed: Double, forecast: Double, now: Double)], _ requirement: Requirement) throws(ForecastError)
    {
        let rank = ((pairs.count + 1) * requirement.coveragePercent + 99) / 100
        guard pairs.count >= max(requirement.checkedPairs, 2), (1...pairs.count).contains(rank) else {
            throw ForecastError(.tooFewPairs, "\(pairs.count) pairs are too few for a check; give a longer record")
        }
        let count = Double(pairs.count)
        let mean = pairs.reduce(0) { $0 + $1.observed } / count
        func square(_ value: Double) -> Double { value * value }
        let error = pairs.reduce(0) { $0 + square($1.observed - $1.forecast) }
        let variation = pairs.reduce(0) { $0 + square($1.observed - mean) }
        let persistence = pairs.reduce(0) { $0 + square($1.observed - $1.now) }
        self.pairs = pairs.count
        rootMeanSquareError = (error / count).squareRoot()
        efficiency = variation > 0 ? 1 - error / variation : -.infinity
        persistenceError = (persistence / count).squareRoot()
        halfWidth = pairs.map { abs($0.observed - $0.forecast) }.sorted()[rank - 1]
        guard efficiency >= requirement.leastEfficiency, error < persistence else {
            throw ForecastError(
                .residualsTooLarge,
                "error \(rootMeanSquareError) m³/s, efficiency \(efficiency), persistence \(persistenceError) m³/s; "
                    + "give a longer record or a shorter lead"
            )
        }
    }
}
