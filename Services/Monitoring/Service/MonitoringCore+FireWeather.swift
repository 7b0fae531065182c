import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// The fire weather indices of a station, each day at noon.
struct FireWeatherForecast: Sendable {
    let schedule: ForecastSchedule
    /// Nil takes the Canadian standard day length.
    let latitudeDegrees: Double?
    let start: FireWeatherCodes
    let season: FireSeasonRule?
    /// Over so many days without weather the codes are carried; after more they begin anew.
    let mostMissing: Int

    struct State: CarriedState {
        var codes: FireWeatherCodes?
        var missing = 0
        var season = FireSeason()

        mutating func forget() { codes = nil }
    }

    /// `{ id, kind: fwi, station, wait: 1h, day_length: latitude, start: { ffmc: 85, dmc: 6, dc: 15 }, most_missing: 3, season: … }`.
    init(_ item: YAMLValue, _ station: Station) throws(ConfigurationError) {
        try item.allow(["id", "kind", "station", "wait", "day_length", "start", "most_missing", "season"])
        schedule = ForecastSchedule(period: .day, hour: 12, wait: try item.wait())
        let standard = try item.optional("day_length")?.parse("standard or latitude") {
            $0 == "standard" ? true : $0 == "latitude" ? false : nil
        }
        latitudeDegrees = standard == true ? nil : Double(station.position.latitudeMicrodegrees) / 1_000_000
        start = try item.optional("start")?.codes() ?? .springStart
        mostMissing = try item.optional("most_missing")?.integer(in: 0...30) ?? 3
        season = try item.optional("season")?.season()
    }
}

extension YAMLValue {
    fileprivate func codes() throws(ConfigurationError) -> FireWeatherCodes {
        try allow(["ffmc", "dmc", "dc"])
        let (fine, duff) = (try value("ffmc").decimal(in: 0...101), try value("dmc").decimal(in: 0...20_000))
        let drought = try value("dc").decimal(in: 0...20_000)
        return try made { () throws(ForecastError) in
            try FireWeatherCodes(fineFuelMoisture: fine, duffMoisture: duff, drought: drought)
        }
    }

    /// `{ above: "12.0 °C", below: "5.0 °C", days: 3 }`, or `snow_free: true` in place of `above`.
    fileprivate func season() throws(ConfigurationError) -> FireSeasonRule {
        try allow(["above", "snow_free", "below", "days"])
        let above = try optional("above")?.quantity(.celsius).millionths
        let below = try value("below").quantity(.celsius).millionths
        let days = try value("days").integer(in: 1...30)
        guard try (above != nil) != (optional("snow_free")?.flag() ?? false) else {
            throw error("a season begins by warmth or by snow", remedy: "write above: or snow_free: true")
        }
        return try made { () throws(ForecastError) in
            try FireSeasonRule(
                start: above.map { .warm(aboveMillionthsCelsius: $0) } ?? .snowFree,
                endBelowMillionthsCelsius: below,
                days: days
            )
        }
    }
}

extension MonitoringCore {
    /// A noon's weather, and the readings that say it.
    private struct Noon {
        let weather: FireWeatherObservation
        let inputs: [RecordID]
    }

