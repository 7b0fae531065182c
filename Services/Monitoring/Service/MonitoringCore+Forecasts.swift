import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// What a forecast found.
struct ForecastFinding {
    struct Result {
        let element: ElementID
        let value: Quantity
        var lowest: Quantity?
        var highest: Quantity?
    }

    /// The instant of the newest input.
    let base: Instant
    /// The instant that it is for; the base where that is now.
    var valid: Instant?
    let results: [Result]
    let inputs: [RecordID]
    var parameters: [(name: String, value: String)] = []
    let source: String
    var isConfirmed = true
}

/// What a forecast carries from one hour or day to the next, and over a gap.
protocol CarriedState: Codable {
    /// So many were missed in a row.
    var missing: Int { get set }
    /// It begins anew.
    mutating func forget()
}

extension MonitoringCore {
    static let forecast = "forecast"

    static func registerForecasts(_ routes: inout Routes<MonitoringCore>) {
        routes.timer(forecast) { core, turn in try core.makeForecast(turn) }
        routes.timer(statistics) { core, turn in try core.tellStatistics(turn) }
        routes.command(ReportEarthquake.self) { core, order, turn in try core.report(order, turn) }
        routes.command(CorrectReading.self) { core, order, turn in try core.correct(order, turn) }
        routes.command(FitForecast.self) { core, order, turn in try core.fit(order, turn) }
    }

    /// A usable reading that is its series' newest: what is made of it beyond the rules.
    func follow(_ reading: Observation, _ place: Place, _ record: RecordID, _ turn: Turn) throws {
        for id in forecasts.woken[place] ?? [] {
            guard let forecast = forecasts.all[id] else { continue }
            switch forecast.kind {
            case .fireWeather, .hourlyFineFuel, .antecedent, .drought: try begin(forecast, reading, turn)
            case .guidance(let guidance): try make(guidance, forecast, at: reading.observed, turn)
            case .flow(let flow): try make(flow, forecast, at: reading.observed, turn)
            }
        }
        try readChains(reading, place, record, turn)
        try readEvents(reading, place, record, turn)
    }

    // MARK: by the day

    /// The first reading of a forecast by the hour, day or month sets the timer of its first one.
    private func begin(_ forecast: Forecast, _ reading: Observation, _ turn: Turn) throws {
        guard let schedule = forecast.schedule else { return }
        var progress = try ForecastRepository.progress(forecast.id, turn.database)
        // One that the configuration left out for a while lost its timer, and begins anew.
        if let base = progress.base, turn.now - base <= schedule.wait + .hours(24 * 32) { return }
        // An old reading does not make up for the days since.
        let base = schedule.base(from: max(reading.observed, turn.now - schedule.wait))
        progress.base = base
        try ForecastRepository.keep(progress, of: forecast.id, turn.database)
        try turn.setTimer(Self.forecast, subject: forecast.id, due: base + schedule.wait)
    }

    /// A period is over and its readings had time to come.
    private func makeForecast(_ turn: Turn) throws {
        // One that the configuration no longer has makes no more.
        guard let forecast = forecasts.all[turn.subject], let schedule = forecast.schedule else { return }
        var progress = try ForecastRepository.progress(forecast.id, turn.database)
        guard let base = progress.base else { return }
        let next = schedule.after(base)
        progress.base = next
        try ForecastRepository.keep(progress, of: forecast.id, turn.database)
        try turn.setTimer(Self.forecast, subject: forecast.id, due: next + schedule.wait)
        switch forecast.kind {
        case .fireWeather(let fireWeather): try make(fireWeather, forecast, at: base, turn)
        case .hourlyFineFuel(let fineFuel): try make(fineFuel, forecast, at: base, turn)
        case .antecedent(let antecedent): try make(antecedent, forecast, at: base, turn)
        case .drought(let drought): try make(drought, forecast, at: base, turn)
        case .guidance, .flow: break
        }
    }

    // MARK: saying it

    /// Publishes what was found: its record, and each result as an observation of the station.
    func publish(_ finding: ForecastFinding, _ forecast: String, _ station: StationID, _ turn: Turn) throws {
        guard let known = stations[station] else { return }
        var message = ForecastComputed()
        (message.forecast, message.station) = (forecast, station.value)
        (message.baseUs, message.validUs) = (finding.base.microseconds, (finding.valid ?? finding.base).microseconds)
        message.results = finding.results.map { ForecastResult($0) }
        message.inputs = finding.inputs.map(\.bytes)
        message.parameters = finding.parameters.map { parameter in
            var wire = ForecastParameter()
            (wire.name, wire.value) = (parameter.name, parameter.value)
            return wire
        }
        (message.source, message.confirmed) = (finding.source, finding.isConfirmed)
        let record = try turn.send(message, subject: forecast, happened: finding.base)
        try SuspensionRepository.keep(message, record, turn.database)
        try told("", forecast, turn)
        for result in finding.results {
            let reading = Observation(element: result.element, value: result.value, observed: finding.base)
            try accept(reading, known, turn)
        }
    }

    /// Says why there is no number, once until the reason changes.
    func withhold(
        _ forecast: String,
        _ station: StationID,
        at base: Instant,
        _ reason: String,
        _ text: String,
        _ turn: Turn
    ) throws {
        guard try told(reason, forecast, turn) else { return }
        var message = ForecastWithheld()
        (message.forecast, message.station, message.baseUs) = (forecast, station.value, base.microseconds)
        (message.reason, message.message) = (reason, text.shown(512))
        try turn.send(message, subject: forecast, happened: base)
    }

    /// False where the same was told last.
    @discardableResult
    private func told(_ reason: String, _ forecast: String, _ turn: Turn) throws -> Bool {
        var progress = try ForecastRepository.progress(forecast, turn.database)
        guard progress.withheld != reason else { return false }
        progress.withheld = reason
        try ForecastRepository.keep(progress, of: forecast, turn.database)
        return true
    }

    /// The forecast's own state; nil before the first.
    func state<State: Decodable>(of forecast: String, _ turn: Turn) throws -> State? {
        try ForecastRepository.progress(forecast, turn.database).state.map {
            try JSONDecoder().decode(State.self, from: $0)
        }
    }

    /// An hour or a day without weather changes nothing; after more than `most` nobody knows how dry it is.
    func carry(_ state: inout some CarriedState, over most: Int, _ forecast: Forecast, _ turn: Turn) throws {
        state.missing += 1
        if state.missing > most { state.forget() }
        try keep(state, of: forecast.id, turn)
    }

    func keep(_ state: some Encodable, of forecast: String, _ turn: Turn) throws {
        var progress = try ForecastRepository.progress(forecast, turn.database)
        progress.state = try .sorted(state)
        try ForecastRepository.keep(progress, of: forecast, turn.database)
    }
}

extension ForecastResult {
    fileprivate init(_ result: ForecastFinding.Result) {
        self.init()
        (elementID, value) = (result.element.value, WireQuantity(result.value))
        if let lowest = result.lowest { self.lowest = WireQuantity(lowest) }
        if let highest = result.highest { self.highest = WireQuantity(highest) }
    }
}
