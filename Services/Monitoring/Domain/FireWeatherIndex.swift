import RealModule

/// The Canadian Forest Fire Weather Index System of one day: three moisture codes and four indices made from them.
///
/// Source: Van Wagner 1987 as in cffdrs. The numbers are not rounded, since the next day starts from them; a message tells them in
/// millionths (`roundedToMillionths`).
package struct FireWeatherIndex: Hashable, Sendable {
    package let codes: FireWeatherCodes
    /// ISI: how fast a fire spreads, without the fuel's amount.
    package let initialSpread: Double
    /// BUI: how much fuel there is to burn.
    package let buildup: Double
    /// FWI: how hard a fire burns at its front.
    package let fireWeather: Double
    /// DSR: how hard it is to put out; days may be averaged.
    package let dailySeverity: Double

    /// The day after `previous`. Months are 1 … 12; `latitudeDegrees` is nil for the Canadian standard day length everywhere.
    ///
    /// Throws `out-of-range` for any other month or a latitude beyond ±90.
    package init(
        after previous: FireWeatherCodes,
        _ weather: FireWeatherObservation,
        month: Int,
        latitudeDegrees: Double?,
        scale: FireWeatherFineFuel.Scale = .cffdrs
    ) throws(ForecastError) {
        let weather = try weather.belowSaturation
        let dayLength = try FireWeatherDayLength(month: month, latitudeDegrees: latitudeDegrees)
        codes = try FireWeatherCodes(
            fineFuelMoisture: FireWeatherFineFuel.daily(previous: previous.fineFuelMoisture, weather, scale: scale),
            duffMoisture: FireWeatherDuff.duffMoisture(previous: previous.duffMoisture, weather, dayLength),
            drought: FireWeatherDuff.drought(previous: previous.drought, weather, dayLength)
        )
        initialSpread = try Self.initialSpread(
            fineFuelMoisture: codes.fineFuelMoisture,
            windKilometresPerHour: weather.windKilometresPerHour,
            scale: scale
        )
        buildup = try Self.buildup(duffMoisture: codes.duffMoisture, drought: codes.drought)
        fireWeather = try Self.fireWeather(initialSpread: initialSpread, buildup: buildup)
        dailySeverity = Self.dailySeverity(fireWeather: fireWeather)
    }

    /// How wind enters the initial spread index.
    package enum WindEffect: Hashable, Sendable {
        /// Equation 24 of Van Wagner 1987, at all winds.
        case fireWeather
        /// Levelling off from 40 km/h: equation 53a of Forestry Canada 1992, for the fire behaviour prediction system.
        case fireBehaviour
    }

    /// ISI, equations 24 to 26. Throws `out-of-range` unless the code is 0 … 101 and the wind 0 … 400 km/h.
    package static func initialSpread(
        fineFuelMoisture: Double,
        windKilometresPerHour wind: Double,
        scale: FireWeatherFineFuel.Scale = .cffdrs,
        windEffect: WindEffect = .fireWeather
    ) throws(ForecastError) -> Double {
        try ForecastError.check(
            ("fine fuel moisture code", fineFuelMoisture, FireWeatherFineFuel.codes),
            ("wind in km/h", wind, 0...400)
        )
        let moisture = scale.moisturePercent(code: fineFuelMoisture)
        let levelsOff = windEffect == .fireBehaviour && wind >= 40
        let ofWind = levelsOff ? 12 * (1 - .exp(-0.0818 * (wind - 28))) : Double.exp(0.05039 * wind)
        let ofFuel = 91.9 * .exp(-0.1386 * moisture) * (1 + .pow(moisture, 5.31) / 4.93e7)
        return 0.208 * ofWind * ofFuel
    }

    /// BUI, equations 27a and 27b; 0 where both codes are. Throws `out-of-range` unless both are 0 … 40,000.
    package static func buildup(duffMoisture: Double, drought: Double) throws(ForecastError) -> Double {
        try ForecastError.check(
            ("duff moisture code", duffMoisture, 0...40_000),
            ("drought code", drought, 0...40_000)
        )
        guard duffMoisture > 0 else { return 0 }
        let index = 0.8 * drought * duffMoisture / (duffMoisture + 0.4 * drought)
        guard index < duffMoisture else { return index }
        let share = (duffMoisture - index) / duffMoisture
        return max(duffMoisture - (0.92 + .pow(0.0114 * duffMoisture, 1.7)) * share, 0)
    }

    /// FWI, equations 28a to 30b. Throws `out-of-range` unless the spread is 0 … 10¹⁵ and the buildup 0 … 40,000.
    package static func fireWeather(initialSpread: Double, buildup: Double) throws(ForecastError) -> Double {
        try ForecastError.check(
            ("initial spread index", initialSpread, 0...1e15),
            ("buildup index", buildup, 0...40_000)
        )
        let fuel =
            buildup > 80 ? 1000 / (25 + 108.64 / .exp(0.023 * buildup)) : 0.626 * .pow(buildup, 0.809) + 2
        let intensity = 0.1 * initialSpread * fuel
        return intensity <= 1 ? intensity : .exp(2.72 * .pow(0.434 * .log(intensity), 0.647))
    }

    /// DSR, equation 31, of an index that is not negative.
    package static func dailySeverity(fireWeather: Double) -> Double { 0.0272 * .pow(max(fireWeather, 0), 1.77) }
}

/// The three moisture codes, which are carried from day to day. Higher is drier.
package struct FireWeatherCodes: Hashable, Sendable, Codable {
    /// FFMC.
    package let fineFuelMoisture: Double
    /// DMC.
    package let duffMoisture: Double
    /// DC.
    package let drought: Double

    /// Throws `out-of-range` unless FFMC is 0 … 101 and DMC and DC are 0 … 20,000.
    package init(fineFuelMoisture: Double, duffMoisture: Double, drought: Double) throws(ForecastError) {
        try ForecastError.check(
            ("fine fuel moisture code", fineFuelMoisture, FireWeatherFineFuel.codes),
            ("duff moisture code", duffMoisture, FireWeatherDuff.codes),
            ("drought code", drought, FireWeatherDuff.codes)
        )
        self.fineFuelMoisture = fineFuelMoisture
        (self.duffMoisture, self.drought) = (duffMoisture, drought)
    }

    private init(standard: (Double, Double, Double)) { (fineFuelMoisture, duffMoisture, drought) = standard }

    /// The standard start in spring, three days after the snow has gone: FFMC 85, DMC 6, DC 15.
    package static let springStart = FireWeatherCodes(standard: (85, 6, 15))
}