    func make(_ settings: FireWeatherForecast, _ forecast: Forecast, at noon: Instant, _ turn: Turn) throws {
        var state: FireWeatherForecast.State = try state(of: forecast.id, turn) ?? .init()
        do {
            guard try isInSeason(settings, forecast.station, noon, &state, turn) else {
                try keep(state, of: forecast.id, turn)
                let text = "the fire season has not begun"
                return try withhold(forecast.id, forecast.station, at: noon, "out-of-season", text, turn)
            }
            let found = try weather(forecast.station, noon, turn)
            guard let weather = found.noon else {
                try carry(&state, over: settings.mostMissing, forecast, turn)
                let text = "no \(found.missing) at noon; the codes are carried"
                return try withhold(forecast.id, forecast.station, at: noon, "missing-input", text, turn)
            }
            let isStart = state.codes == nil
            let index = try FireWeatherIndex(
                after: state.codes ?? settings.start,
                weather.weather,
                month: BeijingTime.civil(noon).month,
                latitudeDegrees: settings.latitudeDegrees
            )
            (state.codes, state.missing) = (index.codes, 0)
            try keep(state, of: forecast.id, turn)
            try publish(
                try ForecastFinding(index, at: noon, inputs: weather.inputs, isStart: isStart),
                forecast.id,
                forecast.station,
                turn
            )
        } catch let error as ForecastError {
            try carry(&state, over: settings.mostMissing, forecast, turn)
            try withhold(forecast.id, forecast.station, at: noon, error.code.rawValue, error.message, turn)
        }
    }

    private func isInSeason(
        _ settings: FireWeatherForecast,
        _ station: StationID,
        _ noon: Instant,
        _ state: inout FireWeatherForecast.State,
        _ turn: Turn
    ) throws -> Bool {
        guard let rule = settings.season else { return true }
        let day = noon - .hours(24)
        let warmth = try ForecastRepository.readings(station, "temperature", after: day, through: noon, turn.database)
        let snow = try ForecastRepository.readings(station, "snow_depth", after: day, through: noon, turn.database)
        guard let maximum = warmth.map(\.millionths).max() else { return state.season.isActive }
        let change = state.season.take(
            maximumMillionthsCelsius: maximum,
            snowMillimetres: snow.last.map { $0.millionths / 1_000 },
            rule: rule
        )
        // A new season begins with the start values.
        if change != nil { (state.codes, state.missing) = (nil, 0) }
        return state.season.isActive
    }

    /// The four of that noon: the last of the hour before it, the rain of 24 hours or of 24 single ones.
    private func weather(_ station: StationID, _ noon: Instant, _ turn: Turn) throws -> (noon: Noon?, missing: String) {
        let (found, missing) = try newest(["temperature", "humidity", "wind_speed"], station, noon, turn)
        if let missing { return (nil, missing.value) }
        var rain = try newest(["rain_24h"], station, noon, turn).readings
        if rain.isEmpty {
            rain = try ForecastRepository.readings(
                station,
                .rain1h,
                after: noon - .hours(24),
                through: noon,
                turn.database
            )
            guard rain.count == 24 else { return (nil, "rain_24h") }
        }
        guard let sum = ForecastRepository.total(rain) else {
            throw ForecastError(.outOfRange, "the rain of 24 hours is no rain; correct the readings")
        }
        let weather = try FireWeatherObservation(
            temperatureCelsius: found[0].value,
            relativeHumidityPercent: found[1].value,
            windKilometresPerHour: found[2].value * 3.6,
            rainMillimetres: Double(sum) / 1_000_000
        )
        return (Noon(weather: weather, inputs: (found + rain).map(\.record)), "")
    }
}

extension ForecastFinding {
    /// The indices in ten thousandths.
    fileprivate init(_ index: FireWeatherIndex, at noon: Instant, inputs: [RecordID], isStart: Bool)
        throws(ForecastError)
    {
        var results: [Result] = []
        for (element, value) in [
            ("ffmc", index.codes.fineFuelMoisture), ("dmc", index.codes.duffMoisture), ("dc", index.codes.drought),
            ("isi", index.initialSpread), ("bui", index.buildup), ("fwi", index.fireWeather),
            ("dsr", index.dailySeverity),
        ] as [(ElementID, Double)] {
            results.append(Result(element: element, value: try Quantity(rounding: value, decimals: 4, .one)))
        }
        self.init(
            base: noon,
            results: results,
            inputs: inputs,
            parameters: [("scale", "147.27723"), ("begins-anew", isStart ? "true" : "false")],
            source: "Van Wagner 1987, Forestry Technical Report 35; cffdrs"
        )
    }
}
