import MessageSchema
import MonitoringDomain
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// The fine fuel moisture code of each hour. Expected values: the package cffdrs-fire 0.3.0 (PyPI), `hourlyFFMC` with its precise values,
/// which states Van Wagner 1977 and Alexander et al. 1984 as its sources; a program with no code in common.
@Suite struct HourlyFineFuelTests {
    /// Hours of cffdrs' own sample weather (test_hffmc, July 2001), one after the other from code 85: a dry afternoon, a shower, a
    /// night, and the hours with fog, storm and rain.
    @Test func `hours in a row agree with another port, through drought, dew, fog and rain`() throws {
        let hours: [(temperature: Double, humidity: Double, wind: Double, rain: Double, expected: Double)] = [
            (27.3, 34, 6.5, 0, 86.10055802422235), (28.7, 31, 4.3, 0, 87.16563438329483),
            (28.1, 34, 4.8, 0, 87.91947884708468), (27.6, 35, 4.6, 0, 88.48623230213909),
            (28.9, 31, 3.1, 0, 89.13814469483663), (28, 34, 3.8, 0.76, 74.56590818528052),
            (25.5, 37, 4.8, 0, 76.8254301407887), (23.6, 42, 1.8, 0, 78.26610360124114),
            (23.1, 55, 2.1, 0, 79.16176585631692), (21, 66, 2.4, 0, 79.63281602311461),
            (19.8, 80, 7, 0, 79.78392319733561), (18.5, 71, 7.4, 0, 80.10809487560357),
            (16.8, 92, 8.7, 0, 79.89315510957735), (17.6, 81, 4.4, 0, 79.96323502801394),
            (17.2, 100, 7, 0.51, 69.32247905537254), (16.8, 100, 5.6, 0.51, 60.429153519760476),
            (24.1, 75, 5, 1.27, 46.12162577132748), (18.9, 100, 12.2, 11.94, 8.082274115890632),
            (19.9, 77, 36.5, 0, 13.15995599691761), (19.9, 90, 33.8, 0.76, 13.991388415903625),
            (22, 29, 9.6, 0, 20.589765425678614), (12.6, 100, 10.4, 1.52, 14.5108820323438),
            (14.9, 100, 12, 2.29, 8.706567972487699),
        ]
        var code = 85.0
        for hour in hours {
            let weather = try FireWeatherTests.weather(hour.temperature, hour.humidity, hour.wind, hour.rain)
            code = try FireWeatherFineFuel.hourly(previous: code, weather)
            #expect(FireWeatherTests.isNear(code, hour.expected, digits: 1e-6))
        }
    }

