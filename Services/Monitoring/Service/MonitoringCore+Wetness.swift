import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// The antecedent precipitation index of a catchment, each day at eight, when a hydrological day ends.
struct AntecedentForecast: Sendable {
    let schedule: ForecastSchedule
    let recession: AntecedentPrecipitation.Recession

    /// `{ id, kind: api, station, recession: 0.90, settle: 15, wait: 1h }`.
    init(_ item: YAMLValue) throws(ConfigurationError) {
        try item.allow(["id", "kind", "station", "wait", "recession", "settle"])
        schedule = ForecastSchedule(period: .day, hour: 8, wait: try item.wait())
        let share = try item.value("recession").decimal(in: 0.000_001...0.999_999)
        let days = try item.value("settle").integer(in: 1...365)
        recession = try item.made { () throws(ForecastError) in
            try .init(millionths: share.roundedToMillionths(), daysToSettle: days)
        }
    }
}

/// How much rain a basin still bears, at each hour of rain.
struct GuidanceForecast: Sendable {
    let antecedent: String
    let guidance: FlashFloodGuidance
    /// What the river carries where no flow is measured, in m³/s.
    let baseFlow: Double

    static let hours: [Int64] = [1, 3, 6]

    /// `{ id, kind: flash-flood-guidance, station, antecedent: ID, area_km2, lag_hours, bankfull, curve_number, dry_below, wet_from }`.
    init(_ item: YAMLValue) throws(ConfigurationError) {
        try item.allow([
            "id", "kind", "station", "antecedent", "area_km2", "lag_hours", "bankfull", "base_flow", "curve_number",
            "dry_below", "wet_from",
        ])
        antecedent = try item.value("antecedent").text()
        let area = try item.value("area_km2").decimal(in: 0.1...5_000)
        let lag = try item.value("lag_hours").decimal(in: 0.1...72)
        let bankfull = try item.value("bankfull").quantity(.cubicMetrePerSecond).millionths
        let number = try item.value("curve_number").decimal(in: 30...100)
        let dry = try item.value("dry_below").quantity(.millimetre).millionths
        let wet = try item.value("wet_from").quantity(.millimetre).millionths
        let base = try item.optional("base_flow")?.quantity(.cubicMetrePerSecond).millionths ?? 0
        baseFlow = Double(base) / 1_000_000
        guidance = try item.made { () throws(ForecastError) in
            try FlashFloodGuidance(
                areaSquareKilometres: area,
                lagHours: lag,
                bankfullCubicMetresPerSecond: Double(bankfull) / 1_000_000,
                curveNumber: CurveNumber(number),
                dryBelow: dry,
                wetFrom: wet
            )
        }
    }
}

extension MonitoringCore {
    func make(_ settings: AntecedentForecast, _ forecast: Forecast, at base: Instant, _ turn: Turn) throws {
        var index: AntecedentPrecipitation = try state(of: forecast.id, turn) ?? .init()
        let rain = try dayOfRain(forecast.station, until: base, turn)
        do {
            // A sum that no day has is a day that nobody measured.
            let sum = rain.flatMap(ForecastRepository.total)
            let known = sum.flatMap { (0...AntecedentPrecipitation.mostRain).contains($0) ? $0 : nil }
            try index.take(rainMillionthsMillimetres: known, settings.recession)
            try keep(index, of: forecast.id, turn)
            let value = try index.millionthsMillimetres(settings.recession)
            let finding = ForecastFinding(
                base: base,
                results: [
                    .init(element: "api", value: try Quantity(roundingMillionths: value, decimals: 2, .millimetre))
                ],
                inputs: rain?.map(\.record) ?? [],
                parameters: [("recession-millionths", "\(settings.recession.millionths)")],
                source: "Kohler and Linsley 1951, U.S. Weather Bureau Research Paper 34"
            )
            try publish(finding, forecast.id, forecast.station, turn)
        } catch let error as ForecastError {
            try withhold(forecast.id, forecast.station, at: base, error.code.rawValue, error.message, turn)
        }
    }

    /// The rain of the day that ends then: of 24 hours, or the day's own; nil where some of it is missing.
    private func dayOfRain(_ station: StationID, until end: Instant, _ turn: Turn) throws
        -> [ForecastRepository.Reading]?
    {
        let day = try ForecastRepository.readings(
            station,
            "rain_24h",
            after: end - .hours(1),
            through: end,
            turn.database
        )
        if let last = day.last { return [last] }
        let hours = try ForecastRepository.readings(
            station,
            .rain1h,
            after: end - .hours(24),
            through: end,
            turn.database
        )
        return hours.count == 24 ? hours : nil
    }

    func make(_ settings: GuidanceForecast, _ forecast: Forecast, at base: Instant, _ turn: Turn) throws {
        guard let antecedent = forecasts.all[settings.antecedent], case .antecedent(let wetness) = antecedent.kind
        else {
            return
        }
        let station = forecast.station
        let rains = try ForecastRepository.readings(
            station,
            .rain1h,
            after: base - .hours(6),
            through: base,
            turn.database
        )
        let flow = try ForecastRepository.readings(
            station,
            .flow,
            after: base - .hours(3),
            through: base,
            turn.database
        ).last
        let index: AntecedentPrecipitation = try state(of: antecedent.id, turn) ?? .init()
        do {
            var results: [ForecastFinding.Result] = []
            for hours in GuidanceForecast.hours {
                let guidance = try settings.guidance.rainMillionthsMillimetres(
                    hours: Double(hours),
                    currentFlow: flow?.value ?? settings.baseFlow,
                    wetness: index,
                    recession: wetness.recession
                )
                let fallen = rains.filter { $0.observed > base - .hours(hours) }
                let sum = fallen.count == hours ? ForecastRepository.total(fallen) : nil
                results += try Self.results(hours, guidance: guidance, rain: sum)
            }
            let finding = ForecastFinding(
                base: base,
                results: results,
                inputs: (rains + [flow].compactMap { $0 }).map(\.record),
                parameters: [
                    (
                        "api",
                        try Quantity(
                            roundingMillionths: index.millionthsMillimetres(wetness.recession),
                            decimals: 2,
                            .millimetre
                        ).number
                    ),
                    ("curve-number", "\(settings.guidance.curveNumber.value)"),
                ],
                source: "Carpenter et al. 1999; NEH-4, chapters 10 and 16"
            )
            try publish(finding, forecast.id, station, turn)
        } catch let error as ForecastError {
            try withhold(forecast.id, station, at: base, error.code.rawValue, error.message, turn)
        }
    }

    /// A river that is full already bears no rain: then any rain is as much as can be told.
    private static let mostRatio: Int64 = 999

    private static func results(_ hours: Int64, guidance: Int64, rain: Int64?) throws(ForecastError)
        -> [ForecastFinding.Result]
    {
        var results = [
            ForecastFinding.Result(
                element: ElementID("flash_flood_guidance_\(hours)h"),
                value: try Quantity(roundingMillionths: guidance, decimals: 1, .millimetre)
            )
        ]
        if let rain {
            let percent =
                guidance > 0 ? min(Int128(rain) * 100 / Int128(guidance), Int128(mostRatio)) : Int128(mostRatio)
            if let value = Quantity(Int64(clamping: percent), decimals: 0, .percent) {
                results.append(.init(element: ElementID("flash_flood_ratio_\(hours)h"), value: value))
            }
        }
        return results
    }
}
