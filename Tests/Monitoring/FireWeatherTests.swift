import Foundation
import MonitoringDomain
import TestSupport
import Testing

/// Expected values: the 48 days of Van Wagner and Pickett 1985 with the figures of the package cffdrs, the figures of cffdrs' own
/// tests (cffdrs_r, tests/data), and its equations transcribed to Python, outside of this project.
@Suite struct FireWeatherTests {
    static func weather(_ temperature: Double, _ humidity: Double, _ wind: Double, _ rain: Double)
        throws(ForecastError) -> FireWeatherObservation
    {
        try FireWeatherObservation(
            temperatureCelsius: temperature,
            relativeHumidityPercent: humidity,
            windKilometresPerHour: wind,
            rainMillimetres: rain
        )
    }

    static func isNear(_ found: Double, _ expected: Double, digits: Double = 1e-7) -> Bool {
        abs(found - expected) <= digits * max(abs(expected), 1e-12)
    }

    static func numbers(_ day: FireWeatherIndex) -> [Double] {
        [
            day.codes.fineFuelMoisture, day.codes.duffMoisture, day.codes.drought, day.initialSpread, day.buildup,
            day.fireWeather, day.dailySeverity,
        ]
    }

    /// Rows of numbers behind a line of names.
    static func table(_ name: String) throws -> [[Double]] {
        let text = String(decoding: try #require(Checkout.vectors(name)), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    }

    @Test(.enabled(if: Checkout.vectors("fire-weather/expected-48-days.csv") != nil))
    func `48 days agree with the Canadian figures to four digits`() throws {
        let rows = try Self.table("fire-weather/expected-48-days.csv")
        #expect(rows.count == 48)
        var codes = FireWeatherCodes.springStart
        for row in rows {
            let day = try FireWeatherIndex(
                after: codes,
                Self.weather(row[5], row[6], row[7], row[8]),
                month: Int(row[3]),
                latitudeDegrees: row[1]
            )
            for (found, expected) in zip(Self.numbers(day), row[9...]) {
                #expect(Self.isNear(found, expected, digits: 5.1e-4), "month \(row[3]) day \(row[4])")
            }
            codes = day.codes
        }
    }

    /// Eight days that cross every threshold: frost, saturated air, rain of 0.5, 0.6, 1.5, 1.6, 2.8 and 2.9 mm, storm, drought.
    static let eightDays: [(Double, Double, Double, Double)] = [
        (12, 35, 15, 0), (3, 98, 5, 1.5), (-4, 60, 40, 1.6), (22, 20, 55, 0.5), (28, 100, 10, 12.4), (31, 8, 70, 0.6),
        (35, 15, 30, 2.8), (33, 25, 20, 2.9),
    ]

    @Test(
        arguments: [
            (1, 55, [91.55024445, 9.194613249, 21.82838023, 14.64267848, 9.170279083, 13.28850628, 2.649242527]),
            (2, 30, [91.55024445, 12.07131055, 21.82838023, 14.64267848, 11.9180881, 14.85227297, 3.225836688]),
            (3, 20, [91.55024445, 12.83357468, 32.73880391, 14.64267848, 12.96322497, 15.40758018, 3.442380371]),
            (4, 47.2, [91.55024445, 18.81928471, 30.79413293, 14.64267848, 18.61193024, 18.12964565, 4.591113116]),
            (5, 10, [91.55024445, 12.9862326, 32.73880391, 14.64267848, 13.04064811, 15.44796451, 3.458366692]),
            (6, 30.5, [91.55024445, 20.5133349, 49.84537579, 14.64267848, 20.49905084, 18.95561896, 4.96781153]),
            (7, -10, [91.55024445, 11.31094964, 32.73880391, 14.64267848, 12.13799272, 14.97073269, 3.271516484]),
            (8, -20, [91.55024445, 11.91907736, 21.82838023, 14.64267848, 11.77187375, 14.77301205, 3.19542866]),
            (9, -30, [91.55024445, 12.52845782, 21.82838023, 14.64267848, 12.35760917, 15.08815853, 3.31707313]),
            (10, 0, [91.55024445, 12.9862326, 32.73880391, 14.64267848, 13.04064811, 15.44796451, 3.458366692]),
            (11, -45, [91.55024445, 16.35769219, 42.07112352, 14.64267848, 16.58973187, 17.20245815, 4.183734408]),
            (12, 15, [91.55024445, 11.15913051, 32.73880391, 14.64267848, 12.05002931, 14.92345472, 3.253251905]),
        ] as [(Int, Double, [Double])]
    )
    func `every month and band of latitude agrees with the equations in Python`(
        month: Int,
        latitude: Double,
        expected: [Double]
    ) throws {
        var codes = FireWeatherCodes.springStart
        var last = [Double]()
        for (temperature, humidity, wind, rain) in Self.eightDays {
            let weather = try Self.weather(temperature, humidity, wind, rain)
            let day = try FireWeatherIndex(after: codes, weather, month: month, latitudeDegrees: latitude)
            (codes, last) = (day.codes, Self.numbers(day))
        }
        for (found, wanted) in zip(last, expected) { #expect(Self.isNear(found, wanted, digits: 1e-9)) }
    }

    /// cffdrs_r tests/data/FineFuelMoistureCode.csv.
    @Test(
        arguments: [
            (45.3, 10.5, 55.61, 291.6, 186.83, 74.0889589191088), (0.9, 18.6, 55.61, 291.6, 186.83, 81.6078034270781),
            (98.1, 18.6, 55.61, 291.6, 186.83, 82.6297422549911), (94.8, 59.1, 55.61, 291.6, 186.83, 93.0031725517858),
            (1.8, -30, 55.61, 0, 0, 5.90921600430224), (99, -30, 55.61, 0, 0, 96.2098812920278),
            (84.6, -30, 55.61, 0, 0.5, nil), (6.6, 10.5, 55.61, 0, 0, 25.4095003245373),
        ] as [(Double, Double, Double, Double, Double, Double?)]
    )
    func `fine fuel agrees with the package's own figures`(
        previous: Double,
        temperature: Double,
        humidity: Double,
        wind: Double,
        rain: Double,
        expected: Double?
    ) throws {
        let code = try FireWeatherFineFuel.daily(previous: previous, Self.weather(temperature, humidity, wind, rain))
        let dry = try FireWeatherFineFuel.daily(previous: previous, Self.weather(temperature, humidity, wind, 0))
        // Without a figure: rain up to 0.5 mm stays in the canopy.
        #expect(Self.isNear(code, expected ?? dry, digits: 1e-6))
    }

    /// cffdrs_r tests/data/HourlyFineFuelMoistureCode.csv, in steps of 18 hours from code 72.9.
    @Test(
        arguments: [
            (30.1, 4.58, 218.7, 186.83, 98.8592467167197), (-4.3, 19.16, 218.7, 186.83, 80.123876257758),
            (25.2, 99.35, 218.7, 186.83, 17.0698939091339), (-16, 84.77, 0, 252.44, 10.3227837972184),
            (56.9, 84.77, 0, 252.44, 64.9911530128933), (49.2, 55.61, 291.6, 252.44, 91.2726779131994),
        ] as [(Double, Double, Double, Double, Double)]
    )
    func `hourly fine fuel agrees with the package's own figures`(
        temperature: Double,
        humidity: Double,
        wind: Double,
        rain: Double,
        expected: Double
    ) throws {
        let weather = try Self.weather(temperature, humidity, wind, rain)
        #expect(Self.isNear(try FireWeatherFineFuel.hourly(previous: 72.9, weather, hours: 18), expected, digits: 1e-6))
    }

    /// cffdrs-fire 0.3.0, `hourlyFFMC` with its precise values.
    @Test(
        arguments: [
            (85, 20, 40, 10, 0, 85.57385811126643), (85, 20, 40, 10, 0.4, 77.5620066404568),
            (30, 5, 90, 3, 0, 30.67021825096089), (92, 30, 15, 25, 0, 93.05058619514286),
            (70, 15, 99, 0, 6, 21.39109253154131),
        ] as [(Double, Double, Double, Double, Double, Double)]
    )
    func `an hour agrees with another port`(
        previous: Double,
        temperature: Double,
        humidity: Double,
        wind: Double,
        rain: Double,
        expected: Double
    ) throws {
        let weather = try Self.weather(temperature, humidity, wind, rain)
        #expect(Self.isNear(try FireWeatherFineFuel.hourly(previous: previous, weather), expected, digits: 1e-6))
    }

    /// cffdrs_r tests/data/DuffMoistureCode.csv and DroughtCode.csv; latitude nil where the row has lat.adjust FALSE.
    @Test(
        arguments: [
            (24.3, -30, 55.61, 55.61, -90, 1, 8.07363407573775, 3.2),
            (210.9, 18.6, 55.61, 55.61, -90, 1, 67.9706495373823, 90.7864432569069),
            (45, 42.9, 55.61, 186.83, -90, 1, 17.4655580779144, 11.426),
            (93.6, 42.9, 55.61, 55.61, -17.1, 1, 41.8501096053299, 8.926),
            (243, -30, 55.61, 55.61, -90, 1, 69.039888171096, 110.034178948382),
            (134.1, 42.9, 55.61, 186.83, nil, 10, 53.6627019191311, 8.426),
            (855, 42.9, 0, 186.83, nil, 10, nil, 61.9152799582919),
            (948, 20, 50, 0, nil, 10, nil, 952.304),
        ] as [(Double, Double, Double, Double, Double?, Int, Double?, Double)]
    )
    func `the slow codes agree with the package's own figures`(
        previous: Double,
        temperature: Double,
        humidity: Double,
        rain: Double,
        latitude: Double?,
        month: Int,
        duff: Double?,
        drought: Double
    ) throws {
        let weather = try Self.weather(temperature, humidity, 0, rain)
        let dayLength = try FireWeatherDayLength(month: month, latitudeDegrees: latitude)
        if let duff {
            #expect(Self.isNear(try FireWeatherDuff.duffMoisture(previous: previous, weather, dayLength), duff))
        }
        #expect(Self.isNear(try FireWeatherDuff.drought(previous: previous, weather, dayLength), drought))
    }

    /// The comparisons of cffdrs' `duff_moisture_code` and `drought_code`: a band's northern edge belongs to it.
    @Test(
        arguments: [
            (30.01, 13.9, 5.8), (30, 10.2, 5.8), (20.01, 10.2, 5.8), (20, 10.2, 1.4), (10, 9, 1.4), (-9.99, 9, 1.4),
            (-10, 7.8, 1.4), (-19.99, 7.8, 1.4), (-20, 7.8, -1.6), (-29.99, 7.8, -1.6), (-30, 6.2, -1.6),
            (nil, 13.9, 5.8),
        ] as [(Double?, Double, Double)]
    )
    func `in June the bands of latitude begin where the tables say`(latitude: Double?, hours: Double, factor: Double)
        throws
    {
        let dayLength = try FireWeatherDayLength(month: 6, latitudeDegrees: latitude)
        #expect(dayLength.duffMoistureHours == hours && dayLength.droughtFactor == factor)
    }
}