    @Test func `a code or a step out of its range is refused`() throws {
        let weather = try FireWeatherTests.weather(20, 40, 10, 0)
        for (code, hours) in [(-0.1, 1), (101.1, 1), (.nan, 1), (85, 0), (85, -1), (85, 24.1)] as [(Double, Double)] {
            let error = #expect(throws: ForecastError.self) {
                try FireWeatherFineFuel.hourly(previous: code, weather, hours: hours)
            }
            #expect(error?.code == .outOfRange)
        }
    }

    // MARK: through the service

    private typealias Service = ForecastServiceTests

    private static let forecast = """
        forecasts: [{ id: litter, kind: ffmc-hourly, station: "1522021001", wait: 10m, start: 85, most_missing: 3 }]
        """

    /// Tenths of °C, of %, of m/s and of mm.
    private static func weather(_ temperature: Int, _ humidity: Int, _ wind: Int, _ rain: Int?) -> [(String, Int, Int)]
    {
        [("0219", temperature, 3), ("1819", humidity, 3), ("3519", wind, 3)]
            + (rain.map { [Service.hourRain($0)] } ?? [])
    }

    private static func found(_ rig: RecordingRig) throws -> [String] {
        try rig.messages(ForecastComputed.self).map { try $0.results[0].value.checked().number }
    }

    /// The package's figures for these six hours, with the wind in km/h: 86.10004, 87.16584, 72.60256, 75.09731, 75.16427, 65.50481.
    @Test func `each hour has its code, which is an element of the station`() throws {
        let rig = try Service.rig(Self.forecast)
        let hours = [
            (273, 340, 18, 0), (287, 310, 12, 0), (280, 340, 11, 8), (255, 370, 13, 0), (168, 920, 24, 0),
            (172, 1000, 19, 5),
        ]
        for (hour, (temperature, humidity, wind, rain)) in hours.enumerated() {
            try Service.report(
                rig,
                Service.start + .hours(Int64(hour)),
                serial: hour + 1,
                Self.weather(temperature, humidity, wind, rain)
            )
        }
        _ = try rig.engine.fireTimers(at: Service.start + .hours(5) + .minutes(10))
        #expect(try Self.found(rig) == ["86.1000", "87.1658", "72.6026", "75.0973", "75.1643", "65.5048"])
        let computed = try rig.messages(ForecastComputed.self)
        #expect(computed.map { $0.parameters[1].value } == ["true"] + Array(repeating: "false", count: 5))
        #expect(computed.allSatisfy { $0.inputs.count == 4 && $0.forecast == "litter" })
        let observed = try rig.messages(ObservationAccepted.self).filter { $0.elementID == "ffmc_hourly" }
        #expect(observed.map(\.observedUs) == (0..<6).map { (Service.start + .hours($0)).microseconds })
        #expect(try rig.differences().isEmpty)
    }

    /// The code of the second hour, carried over two, goes into the fifth; four hours without weather make the next one a first one.
    @Test func `hours without weather carry the code, and after too many it begins anew`() throws {
        let rig = try Service.rig(Self.forecast)
        let dry = Self.weather(273, 340, 18, 0)
        func report(_ hour: Int64, _ weather: [(String, Int, Int)], minutes: Int64 = 0) throws {
            let observed = Service.start + .hours(hour) + .minutes(minutes)
            try Service.report(rig, observed, serial: Int(hour * 2 + minutes / 30) + 1, weather)
        }
        try report(0, dry)
        // No rain; then rain that is of another hour.
        try report(1, Self.weather(273, 340, 18, nil))
        try report(1, dry, minutes: 30)
        try report(3, Self.weather(287, 310, 12, 0))
        for hour in 4...7 as ClosedRange<Int64> { try report(hour, Self.weather(273, 340, 18, nil)) }
        try report(8, dry)
        _ = try rig.engine.fireTimers(at: Service.start + .hours(8) + .minutes(10))
        #expect(try Self.found(rig) == ["86.1000", "87.1658", "86.1000"])
        #expect(try rig.messages(ForecastComputed.self).map { $0.parameters[1].value } == ["true", "false", "true"])
        // Told when it begins, not each hour.
        let withheld = try rig.messages(ForecastWithheld.self)
        #expect(withheld.map(\.reason) == ["missing-input", "missing-input"])
        #expect(withheld.allSatisfy { $0.message.contains("rain_1h") })
        #expect(try rig.differences().isEmpty)
    }

    @Test func `weather that cannot be is told, and the next hour goes on`() throws {
        let rig = try Service.rig(Self.forecast)
        try Service.report(rig, Service.start, serial: 1, Self.weather(273, 340, 18, 0))
        try Service.report(rig, Service.start + .hours(1), serial: 2, Self.weather(273, 1010, 18, 0))
        try Service.report(rig, Service.start + .hours(2), serial: 3, Self.weather(287, 310, 12, 0))
        _ = try rig.engine.fireTimers(at: Service.start + .hours(2) + .minutes(10))
        #expect(try Self.found(rig) == ["86.1000", "87.1658"])
        let withheld = try #require(rig.messages(ForecastWithheld.self).first)
        #expect(withheld.reason == "out-of-range" && withheld.message.contains("humidity"))
    }

    @Test func `a rule watches the code of the hour`() throws {
        let rule = """
            rules:
              - id: litter
                hazard: wildfire
                kind: level
                element: ffmc_hourly
                stations: ["1522021001"]
                bands: [{ colour: blue, at: "86.0000 1" }, { colour: yellow, at: "87.0000 1" }]
                hysteresis: "0.5 1"
                duration: 0s
                clear_after: 0s
                lifetime: 24h
                drafter: p-li
                divisions: ["152202004"]

            """
        let configuration = Service.configuration(Self.forecast).replacing("rules:\n", with: rule)
        let rig = try RecordingRig(configuration: configuration, start: Service.start - .hours(48))
        try Service.report(rig, Service.start, serial: 1, Self.weather(273, 340, 18, 0))
        try Service.report(rig, Service.start + .hours(1), serial: 2, Self.weather(287, 310, 12, 0))
        _ = try rig.engine.fireTimers(at: Service.start + .hours(1) + .minutes(10))
        #expect(try rig.messages(WarningDrafted.self).map(\.content.colour) == [.blue, .yellow] as [WireWarningColour])
    }
}
