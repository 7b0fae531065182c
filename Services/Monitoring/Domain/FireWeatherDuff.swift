import RealModule

/// The two slow codes: the duff moisture code (loose organic layers, 5 … 10 cm) and the drought code (deep ones, 10 … 20 cm).
///
/// Source: Van Wagner 1987, equations 11 to 23, as in cffdrs: temperatures below −1.1 and −2.8 °C count as these, evaporation is
/// never negative, and neither is a code.
package enum FireWeatherDuff {
    static let codes = 0.0...20_000.0

    /// The duff moisture code at noon. Throws `out-of-range` unless `previous` is 0 … 20,000.
    package static func duffMoisture(
        previous: Double,
        _ weather: FireWeatherObservation,
        _ dayLength: FireWeatherDayLength
    ) throws(ForecastError) -> Double {
        try ForecastError.check(("duff moisture code", previous, codes))
        let temperature = max(weather.temperatureCelsius, -1.1)
        // Equation 16, times 100 as in equation 17.
        let drying =
            1.894 * (temperature + 1.1) * (100 - weather.relativeHumidityPercent) * dayLength.duffMoistureHours * 1e-4
        return max(afterRain(duffMoisture: previous, weather.rainMillimetres), 0) + drying
    }

    /// Equations 11 to 15; rain up to 1.5 mm stays in the canopy.
    private static func afterRain(duffMoisture previous: Double, _ rainMillimetres: Double) -> Double {
        guard rainMillimetres > 1.5 else { return previous }
        let net = 0.92 * rainMillimetres - 1.27
        let moisture = 20 + 280 / .exp(0.023 * previous)
        let slope =
            if previous <= 33 {
                100 / (0.5 + 0.3 * previous)
            } else if previous <= 65 {
                14 - 1.3 * .log(previous)
            } else {
                6.2 * .log(previous) - 17.2
            }
        let wet = moisture + 1000 * net / (48.77 + slope * net)
        return 43.43 * (5.6348 - .log(wet - 20))
    }

    /// The drought code at noon. Throws `out-of-range` unless `previous` is 0 … 20,000.
    package static func drought(
        previous: Double,
        _ weather: FireWeatherObservation,
        _ dayLength: FireWeatherDayLength
    ) throws(ForecastError) -> Double {
        try ForecastError.check(("drought code", previous, codes))
        let temperature = max(weather.temperatureCelsius, -2.8)
        // Equation 22.
        let evaporation = max((0.36 * (temperature + 2.8) + dayLength.droughtFactor) / 2, 0)
        return max(afterRain(drought: previous, weather.rainMillimetres), 0) + evaporation
    }

    /// Equations 18 to 21; rain up to 2.8 mm stays above.
    private static func afterRain(drought previous: Double, _ rainMillimetres: Double) -> Double {
        guard rainMillimetres > 2.8 else { return previous }
        let net = 0.83 * rainMillimetres - 1.27
        let moisture = 800 * Double.exp(-previous / 400)
        return previous - 400 * .log(1 + 3.937 * net / moisture)
    }

    /// The drought code in spring where the winter may not have filled the deep layers.
    ///
    /// Source: Lawson and Armitage 2008, equations 2 to 4, as in cffdrs: never below the standard start of 15.
    /// - `winterRainMillimetres`: rain and snow water between the end of one season and the start of the next, 0 … 10,000.
    /// - `carryOver`: the share of the fall's moisture still there, above 0 up to 1 (the guide: 1, 0.75 or 0.5).
    /// - `wetting`: the share of the winter's water that reaches the layer, 0 … 1 (the guide: 0.9, 0.75 or 0.5).
    ///
    /// Throws `out-of-range` for anything else.
    package static func droughtInSpring(
        fallDrought: Double,
        winterRainMillimetres: Double,
        carryOver: Double = 0.75,
        wetting: Double = 0.75
    ) throws(ForecastError) -> Double {
        try ForecastError.check(
            ("drought code of the fall", fallDrought, codes),
            ("winter rain in mm", winterRainMillimetres, 0...10_000),
            ("carry-over fraction", carryOver, 0.01...1),
            ("wetting efficiency", wetting, 0...1)
        )
        let fall = 800 * Double.exp(-fallDrought / 400)
        let spring = carryOver * fall + wetting * 3.94 * winterRainMillimetres
        return max(400 * .log(800 / spring), 15)
    }
}
