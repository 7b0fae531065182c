import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// Flow and stage some hours ahead, at each whole hour's flow.
struct FlowForecast: Sendable {
    let rains: [StationID]
    let leadHours: Int
    let terms: StageForecastRegression.Terms
    /// From flow to stage; nil forecasts the flow alone.
    let rating: RatingCurve?
    let requirement: StageForecastCheck.Requirement
    /// Of the configuration; one that the store's readings gave stands before it.
    let fit: Fit?

    /// A fit in whole millionths, as the record tells it.
    struct Fit: Hashable, Sendable, Codable {
        let coefficients: [Int64]
        let pairs: Int
        let error: Int64
        let persistence: Int64
        let halfWidth: Int64
        let mostFlow: Int64

        func model(_ settings: FlowForecast) throws(ForecastError) -> StageForecastRegression {
            func value(_ millionths: Int64) -> Double { Double(millionths) / 1_000_000 }
            return try StageForecastRegression(
                fitted: coefficients.map(value),
                leadSteps: settings.leadHours,
                terms: settings.terms,
                check: StageForecastCheck(
                    pairs: pairs,
                    rootMeanSquareError: value(error),
                    efficiency: 0,
                    persistenceError: value(persistence),
                    halfWidth: value(halfWidth)
                ),
                mostFlow: value(mostFlow)
            )
        }

        init(_ model: StageForecastRegression) throws(ForecastError) {
            var coefficients: [Int64] = []
            for coefficient in model.coefficients { coefficients.append(try coefficient.roundedToMillionths()) }
            (self.coefficients, pairs) = (coefficients, model.check.pairs)
            error = try model.check.rootMeanSquareError.roundedToMillionths()
            persistence = try model.check.persistenceError.roundedToMillionths()
            halfWidth = try model.check.halfWidth.roundedToMillionths()
            mostFlow = try model.mostFlow.roundedToMillionths()
        }

        fileprivate init(_ item: YAMLValue) throws(ConfigurationError) {
            try item.allow(["coefficients", "pairs", "error", "persistence_error", "half_width", "most_flow"])
            func millionths(_ value: YAMLValue, _ range: ClosedRange<Double>) throws(ConfigurationError) -> Int64 {
                let number = try value.decimal(in: range)
                return try value.made { () throws(ForecastError) in try number.roundedToMillionths() }
            }
            var coefficients: [Int64] = []
            for value in try item.value("coefficients").list() {
                coefficients.append(try millionths(value, -1_000_000...1_000_000))
            }
            self.coefficients = coefficients
            pairs = try item.value("pairs").integer(in: 1...100_000)
            error = try millionths(try item.value("error"), 0...1_000_000)
            persistence = try millionths(try item.value("persistence_error"), 0...1_000_000)
            halfWidth = try millionths(try item.value("half_width"), 0...1_000_000)
            mostFlow = try millionths(try item.value("most_flow"), 0...1_000_000)
        }
    }

    /// `{ id, kind: flow, station, rain: [stations], lead_hours: 2, flows: 2, rains: 6, rating: […], fit: { … } }`.
    init(_ item: YAMLValue, _ stations: [StationID: Station]) throws(ConfigurationError) {
        try item.allow(["id", "kind", "station", "rain", "lead_hours", "flows", "rains", "rating", "coverage", "fit"])
        var rains: [StationID] = []
        for station in try item.value("rain").list() {
            rains.append(try station.parse("a station of this file") { stations[StationID($0)]?.id })
        }
        guard !rains.isEmpty else { throw item.error("no rain gauge", remedy: "name at least one in rain") }
        self.rains = rains
        leadHours = try item.value("lead_hours").parse("1, 2, 3 or 6") { [1: 1, 2: 2, 3: 3, 6: 6][Int($0) ?? 0] }
        let (flows, steps) = (try item.value("flows").integer(in: 1...24), try item.value("rains").integer(in: 0...72))
        terms = try item.made { () throws(ForecastError) in try .init(flows: flows, rains: steps) }
        var requirement = StageForecastCheck.Requirement()
        requirement.coveragePercent = try item.optional("coverage")?.integer(in: 50...99) ?? 90
        self.requirement = requirement
        rating = try item.optional("rating")?.rating()
        fit = try item.optional("fit").map { value throws(ConfigurationError) in try Fit(value) }
    }
}

extension YAMLValue {
    /// `[{ from: 0.6, to: 6.0, zero: 0.6, coefficient: 44.4, exponent: 2 }]`, in m and m³/s.
    fileprivate func rating() throws(ConfigurationError) -> RatingCurve {
        var segments: [RatingCurve.Segment] = []
        for item in try list() {
            try item.allow(["from", "to", "zero", "coefficient", "exponent"])
            let (from, to) = (
                try item.value("from").decimal(in: -500...9_000), try item.value("to").decimal(in: -500...9_000)
            )
            guard from < to else { throw item.error("the range is empty", remedy: "write from below to") }
            let zero = try item.value("zero").decimal(in: -500...9_000)
            let coefficient = try item.value("coefficient").decimal(in: 1e-6...100_000)
            let exponent = try item.value("exponent").decimal(in: 0.5...6)
            segments.append(
                try item.made { () throws(ForecastError) in
                    try .init(stageMetres: from...to, zeroMetres: zero, coefficient: coefficient, exponent: exponent)
                }
            )
        }
        let all = segments
        return try made { () throws(ForecastError) in try RatingCurve(all) }
    }
}

