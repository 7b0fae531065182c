import RealModule

/// Which flow a stage means at a gauge, and back: a power law for each range of stage, flow = a · (stage − zero)^b. Data.
///
/// Source: ISO 18320:2020 (before: ISO 1100-2). Outside of the measured ranges it is not extended.
package struct RatingCurve: Hashable, Sendable {
    package let segments: [Segment]

    /// One range.
    package struct Segment: Hashable, Sendable {
        package let stageMetres: ClosedRange<Double>
        /// The stage without flow, in m.
        package let zeroMetres: Double
        package let coefficient: Double
        package let exponent: Double

        /// Throws `out-of-range` unless stages are −500 … 9000 m and begin at or above the zero, the coefficient is above 0 up to
        /// 100,000 and the exponent 0.5 … 6.
        package init(stageMetres: ClosedRange<Double>, zeroMetres: Double, coefficient: Double, exponent: Double)
            throws(ForecastError)
        {
            try ForecastError.check(
                ("highest stage in m", stageMetres.upperBound, -500...9000),
                ("stage without flow in m", zeroMetres, -500...9000),
                ("lowest stage in m", stageMetres.lowerBound, zeroMetres...9000),
                ("coefficient", coefficient, 1e-6...100_000),
                ("exponent", exponent, 0.5...6)
            )
            (self.stageMetres, self.zeroMetres) = (stageMetres, zeroMetres)
            (self.coefficient, self.exponent) = (coefficient, exponent)
        }

        func flow(_ stage: Double) -> Double { coefficient * .pow(stage - zeroMetres, exponent) }
        func stage(_ flow: Double) -> Double { zeroMetres + .pow(flow / coefficient, 1 / exponent) }
    }

    /// How far the flows of two segments may differ where they meet.
    private static let mostJump = 0.02

    /// Throws `malformed` unless the segments follow each other without a gap and their flows meet within 2 %.
    package init(_ segments: [Segment]) throws(ForecastError) {
        guard !segments.isEmpty else { throw ForecastError(.malformed, "a rating curve needs a segment") }
        for (below, above) in zip(segments, segments.dropFirst()) {
            let edge = below.stageMetres.upperBound
            let (one, other) = (below.flow(edge), above.flow(edge))
            guard edge == above.stageMetres.lowerBound, abs(one - other) <= Self.mostJump * max(one, other) else {
                throw ForecastError(.malformed, "segments do not meet at \(edge) m: \(one) and \(other) m³/s")
            }
        }
        self.segments = segments
    }

    /// In m³/s. Throws `out-of-range` for a stage that was never measured.
    package func flow(stageMetres stage: Double) throws(ForecastError) -> Double {
        guard let segment = segments.first(where: { $0.stageMetres.contains(stage) }) else {
            throw ForecastError(.outOfRange, "stage \(stage) m lies outside of the rating; measure there first")
        }
        return segment.flow(stage)
    }

    /// In m. Throws `out-of-range` for a flow that was never measured.
    package func stageMetres(flow: Double) throws(ForecastError) -> Double {
        // Where segments meet the flow may jump by 2 %: what lies between belongs to the edge.
        if let first = segments.first, flow >= first.flow(first.stageMetres.lowerBound),
            let segment = segments.first(where: { flow <= $0.flow($0.stageMetres.upperBound) })
        {
            return min(max(segment.stage(flow), segment.stageMetres.lowerBound), segment.stageMetres.upperBound)
        }
        throw ForecastError(.outOfRange, "flow \(flow) m³/s lies outside of the rating; measure there first")
    }
}
