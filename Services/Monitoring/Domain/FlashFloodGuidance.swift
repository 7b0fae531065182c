/// How much rain within a few hours would bring a small river to its banks' brim, given how wet its catchment is.
///
/// Threshold runoff after Carpenter, Sperfslage, Georgakakos, Sweeney and Fread 1999, "National threshold runoff estimation
/// utilizing GIS in support of operational flash flood warning systems": the runoff whose unit hydrograph peaks at bankfull flow.
/// Its peak is that of the triangular unit hydrograph of NEH-4 chapter 16: 0.208 · area / (duration / 2 + lag), in m³/s a mm.
package struct FlashFloodGuidance: Hashable, Sendable {
    package let areaSquareKilometres: Double
    /// From the middle of the rain to the peak.
    package let lagHours: Double
    package let bankfullCubicMetresPerSecond: Double
    /// Of average moisture.
    package let curveNumber: CurveNumber
    /// Below this antecedent precipitation the catchment is dry, from `wetFrom` on it is wet; millionths of a mm.
    package let dryBelow: Int64
    package let wetFrom: Int64

    /// 0.208 m³/s for 1 mm over 1 km² in 1 h: 1/3.6, times two, over 8/3 (three eighths of the water before the peak).
    private static let peakFactor = 0.208

    /// Throws `out-of-range` unless the area is 0.1 … 5000 km², the lag 0.1 … 72 h and bankfull flow above 0 up to 50,000 m³/s;
    /// `malformed` unless dry lies below wet.
    package init(
        areaSquareKilometres: Double,
        lagHours: Double,
        bankfullCubicMetresPerSecond: Double,
        curveNumber: CurveNumber,
        dryBelow: Int64,
        wetFrom: Int64
    ) throws(ForecastError) {
        try ForecastError.check(
            ("catchment in km²", areaSquareKilometres, 0.1...5000),
            ("lag in h", lagHours, 0.1...72),
            ("bankfull flow in m³/s", bankfullCubicMetresPerSecond, 0.001...50_000)
        )
        guard 0 <= dryBelow, dryBelow < wetFrom else {
            throw ForecastError(.malformed, "dry must lie below wet: \(dryBelow), \(wetFrom) millionths of a mm")
        }
        (self.areaSquareKilometres, self.lagHours) = (areaSquareKilometres, lagHours)
        (self.bankfullCubicMetresPerSecond, self.curveNumber) = (bankfullCubicMetresPerSecond, curveNumber)
        (self.dryBelow, self.wetFrom) = (dryBelow, wetFrom)
    }

    /// Which moisture condition an antecedent precipitation means.
    package func moisture(antecedentMillionthsMillimetres wetness: Int64) -> CurveNumber.Moisture {
        if wetness < dryBelow { return .dry }
        return wetness >= wetFrom ? .wet : .average
    }

    /// The runoff of `hours` that fills the river to its brim while it carries `currentFlow`; 0 where it already does.
    ///
    /// Throws `out-of-range` unless the hours are 0.1 … 24 and the flow 0 … 100,000 m³/s.
    package func thresholdRunoffMillimetres(hours: Double, currentFlow: Double) throws(ForecastError) -> Double {
        try ForecastError.check(
            ("duration in h", hours, 0.1...24),
            ("flow in m³/s", currentFlow, 0...100_000)
        )
        let timeToPeak = hours / 2 + lagHours
        let peakPerMillimetre = Self.peakFactor * areaSquareKilometres / timeToPeak
        return max(bankfullCubicMetresPerSecond - currentFlow, 0) / peakPerMillimetre
    }

    /// The rain of `hours` that does it, in millionths of a mm.
    ///
    /// Throws `not-fitted` while the wetness is not known, `out-of-range` as `thresholdRunoffMillimetres` does, and where no rain
    /// up to 2000 mm of runoff would do it.
    package func rainMillionthsMillimetres(
        hours: Double,
        currentFlow: Double,
        wetness: AntecedentPrecipitation,
        recession: AntecedentPrecipitation.Recession
    ) throws(ForecastError) -> Int64 {
        let antecedent = try wetness.millionthsMillimetres(recession)
        let runoff = try thresholdRunoffMillimetres(hours: hours, currentFlow: currentFlow)
        guard runoff > 0 else { return 0 }
        let number = curveNumber.at(moisture(antecedentMillionthsMillimetres: antecedent))
        return try number.rainMillimetres(runoffMillimetres: runoff).roundedToMillionths()
    }
}
