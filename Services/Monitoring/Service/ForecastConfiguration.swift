import MonitoringDomain
import ServiceKit
import Vocabulary

/// The forecasts of `forecasts:`; none where the key is absent.
struct Forecasts: Sendable {
    /// By id.
    private(set) var all: [String: Forecast] = [:]
    /// The forecasts that a reading of a place moves, in the file's order.
    private(set) var woken: [MonitoringRepository.Place: [String]] = [:]
    private(set) var earthquake: EarthquakeForecast?

    init(_ list: YAMLValue?, _ stations: [StationID: Station]) throws(ConfigurationError) {
        for item in try list?.list() ?? [] {
            if try item.value("kind").text() == "earthquake" {
                guard earthquake == nil else { throw item.error("a second kind: earthquake", remedy: "keep one") }
                earthquake = try EarthquakeForecast(item, stations)
                continue
            }
            let forecast = try Forecast(item, stations)
            guard all.updateValue(forecast, forKey: forecast.id) == nil else {
                throw item.error("forecast '\(forecast.id)' stands twice", remedy: "give it another id")
            }
            if case .guidance(let guidance) = forecast.kind, all[guidance.antecedent]?.isAntecedent != true {
                throw item.error(
                    "'\(guidance.antecedent)' is no api forecast above this one",
                    remedy: "write it before, with kind: api"
                )
            }
            for element in forecast.inputs {
                woken[.init(station: forecast.station, element: element), default: []].append(forecast.id)
            }
        }
    }
}

/// One forecast at one station.
struct Forecast: Sendable {
    let id: String
    let station: StationID
    let kind: Kind

    enum Kind: Sendable {
        case fireWeather(FireWeatherForecast)
        case hourlyFineFuel(HourlyFineFuelForecast)
        case antecedent(AntecedentForecast)
        case guidance(GuidanceForecast)
        case drought(DroughtForecast)
        case flow(FlowForecast)
    }

    var isAntecedent: Bool {
        if case .antecedent = kind { true } else { false }
    }

    /// What moves it: its first reading begins the days of a daily one, each reading is a turn of another.
    var inputs: [ElementID] {
        switch kind {
        case .fireWeather: ["temperature", "humidity", "wind_speed", "rain_24h", .rain1h]
        case .hourlyFineFuel: ["temperature", "humidity", "wind_speed", .rain1h]
        case .antecedent, .drought: [.rain1h, "rain_24h"]
        case .guidance: [.rain1h]
        case .flow: [.flow]
        }
    }

    /// When it is made again and again; nil where each reading makes it.
    var schedule: ForecastSchedule? {
        switch kind {
        case .fireWeather(let forecast): forecast.schedule
        case .hourlyFineFuel(let forecast): forecast.schedule
        case .antecedent(let forecast): forecast.schedule
        case .drought(let forecast): forecast.schedule
        case .guidance, .flow: nil
        }
    }

    init(_ item: YAMLValue, _ stations: [StationID: Station]) throws(ConfigurationError) {
        id = try item.value("id").parse("a word of at most 32 letters, digits and hyphens") { text in
            (1...32).contains(text.utf8.count) && !text.contains(" ") ? text : nil
        }
        let station = try item.value("station").parse("a station of this file") { stations[StationID($0)] }
        self.station = station.id
        kind =
            switch try item.value("kind").text() {
            case "fwi": .fireWeather(try FireWeatherForecast(item, station))
            case "ffmc-hourly": .hourlyFineFuel(try HourlyFineFuelForecast(item))
            case "api": .antecedent(try AntecedentForecast(item))
            case "flash-flood-guidance": .guidance(try GuidanceForecast(item))
            case "spi": .drought(try DroughtForecast(item))
            case "flow": .flow(try FlowForecast(item, stations))
            case let other:
                throw item.error(
                    "'\(other)' is no kind of forecast",
                    remedy: "write fwi, ffmc-hourly, api, flash-flood-guidance, spi, flow or earthquake"
                )
            }
    }
}

/// When a forecast is made: of each hour, day or month in Beijing's time, some while after it, so that its readings can come.
struct ForecastSchedule: Hashable, Sendable {
    enum Period: Sendable { case hour, day, month }

    let period: Period
    /// The hour that ends a day, and the first day of a month; nothing to a period of an hour.
    let hour: Int
    let wait: Duration

    /// The first end of a period at or after `instant`.
    func base(from instant: Instant) -> Instant {
        let civil = BeijingTime.civil(instant)
        var base = instant
        for step in 0..<3 {
            base =
                switch period {
                case .hour: fullHour(civil, step)
                case .day: day(civil, step)
                case .month: month(civil, step)
                }
            if base >= instant { return base }
        }
        return base
    }

    private func fullHour(_ civil: CivilTime, _ step: Int) -> Instant {
        var start = civil
        (start.minute, start.second) = (0, 0)
        return BeijingTime.instant(start) + .hours(Int64(step))
    }

    private func day(_ civil: CivilTime, _ step: Int) -> Instant {
        var start = civil
        (start.hour, start.minute, start.second) = (hour, 0, 0)
        return BeijingTime.instant(start) + .hours(24 * Int64(step))
    }

    private func month(_ civil: CivilTime, _ step: Int) -> Instant {
        var start = civil
        (start.day, start.hour, start.minute, start.second) = (1, hour, 0, 0)
        let number = civil.month - 1 + step
        (start.year, start.month) = (civil.year + number / 12, number % 12 + 1)
        return BeijingTime.instant(start)
    }

    /// The end of the next period.
    func after(_ base: Instant) -> Instant { self.base(from: base + .seconds(1)) }
}

extension YAMLValue {
    /// A decimal number within `range`.
    func decimal(in range: ClosedRange<Double>) throws(ConfigurationError) -> Double {
        try parse("a number from \(range.lowerBound) to \(range.upperBound)") { text in
            Double(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// What `make` makes; its complaint is one about this place.
    func made<Value>(_ make: () throws(ForecastError) -> Value) throws(ConfigurationError) -> Value {
        do throws(ForecastError) {
            return try make()
        } catch {
            throw self.error("\(error.message)", remedy: "correct the numbers there")
        }
    }

    func wait() throws(ConfigurationError) -> Duration { try optional("wait")?.duration() ?? .hours(1) }
}
