import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// The standardized precipitation index of a station, when a month is over.
struct DroughtForecast: Sendable {
    let schedule: ForecastSchedule
    let scales: [Int]
    /// By scale, as `scales`.
    let indices: [DroughtIndex]
    let calibration: ClosedRange<Int>

    /// `{ id, kind: spi, station, months: [1, 3], calibration: [1991, 2020], first_year: 1990, rain: [37.3, …], wait: 1d }`; `rain`
    /// is the record of months in mm, `-` where one is missing.
    init(_ item: YAMLValue) throws(ConfigurationError) {
        try item.allow(["id", "kind", "station", "wait", "months", "calibration", "first_year", "rain"])
        schedule = ForecastSchedule(period: .month, hour: 8, wait: try item.wait())
        var scales: [Int] = []
        for scale in try item.value("months").list() {
            scales.append(try scale.parse("1, 3, 6 or 12") { [1: 1, 3: 3, 6: 6, 12: 12][Int($0) ?? 0] })
        }
        let years = try item.value("calibration").list()
        guard years.count == 2 else { throw item.error("calibration is no period", remedy: "write [1991, 2020]") }
        let (first, last) = (try years[0].integer(in: 1...9999), try years[1].integer(in: 1...9999))
        guard first <= last else { throw item.error("calibration ends before it begins", remedy: "swap the years") }
        let firstYear = try item.value("first_year").integer(in: 1...9999)
        var rain: [Double?] = []
        for month in try item.value("rain").list() {
            rain.append(try month.text() == "-" ? nil : try month.decimal(in: 0...100_000))
        }
        calibration = first...last
        self.scales = scales
        let (made, period) = (rain, first...last)
        indices = try item.made { () throws(ForecastError) in
            let record = try DroughtIndex.Record(firstYear: firstYear, millimetres: made)
            var indices: [DroughtIndex] = []
            for scale in scales {
                indices.append(try DroughtIndex(record, scaleMonths: scale, calibration: period))
            }
            return indices
        }
    }
}

extension MonitoringCore {
    /// A month ends at eight on the first day of the next one, as hydrological days do.
    func make(_ settings: DroughtForecast, _ forecast: Forecast, at base: Instant, _ turn: Turn) throws {
        let ended = BeijingTime.civil(base - .hours(24))
        do {
            var (results, inputs): ([ForecastFinding.Result], [RecordID]) = ([], [])
            for (scale, index) in zip(settings.scales, settings.indices) {
                guard let rain = try monthsOfRain(scale, settings, forecast.station, until: base, turn) else {
                    continue
                }
                guard let sum = ForecastRepository.total(rain) else {
                    throw ForecastError(.outOfRange, "the rain of \(scale) months is no rain; correct the readings")
                }
                let value = try index.index(endingMonth: ended.month, sumMillimetres: Double(sum) / 1_000_000)
                results.append(
                    .init(
                        element: ElementID("spi_\(scale)"),
                        value: try Quantity(rounding: value, decimals: 2, .one)
                    )
                )
                if rain.count > inputs.count { inputs = rain.map(\.record) }
            }
            guard !results.isEmpty else {
                let text = "days of rain_24h or hours of rain_1h of the month are missing; enter them"
                return try withhold(forecast.id, forecast.station, at: base, "missing-input", text, turn)
            }
            let finding = ForecastFinding(
                base: base,
                results: results,
                inputs: inputs,
                parameters: [("calibration", "\(settings.calibration.lowerBound)-\(settings.calibration.upperBound)")],
                source: "McKee, Doesken and Kleist 1993; gamma distribution"
            )
            try publish(finding, forecast.id, forecast.station, turn)
        } catch let error as ForecastError {
            try withhold(forecast.id, forecast.station, at: base, error.code.rawValue, error.message, turn)
        }
    }

    /// The rain of the last months, by days or by hours; nil where some of it is missing.
    private func monthsOfRain(
        _ count: Int,
        _ settings: DroughtForecast,
        _ station: StationID,
        until end: Instant,
        _ turn: Turn
    ) throws -> [ForecastRepository.Reading]? {
        let civil = BeijingTime.civil(end)
        let number = civil.year * 12 + civil.month - 1 - count
        var first = civil
        (first.year, first.month) = (number / 12, number % 12 + 1)
        let start = BeijingTime.instant(first)
        let hours = (end - start).inSeconds / 3_600
        let days = try ForecastRepository.readings(station, "rain_24h", after: start, through: end, turn.database)
        if days.count == hours / 24 { return days }
        let single = try ForecastRepository.readings(station, .rain1h, after: start, through: end, turn.database)
        return single.count == hours ? single : nil
    }
}