extension MonitoringCore {
    func make(_ settings: FlowForecast, _ forecast: Forecast, at base: Instant, _ turn: Turn) throws {
        guard base.microseconds % Duration.hours(1).inMicroseconds == 0 else { return }
        do {
            guard let fit = try state(of: forecast.id, turn) ?? settings.fit else {
                throw ForecastError(.notFitted, "give a fit in forecasts, or send monitoring.command.forecast.fit")
            }
            let model = try fit.model(settings)
            let longest = max(settings.terms.flows, settings.terms.rains)
            let hours = try record(settings, forecast.station, base - .hours(Int64(longest) - 1), base, turn)
            let found = try model.forecast(after: hours.record)
            guard !found.isBeyondRecord else {
                throw ForecastError(.outOfRange, "the river carries more than in the fit; fit it anew")
            }
            let finding = ForecastFinding(
                base: base,
                valid: base + .hours(Int64(settings.leadHours)),
                results: try results(found, settings),
                inputs: hours.inputs,
                parameters: [
                    ("coverage-percent", "\(settings.requirement.coveragePercent)"),
                    ("error-millionths", "\(fit.error)"), ("persistence-error-millionths", "\(fit.persistence)"),
                    ("pairs", "\(fit.pairs)"),
                ],
                source: "Box, Jenkins and Reinsel, transfer function model, fitted to the lead"
            )
            try publish(finding, forecast.id, forecast.station, turn)
        } catch let error as ForecastError {
            try withhold(forecast.id, forecast.station, at: base, error.code.rawValue, error.message, turn)
        }
    }

    private func results(_ found: StageForecast, _ settings: FlowForecast) throws(ForecastError)
        -> [ForecastFinding.Result]
    {
        func flow(_ value: Double) throws(ForecastError) -> Quantity {
            try Quantity(rounding: value, decimals: 1, .cubicMetrePerSecond)
        }
        var results = [
            ForecastFinding.Result(
                element: ElementID("flow_forecast_\(settings.leadHours)h"),
                value: try flow(found.flow),
                lowest: try flow(found.lowest),
                highest: try flow(found.highest)
            )
        ]
        // A flow outside of the rating has no stage, but it is a flow.
        if let rating = settings.rating, let stage = try? rating.stageMetres(flow: found.flow) {
            func told(_ flow: Double) -> Quantity? {
                (try? rating.stageMetres(flow: flow)).flatMap { try? Quantity(rounding: $0, decimals: 2, .metre) }
            }
            results.append(
                .init(
                    element: ElementID("stage_forecast_\(settings.leadHours)h"),
                    value: try Quantity(rounding: stage, decimals: 2, .metre),
                    lowest: told(found.lowest),
                    highest: told(found.highest)
                )
            )
        }
        return results
    }

    /// The whole hours from the first to the last one.
    private func record(
        _ settings: FlowForecast,
        _ station: StationID,
        _ first: Instant,
        _ last: Instant,
        _ turn: Turn
    ) throws -> (record: StageForecastRecord, inputs: [RecordID]) {
        let start = first - .seconds(1)
        let count = Int((last - first).inSeconds / 3_600) + 1
        var inputs: [RecordID] = []
        func hours(_ station: StationID, _ element: ElementID) throws -> [Double?] {
            var values = [Double?](repeating: nil, count: count)
            let readings = try ForecastRepository.readings(station, element, after: start, through: last, turn.database)
            for reading in readings {
                let seconds = (reading.observed - first).inSeconds
                guard seconds % 3_600 == 0, values.indices.contains(Int(seconds / 3_600)) else { continue }
                values[Int(seconds / 3_600)] = reading.value
                inputs.append(reading.record)
            }
            return values
        }
        let flow = try hours(station, .flow)
        let rains = try settings.rains.map { try hours($0, .rain1h) }
        let rain = (0..<count).map { hour -> Double? in
            let known = rains.compactMap { $0[hour] }
            return known.count == rains.count ? known.reduce(0, +) / Double(known.count) : nil
        }
        return (try StageForecastRecord(flow: flow, rain: rain), inputs)
    }

    // MARK: fitting

    /// The longest record that is fitted: two years of hours.
    private static let longestFit = Duration.hours(17_520)

    func fit(_ order: FitForecast, _ turn: Turn) throws {
        try officer(turn)
        guard let forecast = forecasts.all[order.forecast], case .flow(let settings) = forecast.kind else {
            throw CommandRefusal(
                "unknown-forecast",
                "'\(order.forecast.shown(64))' is no flow forecast of monitoring.yaml"
            )
        }
        let hour = Duration.hours(1).inMicroseconds
        let from = Instant(microseconds: order.fromUs / hour * hour)
        let until = Instant(microseconds: order.untilUs / hour * hour)
        guard from < until, until <= turn.now, until - from <= Self.longestFit else {
            throw CommandRefusal("bad-period", "give a past period of at most two years")
        }
        do {
            let hours = try record(settings, forecast.station, from, until, turn)
            let model = try StageForecastRegression(
                fitting: hours.record,
                leadSteps: settings.leadHours,
                terms: settings.terms,
                requirement: settings.requirement
            )
            let fit = try FlowForecast.Fit(model)
            try keep(fit, of: forecast.id, turn)
            var message = ForecastFitted()
            (message.forecast, message.fromUs, message.untilUs) = (forecast.id, from.microseconds, until.microseconds)
            (message.coefficientsMillionths, message.pairs) = (fit.coefficients, UInt32(clamping: fit.pairs))
            (message.errorMillionths, message.persistenceErrorMillionths) = (fit.error, fit.persistence)
            message.halfWidthMillionths = fit.halfWidth
            try turn.send(message, subject: forecast.id)
        } catch let error as ForecastError {
            throw CommandRefusal(error.code.rawValue, error.message)
        }
    }
}
