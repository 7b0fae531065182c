import MonitoringDomain
import Testing

/// Antecedent wetness, runoff and guidance. Expected values from TR-55 (1986), NEH-4, or by hand as written.
@Suite struct FlashFloodTests {
    static let inch = 25.4

    /// TR-55, table 2-1: runoff depth for rainfall, in inches, to two decimals.
    @Test(
        arguments: [
            (75, 5.0, 2.45), (80, 6, 3.78), (60, 5, 1.30), (90, 2, 1.09), (98, 2, 1.77), (65, 4, 1.03), (85, 3, 1.59),
            (75, 1, 0.03), (40, 5, 0.24), (70, 1, 0),
        ] as [(Double, Double, Double)]
    )
    func `runoff agrees with the table of TR-55`(number: Double, rain: Double, runoff: Double) throws {
        let found = try CurveNumber(number).runoffMillimetres(rainMillimetres: rain * Self.inch) / Self.inch
        #expect((found * 100).rounded() == (runoff * 100).rounded())
    }

    @Test(arguments: [30.0, 55, 75, 98, 100])
    func `the rain of a runoff has that runoff`(number: Double) throws {
        let curve = try CurveNumber(number)
        for runoff in [0.001, 1, 62.3, 500] {
            let rain = try curve.rainMillimetres(runoffMillimetres: runoff)
            #expect(abs(try curve.runoffMillimetres(rainMillimetres: rain) - runoff) < 1e-9)
        }
        #expect(try curve.rainMillimetres(runoffMillimetres: 0) == curve.initialAbstractionMillimetres)
    }

    /// NEH-4 table 10.1: CN 75 is 57 dry (the fitted equation: 55.8) and 88 wet (87.3); CN 100 stays 100.
    @Test func `moisture changes the number as the table says, within two`() throws {
        let curve = try CurveNumber(75)
        #expect(abs(curve.at(.dry).value - 55.7522) < 0.0001 && abs(curve.at(.wet).value - 87.3418) < 0.0001)
        #expect(abs(curve.at(.dry).value - 57) < 2 && abs(curve.at(.wet).value - 88) < 2)
        let hard = try CurveNumber(100)
        #expect(hard.at(.dry).value == 100 && abs(hard.at(.wet).value - 100) < 1e-9 && hard.at(.average) == hard)
    }

    /// By hand with k = 0.9: 10; 9 + 0; 8.1 + 5 = 13.1; 11.79 + 0.2 = 11.99.
    @Test func `wetness decays and adds the day's rain`() throws {
        let recession = try AntecedentPrecipitation.Recession(millionths: 900_000, daysToSettle: 4)
        var index = AntecedentPrecipitation()
        for rain: Int64 in [10_000_000, 0, 5_000_000] {
            try index.take(rainMillionthsMillimetres: rain, recession)
            let error = #expect(throws: ForecastError.self) { try index.millionthsMillimetres(recession) }
            #expect(error?.code == .notFitted)
        }
        try index.take(rainMillionthsMillimetres: 200_000, recession)
        #expect(try index.millionthsMillimetres(recession) == 11_990_000)
        // A day without a value: the index is not used until four days are known again.
        try index.take(rainMillionthsMillimetres: nil, recession)
        for _ in 0..<3 {
            try index.take(rainMillionthsMillimetres: 0, recession)
            #expect(throws: ForecastError.self) { try index.millionthsMillimetres(recession) }
        }
        try index.take(rainMillionthsMillimetres: 0, recession)
        // 11.99 · 0.9⁵ = 7.0799751.
        #expect(try index.millionthsMillimetres(recession) == 7_079_975)
    }

