/// How long a month's days dry at a latitude.
///
/// Tables and bands as in the package cffdrs of the Canadian Forest Service (`duff_moisture_code`, `drought_code`): the table for
/// 46° N is Van Wagner 1987, the others are Lawson and Armitage 2008, "Weather guide for the Canadian Forest Fire Danger Rating
/// System". A band includes its northern edge.
package struct FireWeatherDayLength: Hashable, Sendable {
    /// Effective day length in hours, of equation 16.
    package let duffMoistureHours: Double
    /// Day length factor of equation 22.
    package let droughtFactor: Double

    /// The factors of a month (1 … 12) at a latitude in degrees, north positive; nil takes the Canadian standard, 46° N, everywhere.
    ///
    /// Throws `out-of-range` for any other month, or a latitude beyond ±90.
    package init(month: Int, latitudeDegrees: Double?) throws(ForecastError) {
        let latitude = latitudeDegrees ?? 46
        try ForecastError.check(("month", Double(month), 1...12), ("latitude in degrees", latitude, -90...90))
        duffMoistureHours = Self.duffMoisture(latitude).map { $0[month - 1] } ?? 9
        droughtFactor = Self.drought(latitude).map { $0[month - 1] } ?? 1.4
    }

    private static func duffMoisture(_ latitude: Double) -> [Double]? {
        if latitude > 30 { return [6.5, 7.5, 9, 12.8, 13.9, 13.9, 12.4, 10.9, 9.4, 8, 7, 6] }
        if latitude > 10 { return [7.9, 8.4, 8.9, 9.5, 9.9, 10.2, 10.1, 9.7, 9.1, 8.6, 8.1, 7.8] }
        if latitude > -10 { return nil }
        if latitude > -30 { return [10.1, 9.6, 9.1, 8.5, 8.1, 7.8, 7.9, 8.3, 8.9, 9.4, 9.9, 10.2] }
        return [11.5, 10.5, 9.2, 7.9, 6.8, 6.2, 6.5, 7.4, 8.7, 10, 11.2, 11.8]
    }

    private static func drought(_ latitude: Double) -> [Double]? {
        if latitude > 20 { return [-1.6, -1.6, -1.6, 0.9, 3.8, 5.8, 6.4, 5, 2.4, 0.4, -1.6, -1.6] }
        if latitude > -20 { return nil }
        return [6.4, 5, 2.4, 0.4, -1.6, -1.6, -1.6, -1.6, -1.6, 0.9, 3.8, 5.8]
    }
}
