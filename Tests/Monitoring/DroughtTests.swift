import Foundation
import TestSupport
import Testing

@testable import MonitoringDomain

/// Expected values: the vectors in drought/, and climate_indices 3.1.0 (`indices.spi`, gamma, classic zeros) on the same record.
///
/// The vector file's own calibration is the whole record, 1895 to 2017: climate_indices with 1981 to 2010 differs from it by up
/// to 0.98, with the whole record by 2 · 10⁻⁹.
@Suite struct DroughtTests {
    static let hasVectors = Checkout.vectors("drought/spi_01_gamma.csv") != nil

    static func record(_ change: (Int, Double?) -> Double? = { $1 }) throws -> DroughtIndex.Record {
        let text = String(decoding: try #require(Checkout.vectors("drought/precips_mm_monthly.csv")), as: UTF8.self)
        let values = text.split(separator: "\n").flatMap { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        }
        try #require(values.count == 1476)
        return try DroughtIndex.Record(
            firstYear: 1895,
            millimetres: values.enumerated().map { change($0.offset, $0.element.flatMap { $0.isNaN ? nil : $0 }) }
        )
    }

    @Test(.enabled(if: hasVectors))
    func `one month's index agrees with the vector`() throws {
        let record = try Self.record()
        let index = try DroughtIndex(record, scaleMonths: 1, calibration: 1895...2017)
        let found = try index.indices(of: record)
        let text = String(decoding: try #require(Checkout.vectors("drought/spi_01_gamma.csv")), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(1476)
        try #require(lines.count == 1476)
        var compared = 0
        for (line, found) in zip(lines, found) {
            guard let expected = Double(line), !expected.isNaN else {
                #expect(found == nil)
                continue
            }
            compared += 1
            #expect(abs(try #require(found) - expected) < 1e-8)
        }
        #expect(compared == 1466)
    }

    /// By scale: values at positions, how many are missing, their sum, how many lie at the lower and the upper limit.
    @Test(
        .enabled(if: hasVectors),
        arguments: [
            (1, [(0, 0.08961633755), (500, -0.9165899074), (1465, -0.2452344707)], 10, -17.60853168, 5, 0),
            (3, [(2, 0.04701384158), (3, 0.9899309636), (1200, 1.514217648)], 12, 14.40091767, 1, 3),
            (6, [(5, 0.7071411721), (500, 1.66219516), (1465, -1.012348492)], 15, 38.12755971, 4, 2),
            (12, [(11, 0.3213700665), (12, 0.4402628825), (1465, -1.26219231)], 21, 63.86325232, 1, 0),
            (24, [(23, -0.07283573166), (1000, 0.4866699897), (1465, 0.004947199684)], 33, 84.56616245, 0, 8),
        ] as [(Int, [(Int, Double)], Int, Double, Int, Int)]
    )
    func `every scale agrees with climate_indices on 1981 to 2010`(
        scale: Int,
        values: [(Int, Double)],
        missing: Int,
        sum: Double,
        lowest: Int,
        highest: Int
    ) throws {
        let record = try Self.record()
        let found = try DroughtIndex(record, scaleMonths: scale, calibration: 1981...2010).indices(of: record)
        for (position, expected) in values { #expect(abs(try #require(found[position]) - expected) < 1e-8) }
        #expect(found.count { $0 == nil } == missing)
        #expect(abs(found.reduce(0) { $0 + ($1 ?? 0) } - sum) < 1e-5)
        #expect(found.count { $0 == -3.09 } == lowest && found.count { $0 == 3.09 } == highest)
    }

    /// Every value below 60 mm becomes 0, every 17th month from the 17th on is missing.
    @Test(
        .enabled(if: hasVectors),
        arguments: [
            (1, [(0, 0.7916386077), (500, -0.88543195), (1465, 0.4948731636)], 96, 530.5486947, 4, 8),
            (3, [(2, -0.1074685193), (24, 0.239360894), (1200, 1.264717176)], 270, 164.7987972, 5, 3),
        ] as [(Int, [(Int, Double)], Int, Double, Int, Int)]
    )
    func `dry months and gaps agree with climate_indices`(
        scale: Int,
        values: [(Int, Double)],
        missing: Int,
        sum: Double,
        lowest: Int,
        highest: Int
    ) throws {
        let record = try Self.record { position, rain in
            position % 17 == 16 ? nil : rain.map { $0 < 60 ? 0 : $0 }
        }
        let found = try DroughtIndex(record, scaleMonths: scale, calibration: 1981...2010).indices(of: record)
        for (position, expected) in values { #expect(abs(try #require(found[position]) - expected) < 1e-8) }
        #expect(found.count { $0 == nil } == missing)
        #expect(abs(found.reduce(0) { $0 + ($1 ?? 0) } - sum) < 1e-5)
        #expect(found.count { $0 == -3.09 } == lowest && found.count { $0 == 3.09 } == highest)
    }

    /// Forty years of no rain, of the same rain, and of too short a record carry no fit.
    @Test(arguments: [
        [Double?](repeating: 0, count: 480), .init(repeating: 30, count: 480), .init(repeating: 1, count: 24),
    ])
    func `a record without enough different rain is not fitted and says so`(rain: [Double?]) throws {
        let record = try DroughtIndex.Record(firstYear: 1980, millimetres: rain)
        let index = try DroughtIndex(record, scaleMonths: 1, calibration: 1980...2019)
        #expect(try index.indices(of: record).allSatisfy { $0 == nil })
        let error = #expect(throws: ForecastError.self) { try index.index(endingMonth: 7, sumMillimetres: 10) }
        #expect(error?.code == .notFitted)
    }

    @Test func `a month with nineteen values is not fitted, one with twenty is`() throws {
        // January's rain is missing in one year of twenty.
        var rain: [Double?] = (0..<240).map { Double(10 + $0 * 7 % 90) }
        rain[120] = nil
        let record = try DroughtIndex.Record(firstYear: 2000, millimetres: rain)
        let index = try DroughtIndex(record, scaleMonths: 1, calibration: 2000...2019)
        #expect(throws: ForecastError.self) { try index.index(endingMonth: 1, sumMillimetres: 10) }
        #expect(try index.index(endingMonth: 2, sumMillimetres: 10) < 0)
    }

    @Test func `scales, years, months and rain outside the range are refused`() throws {
        let record = try DroughtIndex.Record(firstYear: 2000, millimetres: (0..<480).map { Double($0 % 37) })
        for scale in [0, 25, -1, .max] {
            #expect(throws: ForecastError.self) {
                try DroughtIndex(record, scaleMonths: scale, calibration: 2000...2039)
            }
        }
        #expect(throws: ForecastError.self) { try DroughtIndex(record, scaleMonths: 1, calibration: 1900...1999) }
        let index = try DroughtIndex(record, scaleMonths: 1, calibration: 2000...2039)
        for (month, sum) in [(0, 1.0), (13, 1), (1, -1), (1, .nan)] {
            #expect(throws: ForecastError.self) { try index.index(endingMonth: month, sumMillimetres: sum) }
        }
        for rain in [-0.1, .nan, .infinity] {
            #expect(throws: ForecastError.self) { try DroughtIndex.Record(firstYear: 2000, millimetres: [rain]) }
        }
        #expect(throws: ForecastError.self) { try DroughtIndex.Record(firstYear: .max, millimetres: [1]) }
    }

    /// scipy 1.17.1: `norm.ppf` and `gamma.cdf`.
    @Test func `the distributions agree with scipy`() throws {
        let quantiles = [
            (1e-10, -6.36134090240406), (0.001, -3.09023230616781), (0.02425, -1.97296105131188),
            (0.3, -0.524400512708041), (0.5, 0), (0.975, 1.95996398454005), (0.999, 3.09023230616781),
        ]
        for (probability, expected) in quantiles {
            #expect(abs(NormalDistribution.quantile(probability) - expected) < 1e-12)
        }
        #expect(NormalDistribution.quantile(0) == -.infinity && NormalDistribution.quantile(1) == .infinity)
        let fitted = try #require(GammaDistribution(fitting: [1, 2, 4]))
        // By hand: mean 7/3, ln(7/3) − ln(8)/3 = 0.154151; shape (1 + √(1 + 4 · 0.154151 / 3)) / (4 · 0.154151).
        #expect(abs(fitted.shape - 3.402463) < 1e-6)
        let below = [
            (0.01, 5.49832205787678e-08), (1, 0.119364830310212), (3, 0.74594877852064), (3.1, 0.766548603242964),
            (10, 0.999885218404787),
        ]
        for (value, expected) in below { #expect(abs(fitted.cumulative(value) / expected - 1) < 1e-12) }
        #expect(fitted.cumulative(0) == 0 && fitted.cumulative(1e9) == 1)
        #expect(GammaDistribution(fitting: [3, 3, 3]) == nil && GammaDistribution(fitting: []) == nil)
    }

    @Test func `a drought's grade includes its number`() throws {
        let grades = [0, -499_999, -500_000, -1_000_000, -1_999_999, -2_000_000].map {
            DroughtClasses.gb20481.grade(indexMillionths: $0)
        }
        #expect(grades == [.none, .none, .light, .moderate, .severe, .extreme])
        #expect(throws: ForecastError.self) { try DroughtClasses(beginningsMillionths: [-1, -1, -2, -3]) }
    }
}