    @Test func `rain and recessions outside the range are refused and change nothing`() throws {
        let recession = try AntecedentPrecipitation.Recession(millionths: 999_999, daysToSettle: 1)
        var index = AntecedentPrecipitation()
        for rain in [-1, AntecedentPrecipitation.mostRain + 1, .max, .min] {
            #expect(throws: ForecastError.self) { try index.take(rainMillionthsMillimetres: rain, recession) }
        }
        #expect(index == AntecedentPrecipitation())
        for (share, days): (Int64, Int) in [(0, 1), (1_000_000, 1), (900_000, 0), (900_000, 366)] {
            #expect(throws: ForecastError.self) {
                try AntecedentPrecipitation.Recession(millionths: share, daysToSettle: days)
            }
        }
    }

    /// 50 km², lag 2 h, brim 40 m³/s, CN 75: dry below 10 mm, wet from 30 mm.
    static func guidance() throws -> FlashFloodGuidance {
        try FlashFloodGuidance(
            areaSquareKilometres: 50,
            lagHours: 2,
            bankfullCubicMetresPerSecond: 40,
            curveNumber: CurveNumber(75),
            dryBelow: 10_000_000,
            wetFrom: 30_000_000
        )
    }

    static func wetness(_ millimetres: Int64) throws -> AntecedentPrecipitation {
        var index = AntecedentPrecipitation()
        try index.take(rainMillionthsMillimetres: millimetres * 1_000_000, recession())
        return index
    }

    static func recession() throws -> AntecedentPrecipitation.Recession {
        try AntecedentPrecipitation.Recession(millionths: 900_000, daysToSettle: 1)
    }

    /// NEH-4 chapter 16, in its units: qp = 484 · A · Q / Tp, with A in square miles, Q in inches, Tp in hours, qp in cubic feet.
    @Test func `the unit hydrograph's peak is that of NEH-4`() throws {
        let (squareMile, cubicFoot) = (2.589988, 0.028316847)
        let one = try FlashFloodGuidance(
            areaSquareKilometres: 4.6 * squareMile,
            lagHours: 1.38,
            bankfullCubicMetresPerSecond: 484 * 4.6 / 1.53 * cubicFoot,
            curveNumber: CurveNumber(80),
            dryBelow: 0,
            wetFrom: 1
        )
        // An inch of runoff in 0.3 h peaks after 0.15 + 1.38 h, at the brim.
        let runoff = try one.thresholdRunoffMillimetres(hours: 0.3, currentFlow: 0)
        #expect(abs(runoff / Self.inch - 1) < 0.002)
    }

    /// By an independent computation in Python: Tp = h/2 + 2; R = (40 − 4) · Tp / (0.208 · 50); S = 25,400/CN − 254;
    /// P = 0.2 S + (R + √(R² + 4 R S)) / 2, with CN 55.752212 dry, 75 average, 87.341772 wet.
    @Test(
        arguments: [
            (1, 5, CurveNumber.Moisture.dry, 86.635189), (1, 15, .average, 48.672199), (1, 30, .wet, 30.054539),
            (3, 15, .average, 55.586499), (6, 15, .average, 64.833500), (6, 30, .wet, 42.699733),
        ] as [(Double, Int64, CurveNumber.Moisture, Double)]
    )
    func `guidance is the rain that fills the river`(
        hours: Double,
        wetness: Int64,
        moisture: CurveNumber.Moisture,
        rain: Double
    ) throws {
        let guidance = try Self.guidance()
        #expect(guidance.moisture(antecedentMillionthsMillimetres: wetness * 1_000_000) == moisture)
        let found = try guidance.rainMillionthsMillimetres(
            hours: hours,
            currentFlow: 4,
            wetness: Self.wetness(wetness),
            recession: Self.recession()
        )
        #expect(abs(Double(found) / 1e6 - rain) < 1e-5)
    }

    @Test func `a full river needs no rain and an unknown wetness gives none`() throws {
        let guidance = try Self.guidance()
        func rain(_ flow: Double, _ wetness: AntecedentPrecipitation) throws -> Int64 {
            try guidance.rainMillionthsMillimetres(
                hours: 1,
                currentFlow: flow,
                wetness: wetness,
                recession: Self.recession()
            )
        }
        #expect(try rain(40, Self.wetness(15)) == 0 && rain(90, Self.wetness(15)) == 0)
        let error = #expect(throws: ForecastError.self) { try rain(4, AntecedentPrecipitation()) }
        #expect(error?.code == .notFitted)
        #expect(throws: ForecastError.self) { try rain(.nan, Self.wetness(15)) }
        for hours in [0, -1, 25, .nan] {
            #expect(throws: ForecastError.self) {
                try guidance.thresholdRunoffMillimetres(hours: hours, currentFlow: 4)
            }
        }
        for number in [29.9, 100.1, .nan] { #expect(throws: ForecastError.self) { try CurveNumber(number) } }
    }
}
