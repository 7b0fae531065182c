import Foundation
import MessageSchema
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Forecasts that need a record: flow fitted to the store's own readings, drought against a climate.
@Suite struct FittedForecastTests {
    typealias Service = ForecastServiceTests

    static func flow(lead: Int, more: String = "") -> String {
        """
        forecasts:
          - { id: flow-\(lead)h, kind: flow, station: "1522021001", rain: ["1522021001"], lead_hours: \(lead), flows: 2, rains: 6\(more) }
        """
    }

    /// The recorded flood, hour by hour.
    static func flood(_ configuration: String) throws -> RecordingRig {
        let rig = try Service.rig(configuration)
        let rows = try FireWeatherTests.table("flood/hourly-120h.csv")
        for (hour, row) in rows.enumerated() {
            let flow = Int((row[2] * 1_000).rounded())
            let rain = ("1A1A", Int((row[1] * 100).rounded()), 3)
            try Service.report(rig, Service.start + .hours(Int64(hour)), serial: hour, [rain, Service.flow(flow)])
        }
        return rig
    }

    static func fit(_ rig: RecordingRig, _ forecast: String, by person: String = "p-li") throws -> Batch {
        var order = FitForecast()
        order.forecast = forecast
        order.fromUs = Service.start.microseconds
        order.untilUs = (Service.start + .hours(119)).microseconds
        let command = try TestCommand.arrival(order, id: "fit-\(person)", by: person, realm: RecordingRig.realm)
        return try rig.engine.handle([command], at: rig.engine.now)
    }

    /// numpy's `lstsq` on the same hours: errors 53.469892 and 85.950080, half width 80.906596; after 438.479 and 300 m³/s 160.676894.
    @Test(.enabled(if: Checkout.vectors("flood/hourly-120h.csv") != nil))
    func `a flow forecast is withheld until it is fitted, then told with its interval and its skill`() throws {
        let rig = try Self.flood(Self.flow(lead: 2))
        #expect(try rig.messages(ForecastWithheld.self).map(\.reason) == ["not-fitted"])
        #expect(try Self.fit(rig, "flow-2h", by: "p-guest").refusal == "role-missing")
        #expect(try Self.fit(rig, "flow-2h").refusal == nil)
        let fitted = try #require(rig.messages(ForecastFitted.self).first)
        #expect(fitted.coefficientsMillionths.prefix(4) == [-5_535_552, 1_621_026, -764_704, 9_925_097])
        #expect(fitted.pairs == 60 && fitted.errorMillionths == 53_469_892 && fitted.halfWidthMillionths == 80_906_596)
        #expect(fitted.persistenceErrorMillionths == 85_950_080)
        try Service.report(
            rig,
            Service.start + .hours(120),
            serial: 500,
            [("1A1A", 100, 3), Service.flow(300_000)]
        )
        let message = try #require(rig.messages(ForecastComputed.self).last)
        let result = try #require(message.results.first)
        #expect(try result.value.checked().description == "160.7 m3/s" && result.elementID == "flow_forecast_2h")
        #expect(try result.lowest.checked().number == "79.8" && result.highest.checked().number == "241.6")
        #expect(message.validUs == (Service.start + .hours(122)).microseconds && message.results.count == 1)
        #expect(message.inputs.count == 12)
        #expect(try rig.differences().isEmpty)
    }

    /// numpy: worse than persistence from four hours on, so at six.
    @Test(.enabled(if: Checkout.vectors("flood/hourly-120h.csv") != nil))
    func `a fit that does not beat persistence is refused and nothing is told`() throws {
        let rig = try Self.flood(Self.flow(lead: 6))
        #expect(try Self.fit(rig, "flow-6h").refusal == "not-fitted-residuals-too-large")
        #expect(try Self.fit(rig, "flow-5h", by: "p-wang").refusal == "unknown-forecast")
        #expect(try rig.messages(ForecastComputed.self).isEmpty)
    }

    /// By hand: 10 + 0.5 · 20 = 20 m³/s; stage 1 + √(20 / 5) = 3.00 m, 1 + √(15 / 5) = 2.73 m, 1 + √(25 / 5) = 3.24 m.
    @Test func `a fit of the configuration gives flow and stage; one without skill is withheld`() throws {
        func more(_ persistence: Int) -> String {
            ", rating: [{ from: 1.0, to: 6.0, zero: 1.0, coefficient: 5, exponent: 2 }], fit: { coefficients: [10, 0.5, 0, "
                + "0, 0, 0, 0, 0, 0], pairs: 50, error: 3, persistence_error: \(persistence), half_width: 5, most_flow: 90 }"
        }
        func hours(_ rig: RecordingRig) throws {
            for hour in 0..<6 as Range<Int64> {
                let elements = [Service.hourRain(0), Service.flow(20_000)]
                try Service.report(rig, Service.start + .hours(hour), serial: Int(hour), elements)
            }
        }
        let rig = try Service.rig(Self.flow(lead: 1, more: more(4)))
        try hours(rig)
        // Five hours have not six of rain before them.
        #expect(try rig.messages(ForecastWithheld.self).map(\.reason) == ["out-of-range"])
        let message = try #require(rig.messages(ForecastComputed.self).first)
        let told = try message.results.map {
            "\(try $0.value.checked().description), \(try $0.lowest.checked().number) to \(try $0.highest.checked().number)"
        }
        #expect(told == ["20.0 m3/s, 15.0 to 25.0", "3.00 m, 2.73 to 3.24"])
        let idle = try Service.rig(Self.flow(lead: 1, more: more(3)))
        try hours(idle)
        #expect(try idle.messages(ForecastComputed.self).isEmpty)
        #expect(try idle.messages(ForecastWithheld.self).map(\.reason) == ["not-fitted-residuals-too-large"])
    }

    /// climate_indices: April 2014 with 14.05957031 mm is −1.240214624, against the whole series; scipy gives the same.
    @Test(.enabled(if: Checkout.vectors("drought/precips_mm_monthly.csv") != nil))
    func `a month's drought index is the published one, and withheld where a day is missing`() throws {
        let rain = String(decoding: try #require(Checkout.vectors("drought/precips_mm_monthly.csv")), as: UTF8.self)
            .split(whereSeparator: { $0 == "," || $0.isNewline }).filter { $0 != "nan" }.joined(separator: ", ")
        let more = """
            forecasts:
              - { id: spi, kind: spi, station: "1522021001", months: [1, 3], calibration: [1895, 2016], first_year: 1895, wait: 1h, rain: [\(rain)] }
            """
        // 1 April 2026, 08:00 in Beijing.
        let april = Instant(seconds: 1_775_001_600)
        let rig = try RecordingRig(configuration: Service.configuration(more), start: april)
        for day in 1...58 as ClosedRange<Int64> where day != 40 {
            let fallen = day == 12 ? 1_406 : 0
            try Service.report(rig, april + .hours(24 * day), serial: Int(day), [("1F1A", fallen, 3)])
        }
        _ = try rig.engine.fireTimers(at: april + .hours(24 * 61 + 2))
        let message = try #require(rig.messages(ForecastComputed.self).first)
        #expect(try message.results.map { "\($0.elementID) \(try $0.value.checked().number)" } == ["spi_1 -1.24"])
        #expect(message.inputs.count == 30)
        #expect(try rig.messages(ForecastWithheld.self).map(\.reason) == ["missing-input"])
        #expect(try rig.messages(ForecastComputed.self).count == 1)
    }
}
