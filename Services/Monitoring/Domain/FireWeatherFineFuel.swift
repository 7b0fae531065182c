import RealModule

/// The fine fuel moisture code: litter and cured grass, 1 … 2 cm.
///
/// The daily form after Van Wagner 1987, equations 1 to 10, the hourly one after Van Wagner 1977 ("A method of computing fine fuel
/// moisture content throughout the diurnal cycle", PS-X-69); both with the limits of cffdrs.
package enum FireWeatherFineFuel {
    /// The factor of the scale between code and moisture content, m = factor · (101 − F) / (59.5 + F).
    package struct Scale: Hashable, Sendable {
        package let factor: Double

        /// 250 · 59.5 / 101 to seven digits, as cffdrs uses it: code 0 is a moisture of 250 %.
        package static let cffdrs = Scale(factor: 147.27723)
        /// As printed in the report of 1987. The index of spread differs by up to 1.9 %.
        package static let report1987 = Scale(factor: 147.2)

        func moisturePercent(code: Double) -> Double { factor * (101 - code) / (59.5 + code) }
        func code(moisturePercent: Double) -> Double { 59.5 * (250 - moisturePercent) / (factor + moisturePercent) }
    }

    static let codes = 0.0...101.0
    private static let dailyRate = 0.581
    private static let hourlyRate = 0.0579

    /// The code at noon from the code of the day before. Throws `out-of-range` unless `previous` is 0 … 101.
    package static func daily(
        previous: Double,
        _ weather: FireWeatherObservation,
        scale: Scale = .cffdrs
    ) throws(ForecastError) -> Double {
        try ForecastError.check(("fine fuel moisture code", previous, codes))
        // Equation 2: the canopy keeps the first half millimetre.
        let net = weather.rainMillimetres > 0.5 ? weather.rainMillimetres - 0.5 : 0
        let wet = wetted(scale.moisturePercent(code: previous), rainMillimetres: net)
        let moisture = dried(wet, weather, rate: dailyRate, steps: 1)
        return min(max(scale.code(moisturePercent: moisture), codes.lowerBound), codes.upperBound)
    }

    /// The code `hours` after `previous` under constant weather; the rain is that of the step.
    ///
    /// Throws `out-of-range` unless `previous` is 0 … 101 and the step longer than none and at most 24 h; an hour is recommended.
    package static func hourly(
        previous: Double,
        _ weather: FireWeatherObservation,
        hours: Double = 1,
        scale: Scale = .cffdrs
    ) throws(ForecastError) -> Double {
        try ForecastError.check(
            ("fine fuel moisture code", previous, codes),
            ("step in hours", hours, Double.leastNormalMagnitude...24)
        )
        let wet = wetted(scale.moisturePercent(code: previous), rainMillimetres: weather.rainMillimetres)
        let moisture = dried(wet, weather, rate: hourlyRate, steps: hours)
        return min(max(scale.code(moisturePercent: moisture), codes.lowerBound), codes.upperBound)
    }

    /// Equations 3a and 3b; litter holds no more than 250 %.
    private static func wetted(_ moisture: Double, rainMillimetres rain: Double) -> Double {
        guard rain > 0 else { return moisture }
        let gain = 42.5 * rain * .exp(-100 / (251 - moisture)) * (1 - .exp(-6.93 / rain))
        let excess = max(moisture - 150, 0)
        return min(moisture + gain + 0.0015 * excess * excess * rain.squareRoot(), 250)
    }

    /// Equations 4 to 9: towards the equilibrium of drying from above, of wetting from below; between them nothing changes.
    private static func dried(
        _ moisture: Double,
        _ weather: FireWeatherObservation,
        rate: Double,
        steps: Double
    ) -> Double {
        let (temperature, humidity) = (weather.temperatureCelsius, weather.relativeHumidityPercent)
        let warmth = 0.18 * (21.1 - temperature) * (1 - .exp(-0.115 * humidity))
        let damp = Double.exp((humidity - 100) / 10)
        let drying = 0.942 * .pow(humidity, 0.679) + 11 * damp + warmth
        let wetting = 0.618 * .pow(humidity, 0.753) + 10 * damp + warmth
        func change(_ share: Double) -> Double {
            let still = 0.424 * (1 - .pow(share, 1.7))
            let wind = 0.0694 * weather.windKilometresPerHour.squareRoot() * (1 - .pow(share, 8))
            return .exp10(-(still + wind) * rate * .exp(0.0365 * temperature) * steps)
        }
        if moisture > drying { return drying + (moisture - drying) * change(humidity / 100) }
        if moisture < min(drying, wetting) { return wetting - (wetting - moisture) * change((100 - humidity) / 100) }
        return moisture
    }
}
