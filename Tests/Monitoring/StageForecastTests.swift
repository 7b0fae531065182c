import Foundation
import TestSupport
import Testing

@testable import MonitoringDomain

/// The autumn flood of flood/hourly-120h.csv; expected numbers from an independent script with numpy (`lstsq`): fitted to targets of
/// the first 60 hours, checked on the other 60, the 90 % half-width being the 55th of 60 absolute errors.
@Suite struct StageForecastTests {
    static let hasVectors = Checkout.vectors("flood/hourly-120h.csv") != nil

    static func flood(_ change: (Int, Double) -> Double? = { $1 }) throws -> StageForecastRecord {
        let rows = try FireWeatherTests.table("flood/hourly-120h.csv")
        try #require(rows.count == 120)
        return try StageForecastRecord(
            flow: rows.enumerated().map { change($0.offset, $0.element[2]) },
            rain: rows.map { $0[1] }
        )
    }

    static func regression(_ record: StageForecastRecord, lead: Int, flows: Int = 2, rains: Int = 6) throws
        -> StageForecastRegression
    {
        try StageForecastRegression(
            fitting: record,
            leadSteps: lead,
            terms: StageForecastRegression.Terms(flows: flows, rains: rains)
        )
    }

    @Test(
        .enabled(if: hasVectors),
        arguments: [
            (1, 27.606149, 0.983139, 44.246743, 44.037188, [-1.9795777, 1.6307221, -0.65037947], 414.377946),
            (2, 53.469892, 0.936746, 85.950080, 80.906596, [-5.5355522, 1.6210258, -0.76470394], 359.619028),
            (3, 85.746841, 0.837330, 123.875306, 137.845356, [-5.6176465, 1.0744372, -0.23138744], 360.495268),
        ] as [(Int, Double, Double, Double, Double, [Double], Double)]
    )
    func `up to three hours ahead the regression agrees with numpy`(
        lead: Int,
        error: Double,
        efficiency: Double,
        persistence: Double,
        halfWidth: Double,
        coefficients: [Double],
        next: Double
    ) throws {
        let record = try Self.flood()
        let model = try Self.regression(record, lead: lead)
        #expect(model.check.pairs == 60 && abs(model.check.rootMeanSquareError - error) < 1e-5)
        #expect(abs(model.check.efficiency - efficiency) < 1e-5)
        #expect(abs(model.check.persistenceError - persistence) < 1e-5)
        #expect(abs(model.check.halfWidth - halfWidth) < 1e-5)
        for (found, expected) in zip(model.coefficients, coefficients) { #expect(abs(found - expected) < 1e-6) }
        let forecast = try model.forecast(after: record)
        #expect(abs(forecast.flow - next) < 1e-4 && !forecast.isBeyondRecord)
        #expect(abs(forecast.highest - forecast.lowest - 2 * halfWidth) < 1e-4)
    }

    /// numpy: efficiency 0.32, −1.47, −5.06, and worse than saying that nothing changes.
    @Test(.enabled(if: hasVectors), arguments: [4, 5, 6])
    func `further ahead the check fails and the regression is not used`(lead: Int) throws {
        let record = try Self.flood()
        let error = #expect(throws: ForecastError.self) { try Self.regression(record, lead: lead) }
        #expect(error?.code == .residualsTooLarge && error?.isNotFitted == true)
    }

    /// numpy, over the same lags and storages: lag 2, storage 48, gain 323.986, no base flow; by lead as given.
    @Test(.enabled(if: hasVectors)) func `the routing agrees with numpy`() throws {
        let record = try Self.flood()
        let routing = try StageForecastRouting(fitting: record)
        #expect(routing.lagSteps == 2 && routing.storageSteps == 48 && routing.baseFlow == 0)
        #expect(abs(routing.gain - 323.985836) < 1e-5)
        for (lead, error, efficiency, halfWidth) in [
            (2, 83.811809, 0.844589, 123.023253), (3, 110.517470, 0.729770, 163.818224),
        ] {
            let check = try routing.check(record, leadSteps: lead)
            #expect(check.pairs == 60 && abs(check.rootMeanSquareError - error) < 1e-5)
            #expect(abs(check.efficiency - efficiency) < 1e-5 && abs(check.halfWidth - halfWidth) < 1e-5)
        }
        // An hour ahead it is worse than persistence (45.5 to 44.2 m³/s), from four on its efficiency is 0.57 and less.
        for lead in [1, 4, 6] {
            let error = #expect(throws: ForecastError.self) { try routing.check(record, leadSteps: lead) }
            #expect(error?.code == .residualsTooLarge)
        }
    }

    /// By hand: k = e^(−1/2) = 0.60653; 10 + (30 − 10) k, then + (1 − k) · 5 · 8 for the rain two steps back.
    @Test func `a reservoir drains towards the rain that comes after the lag`() throws {
        let routing = try StageForecastRouting(lagSteps: 2, storageSteps: 2, gain: 5, baseFlow: 10)
        let record = try StageForecastRecord(flow: [nil, 30], rain: [0, 8])
        #expect(abs(try #require(routing.flow(record, now: 1, leadSteps: 1)) - 22.130613) < 1e-6)
        #expect(abs(try #require(routing.flow(record, now: 1, leadSteps: 2)) - 33.096362) < 1e-6)
        // Long after, with no more rain, only the base flow is left.
        #expect(abs(try #require(routing.flow(record, now: 1, leadSteps: 240)) - 10) < 1e-9)
        #expect(routing.flow(record, now: 0, leadSteps: 1) == nil)
    }

    @Test func `a made reservoir is found again`() throws {
        let made = try StageForecastRouting(lagSteps: 3, storageSteps: 6, gain: 12, baseFlow: 4)
        var random = Seeded(7)
        let rain = (0..<200).map { _ in Double(random.next() % 5 == 0 ? random.next() % 20 : 0) }
        var flow = [4.0]
        for step in 1..<200 {
            let fallen = step >= 3 ? rain[step - 3] : 0
            flow.append(4 + made.kept * (flow[step - 1] - 4) + (1 - made.kept) * 12 * fallen)
        }
        let record = try StageForecastRecord(flow: flow, rain: rain)
        let found = try StageForecastRouting(fitting: record)
        #expect(found.lagSteps == 3 && found.storageSteps == 6)
        #expect(abs(found.gain - 12) < 1e-6 && abs(found.baseFlow - 4) < 1e-6)
        let check = try found.check(record, leadSteps: 3)
        #expect(check.efficiency > 0.999_999)
        let forecast = try found.forecast(after: record, leadSteps: 3, check: check, mostFlow: 0)
        #expect(forecast.isBeyondRecord && forecast.lowest <= forecast.flow && forecast.flow <= forecast.highest)
    }

    @Test func `too short a record, a still gauge and gaps are told apart`() throws {
        func code(_ record: StageForecastRecord) -> ForecastError.Code? {
            #expect(throws: ForecastError.self) { try Self.regression(record, lead: 1) }?.code
        }
        let few = try StageForecastRecord(
            flow: (0..<60).map { Double($0 * $0 % 23) },
            rain: (0..<60).map { Double($0 % 7) }
        )
        #expect(code(few) == .tooFewPairs)
        let still = try StageForecastRecord(
            flow: .init(repeating: 5, count: 300),
            rain: (0..<300).map { Double($0 % 7) }
        )
        #expect(code(still) == .singular)
        // Every second flow missing: no pair is complete.
        let gaps = try StageForecastRecord(
            flow: (0..<300).map { $0 % 2 == 0 ? nil : Double($0 % 31) },
            rain: .init(repeating: 1, count: 300)
        )
        #expect(code(gaps) == .tooFewPairs)
        #expect(throws: ForecastError.self) {
            try StageForecastRouting(fitting: StageForecastRecord(flow: [1, 2], rain: [0, 0]))
        }
    }

