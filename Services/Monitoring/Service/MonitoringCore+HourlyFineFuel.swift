import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// The fine fuel moisture code of a station at each full hour: how litter dries through the day and takes up dew at night.
struct HourlyFineFuelForecast: Sendable {
    let schedule: ForecastSchedule
    /// The code before the first hour.
    let start: Double
    /// Over so many hours without weather the code is carried; after more it begins anew.
    let mostMissing: Int

    struct State: CarriedState {
        var code: Double?
        var missing = 0

        mutating func forget() { code = nil }
    }

    /// `{ id, kind: ffmc-hourly, station, wait: 10m, start: 85, most_missing: 3 }`.
    init(_ item: YAMLValue) throws(ConfigurationError) {
        try item.allow(["id", "kind", "station", "wait", "start", "most_missing"])
        let wait = try item.optional("wait")?.duration()
        schedule = ForecastSchedule(period: .hour, hour: 0, wait: wait ?? .minutes(10))
        start = try item.optional("start")?.decimal(in: 0...101) ?? FireWeatherCodes.springStart.fineFuelMoisture
        mostMissing = try item.optional("most_missing")?.integer(in: 0...24) ?? 3
    }
}

extension MonitoringCore {
    func make(_ settings: HourlyFineFuelForecast, _ forecast: Forecast, at hour: Instant, _ turn: Turn) throws {
        var state: HourlyFineFuelForecast.State = try state(of: forecast.id, turn) ?? .init()
        do {
            let found = try newest(["temperature", "humidity", "wind_speed"], forecast.station, hour, turn)
            // The rain of another hour would count twice, or for none.
            let rain = try newest([.rain1h], forecast.station, hour, turn).readings.last
            guard found.missing == nil, let rain, rain.observed == hour else {
                try carry(&state, over: settings.mostMissing, forecast, turn)
                let text = "no \(found.missing ?? .rain1h) at the hour; the code is carried"
                return try withhold(forecast.id, forecast.station, at: hour, "missing-input", text, turn)
            }
            let isStart = state.code == nil
            let code = try FireWeatherFineFuel.hourly(
                previous: state.code ?? settings.start,
                FireWeatherObservation(
                    temperatureCelsius: found.readings[0].value,
                    relativeHumidityPercent: found.readings[1].value,
                    windKilometresPerHour: found.readings[2].value * 3.6,
                    rainMillimetres: rain.value
                )
            )
            (state.code, state.missing) = (code, 0)
            try keep(state, of: forecast.id, turn)
            let finding = ForecastFinding(
                base: hour,
                results: [.init(element: "ffmc_hourly", value: try Quantity(rounding: code, decimals: 4, .one))],
                inputs: (found.readings + [rain]).map(\.record),
                parameters: [("scale", "147.27723"), ("begins-anew", isStart ? "true" : "false")],
                source: "Van Wagner 1977, Information Report PS-X-69; cffdrs"
            )
            try publish(finding, forecast.id, forecast.station, turn)
        } catch let error as ForecastError {
            try carry(&state, over: settings.mostMissing, forecast, turn)
            try withhold(forecast.id, forecast.station, at: hour, error.code.rawValue, error.message, turn)
        }
    }

    /// The newest reading of each of these within the hour that ends then, up to the first that has none.
    func newest(_ elements: [ElementID], _ station: StationID, _ hour: Instant, _ turn: Turn) throws -> (
        readings: [ForecastRepository.Reading], missing: ElementID?
    ) {
        var found: [ForecastRepository.Reading] = []
        for element in elements {
            let readings = try ForecastRepository.readings(
                station,
                element,
                after: hour - .hours(1),
                through: hour,
                turn.database
            )
            guard let newest = readings.last else { return (found, element) }
            found.append(newest)
        }
        return (found, nil)
    }
}
