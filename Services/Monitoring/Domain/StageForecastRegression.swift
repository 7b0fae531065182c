/// A river model fitted by least squares: the flow some steps ahead from the last flows and rains (ARX, one fit for each lead).
///
/// Source: Box, Jenkins and Reinsel, "Time series analysis", transfer function models; fitted directly to the lead, so that no rain
/// after now is needed. It is fitted to the first part of a record, checked on the rest, and not used where the check fails.
package struct StageForecastRegression: Sendable {
    package let leadSteps: Int
    package let terms: Terms
    package let check: StageForecastCheck
    /// A constant, then the flows from now back, then the rains from now back.
    package let coefficients: [Double]
    /// The most flow that it has learnt from, in m³/s.
    package let mostFlow: Double

    /// How many of the last values enter.
    package struct Terms: Hashable, Sendable {
        package let flows: Int
        package let rains: Int

        /// Throws `malformed` unless there are 1 … 24 flows and 0 … 72 rains.
        package init(flows: Int, rains: Int) throws(ForecastError) {
            guard (1...24).contains(flows), (0...72).contains(rains) else {
                throw ForecastError(.malformed, "give 1 to 24 flows and 0 to 72 rains")
            }
            (self.flows, self.rains) = (flows, rains)
        }

        var longest: Int { max(flows, rains) }
        var coefficients: Int { 1 + flows + rains }

        /// The row of now, nil where a value is missing.
        func row(_ record: StageForecastRecord, now: Int) -> [Double]? {
            guard now + 1 >= longest, now < record.flow.count else { return nil }
            var row = [1.0]
            for back in 0..<flows {
                guard let flow = record.flow[now - back] else { return nil }
                row.append(flow)
            }
            for back in 0..<rains {
                guard let rain = record.rain[now - back] else { return nil }
                row.append(rain)
            }
            return row
        }
    }

    /// Throws `malformed` for a lead that is not 1 … 240 steps, and the reasons why it is not fitted: `too-few-pairs`, `singular`,
    /// `residuals-too-large`.
    package init(
        fitting record: StageForecastRecord,
        leadSteps: Int,
        terms: Terms,
        requirement: StageForecastCheck.Requirement = StageForecastCheck.Requirement()
    ) throws(ForecastError) {
        guard (1...240).contains(leadSteps) else {
            throw ForecastError(.malformed, "the lead is \(leadSteps) steps, allowed are 1 to 240")
        }
        (self.leadSteps, self.terms) = (leadSteps, terms)
        let learnt = record.flow.count * min(max(requirement.learntPercent, 10), 90) / 100
        let pairs = Self.pairs(record, leadSteps, terms)
        let first = pairs.filter { $0.time + leadSteps < learnt }
        guard first.count >= terms.coefficients * max(requirement.pairsPerCoefficient, 1) else {
            throw ForecastError(
                .tooFewPairs,
                "\(first.count) pairs for \(terms.coefficients) coefficients; give a longer record or fewer terms"
            )
        }
        guard let solution = LeastSquares.solve(first.map(\.row), first.map(\.later)) else {
            throw ForecastError(.singular, "flows or rains of the record depend on each other; give fewer terms")
        }
        coefficients = solution
        mostFlow = record.flow.prefix(learnt).reduce(0) { max($0, $1 ?? 0) }
        let checked = pairs.filter { $0.time + leadSteps >= learnt }
        check = try StageForecastCheck(
            checked.map { (observed: $0.later, forecast: Self.sum(solution, $0.row), now: $0.row[1]) },
            requirement
        )
    }

    /// A fit made before, of as many coefficients as `terms` has.
    ///
    /// Throws `malformed` for a lead that is not 1 … 240 steps or another number of coefficients, `residuals-too-large` where its
    /// error is no less than that of saying that nothing changes.
    package init(
        fitted coefficients: [Double],
        leadSteps: Int,
        terms: Terms,
        check: StageForecastCheck,
        mostFlow: Double
    ) throws(ForecastError) {
        guard (1...240).contains(leadSteps), coefficients.count == terms.coefficients,
            coefficients.allSatisfy(\.isFinite)
        else {
            throw ForecastError(
                .malformed,
                "\(coefficients.count) coefficients for \(terms.coefficients) terms at \(leadSteps) steps; give the whole fit"
            )
        }
        (self.leadSteps, self.terms, self.check) = (leadSteps, terms, check)
        (self.coefficients, self.mostFlow) = (coefficients, mostFlow)
    }

    private static func pairs(_ record: StageForecastRecord, _ lead: Int, _ terms: Terms)
        -> [(time: Int, row: [Double], later: Double)]
    {
        record.flow.indices.dropLast(lead).compactMap { now in
            guard let later = record.flow[now + lead], let row = terms.row(record, now: now) else { return nil }
            return (now, row, later)
        }
    }

    private static func sum(_ coefficients: [Double], _ row: [Double]) -> Double {
        zip(coefficients, row).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The flow `leadSteps` after the record's last step. Throws `out-of-range` where one of the values it needs is missing.
    package func forecast(after record: StageForecastRecord) throws(ForecastError) -> StageForecast {
        guard let row = terms.row(record, now: record.flow.count - 1) else {
            throw ForecastError(.outOfRange, "one of the last \(terms.longest) flows or rains is missing; wait for it")
        }
        return StageForecast(
            Self.sum(coefficients, row),
            halfWidth: check.halfWidth,
            isBeyondRecord: row[1] > mostFlow
        )
    }
}