    @Test(.enabled(if: hasVectors)) func `a forecast waits for a missing value and says when it is beyond the record`()
        throws
    {
        let model = try Self.regression(Self.flood(), lead: 2)
        let broken = try Self.flood { $0 == 119 ? nil : $1 }
        #expect(throws: ForecastError.self) { try model.forecast(after: broken) }
        let more = try Self.flood { $0 == 119 ? 5000 : $1 }
        #expect(try model.forecast(after: more).isBeyondRecord)
    }

    @Test func `what cannot be a record, a lead or a term is refused`() throws {
        for (flow, rain): ([Double?], [Double?]) in [
            ([1], []), ([-1], [0]), ([.nan], [0]), ([1], [-1]), ([1], [.infinity]),
        ] {
            #expect(throws: ForecastError.self) { try StageForecastRecord(flow: flow, rain: rain) }
        }
        let record = try StageForecastRecord(flow: (0..<300).map { Double($0) }, rain: .init(repeating: 0, count: 300))
        for lead in [0, 241, -1] { #expect(throws: ForecastError.self) { try Self.regression(record, lead: lead) } }
        for (flows, rains) in [(0, 1), (25, 1), (1, 73), (1, -1)] {
            #expect(throws: ForecastError.self) {
                try StageForecastRegression.Terms(flows: flows, rains: rains)
            }
        }
    }

