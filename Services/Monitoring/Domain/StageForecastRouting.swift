import RealModule

/// A river model of one linear reservoir behind a lag: what falls comes after the lag and drains at a rate of what is stored.
///
/// Source: Chow, Maidment and Mays 1988, "Applied hydrology", section 8.5; exact for rain that is constant within a step:
/// q(t) = k · q(t − 1) + (1 − k) · gain · rain(t − lag), k = e^(−1 / storage), above a base flow.
package struct StageForecastRouting: Hashable, Sendable {
    package let lagSteps: Int
    /// How long the reservoir takes to fall to 1/e, in steps.
    package let storageSteps: Double
    /// Steady flow in m³/s for each mm of steady rain a step.
    package let gain: Double
    /// In m³/s.
    package let baseFlow: Double

    /// Parameters as data. Throws `out-of-range` unless the lag is 0 … 240 steps, the storage 0.1 … 10,000 steps, gain and base
    /// flow 0 … 1,000,000.
    package init(lagSteps: Int, storageSteps: Double, gain: Double, baseFlow: Double) throws(ForecastError) {
        try ForecastError.check(
            ("lag in steps", Double(lagSteps), 0...240),
            ("storage in steps", storageSteps, 0.1...10_000),
            ("gain", gain, 0...1_000_000),
            ("base flow in m³/s", baseFlow, 0...1_000_000)
        )
        (self.lagSteps, self.storageSteps) = (lagSteps, storageSteps)
        (self.gain, self.baseFlow) = (gain, baseFlow)
    }

    var kept: Double { .exp(-1 / storageSteps) }

    /// The flow `leadSteps` after step `now`, from the flow measured then; rain not fallen by then counts as none. Nil where a
    /// value that it needs is missing or before the record.
    func flow(_ record: StageForecastRecord, now: Int, leadSteps: Int) -> Double? {
        guard let start = record.flow[now] else { return nil }
        var above = start - baseFlow
        for step in 1...leadSteps {
            let fallen = now + step - lagSteps
            var rain = 0.0
            if fallen <= now {
                guard fallen >= 0, let measured = record.rain[fallen] else { return nil }
                rain = measured
            }
            above = kept * above + (1 - kept) * gain * rain
        }
        return baseFlow + above
    }

    /// The lags and storages that a fit tries, in steps.
    package struct Grid: Hashable, Sendable {
        package var lagSteps = Array(0...12)
        package var storageSteps = [1.0, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48]

        package init() {}
    }

    /// The routing with the least error one step ahead on the first part of the record; gain and base flow by least squares.
    ///
    /// Throws `too-few-pairs`, or `singular` where no lag and storage of the grid has a gain that is not negative.
    package init(
        fitting record: StageForecastRecord,
        grid: Grid = Grid(),
        requirement: StageForecastCheck.Requirement = StageForecastCheck.Requirement()
    ) throws(ForecastError) {
        let learnt = record.flow.count * min(max(requirement.learntPercent, 10), 90) / 100
        var best: (error: Double, routing: Self)?
        for lag in grid.lagSteps where (0...240).contains(lag) {
            let steps = Self.steps(record, lag, learnt)
            guard steps.count >= 2 * max(requirement.pairsPerCoefficient, 1) else {
                throw ForecastError(.tooFewPairs, "\(steps.count) steps are too few for a fit; give a longer record")
            }
            for storage in grid.storageSteps {
                guard let (error, routing) = Self.fitted(steps, lag, storage), error < best?.error ?? .infinity
                else { continue }
                best = (error, routing)
            }
        }
        guard let best else {
            throw ForecastError(
                .singular,
                "no lag and storage explains the record by its rain; give a record with floods"
            )
        }
        self = best.routing
    }

    /// Flow before, flow after, and the rain that enters between them.
    private static func steps(_ record: StageForecastRecord, _ lag: Int, _ learnt: Int)
        -> [(before: Double, after: Double, rain: Double)]
    {
        (0..<learnt).compactMap { now in
            guard now >= max(1, lag), let before = record.flow[now - 1], let after = record.flow[now],
                let rain = record.rain[now - lag]
            else { return nil }
            return (before, after, rain)
        }
    }

    /// after − k · before = (1 − k) · base + (1 − k) · gain · rain.
    private static func fitted(_ steps: [(before: Double, after: Double, rain: Double)], _ lag: Int, _ storage: Double)
        -> (error: Double, routing: Self)?
    {
        let kept = Double.exp(-1 / storage)
        let rows = steps.map { [1 - kept, (1 - kept) * $0.rain] }
        let targets = steps.map { $0.after - kept * $0.before }
        guard let found = LeastSquares.solve(rows, targets) else { return nil }
        let error = zip(rows, targets).reduce(0) { sum, pair in
            let off = pair.1 - found[0] * pair.0[0] - found[1] * pair.0[1]
            return sum + off * off
        }
        let routing = try? Self(lagSteps: lag, storageSteps: storage, gain: found[1], baseFlow: max(found[0], 0))
        return routing.map { (error, $0) }
    }

    /// How far this routing is off at a lead on the part of the record that it has not learnt from; throws where it may not be used.
    package func check(
        _ record: StageForecastRecord,
        leadSteps: Int,
        requirement: StageForecastCheck.Requirement = StageForecastCheck.Requirement()
    ) throws(ForecastError) -> StageForecastCheck {
        guard (1...240).contains(leadSteps) else {
            throw ForecastError(.malformed, "the lead is \(leadSteps) steps, allowed are 1 to 240")
        }
        let learnt = record.flow.count * min(max(requirement.learntPercent, 10), 90) / 100
        let pairs = record.flow.indices.dropLast(leadSteps).compactMap { now -> (Double, Double, Double)? in
            guard now + leadSteps >= learnt, let start = record.flow[now], let later = record.flow[now + leadSteps],
                let found = flow(record, now: now, leadSteps: leadSteps)
            else { return nil }
            return (later, found, start)
        }
        return try StageForecastCheck(pairs.map { (observed: $0.0, forecast: $0.1, now: $0.2) }, requirement)
    }

    /// The flow `leadSteps` after the record's last step, with the interval of `check`; throws `out-of-range` where a value is
    /// missing.
    package func forecast(
        after record: StageForecastRecord,
        leadSteps: Int,
        check: StageForecastCheck,
        mostFlow: Double
    ) throws(ForecastError) -> StageForecast {
        let now = record.flow.count - 1
        guard (1...240).contains(leadSteps), now >= 0, let start = record.flow[now],
            let flow = flow(record, now: now, leadSteps: leadSteps)
        else { throw ForecastError(.outOfRange, "a flow or rain that the routing needs is missing; wait for it") }
        return StageForecast(flow, halfWidth: check.halfWidth, isBeyondRecord: start > mostFlow)
    }
}
