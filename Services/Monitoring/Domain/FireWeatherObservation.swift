/// The weather at noon, local standard time, from which a day's fire weather is computed.
///
/// Source: Van Wagner 1987, "Development and structure of the Canadian Forest Fire Weather Index System", Forestry Technical
/// Report 35, Canadian Forestry Service.
package struct FireWeatherObservation: Hashable, Sendable {
    package let temperatureCelsius: Double
    package let relativeHumidityPercent: Double
    /// At 10 m in the open.
    package let windKilometresPerHour: Double
    /// Of the 24 hours that end at noon; of the step where the code is hourly.
    package let rainMillimetres: Double

    /// Throws `out-of-range` unless the temperature is −80 … 60 °C, the humidity 0 … 100 %, the wind 0 … 400 km/h and the rain
    /// 0 … 2000 mm.
    package init(
        temperatureCelsius: Double,
        relativeHumidityPercent: Double,
        windKilometresPerHour: Double,
        rainMillimetres: Double
    ) throws(ForecastError) {
        try ForecastError.check(
            ("temperature in °C", temperatureCelsius, -80...60),
            ("relative humidity in %", relativeHumidityPercent, 0...100),
            ("wind in km/h", windKilometresPerHour, 0...400),
            ("rain in mm", rainMillimetres, 0...2000)
        )
        (self.temperatureCelsius, self.relativeHumidityPercent) = (temperatureCelsius, relativeHumidityPercent)
        (self.windKilometresPerHour, self.rainMillimetres) = (windKilometresPerHour, rainMillimetres)
    }

    /// As cffdrs reads a day: saturated air counts as 99.9999 %.
    var belowSaturation: FireWeatherObservation {
        get throws(ForecastError) {
            guard relativeHumidityPercent >= 100 else { return self }
            return try FireWeatherObservation(
                temperatureCelsius: temperatureCelsius,
                relativeHumidityPercent: 99.9999,
                windKilometresPerHour: windKilometresPerHour,
                rainMillimetres: rainMillimetres
            )
        }
    }
}