    /// By hand: y = 1 + 2x through three points with errors +1, −2, +1 that cancel; and a column that is twice another.
    @Test func `least squares finds the line and refuses what depends`() throws {
        let found = try #require(LeastSquares.solve([[1, 0], [1, 1], [1, 2]], [2, 1, 6]))
        #expect(abs(found[0] - 1) < 1e-12 && abs(found[1] - 2) < 1e-12)
        #expect(LeastSquares.solve([[1, 2], [2, 4], [3, 6]], [1, 2, 3]) == nil)
        #expect(LeastSquares.solve([[1, 2]], [1]) == nil && LeastSquares.solve([], []) == nil)
        #expect(LeastSquares.solve([[0], [0]], [1, 1]) == nil)
    }

    /// By hand: 12 · (2.5 − 0.5)^1.5 = 33.941125; 24 · (4 − 2)^0.5 = 33.941125.
    @Test func `a rating curve converts both ways and is not extended`() throws {
        let curve = try RatingCurve([
            RatingCurve.Segment(stageMetres: 0.5...2.5, zeroMetres: 0.5, coefficient: 12, exponent: 1.5),
            RatingCurve.Segment(stageMetres: 2.5...6, zeroMetres: 0.5, coefficient: 8.485281, exponent: 2),
        ])
        #expect(abs(try curve.flow(stageMetres: 2.5) - 33.941125) < 1e-6)
        #expect(try curve.flow(stageMetres: 0.5) == 0)
        for stage in [0.6, 1.7, 2.6, 5.9] {
            #expect(abs(try curve.stageMetres(flow: curve.flow(stageMetres: stage)) - stage) < 1e-9)
        }
        for stage in [0.4, 6.1, .nan] { #expect(throws: ForecastError.self) { try curve.flow(stageMetres: stage) } }
        for flow in [-1, 300, .nan] { #expect(throws: ForecastError.self) { try curve.stageMetres(flow: flow) } }
        #expect(throws: ForecastError.self) {
            try RatingCurve([
                RatingCurve.Segment(stageMetres: 0.5...2.5, zeroMetres: 0.5, coefficient: 12, exponent: 1.5),
                RatingCurve.Segment(stageMetres: 2.5...6, zeroMetres: 0.5, coefficient: 9, exponent: 2),
            ])
        }
        #expect(throws: ForecastError.self) { try RatingCurve([]) }
    }
}
