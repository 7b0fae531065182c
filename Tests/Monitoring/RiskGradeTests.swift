import MonitoringDomain
import Testing
import Vocabulary

/// The worked examples of the method, and its edges.
@Suite struct RiskGradeTests {
    /// 3 · 10 · 15 = 450, 6 · 6 · 3 = 108, 1 · 6 · 15 = 90 and 1 · 0.5 · 40 = 20, as published; the others are products that lie
    /// on or beside an edge: 10 · 2 · 1 = 20, 3 · 1 · 7 = 21, 10 · 1 · 7 = 70, 3 · 3 · 15 = 135, 6 · 6 · 1 = 36, 1 · 10 · 15 = 150,
    /// 6 · 2 · 15 = 180, 0.5 · 6 · 100 = 300, 10 · 10 · 3 = 300, 6 · 3 · 15 = 270, 0.1 · 0.5 · 1 = 0.05, 10 · 10 · 100 = 10,000.
    @Test(
        arguments: [
            (30, 100, 15, 45_000, .extreme), (60, 60, 3, 10_800, .substantial), (10, 60, 15, 9000, .substantial),
            (10, 5, 40, 2000, .slight), (100, 20, 1, 2000, .slight), (30, 10, 7, 2100, .possible),
            (100, 10, 7, 7000, .possible), (30, 30, 15, 13_500, .substantial), (60, 60, 1, 3600, .possible),
            (10, 100, 15, 15_000, .substantial), (60, 20, 15, 18_000, .high), (5, 60, 100, 30_000, .high),
            (60, 30, 15, 27_000, .high), (1, 5, 1, 5, .slight), (100, 100, 100, 1_000_000, .extreme),
        ] as [(Int, Int, Int, Int, LikelihoodExposureConsequence.Band)]
    )
    func `danger is the product and an edge belongs to the lower band`(
        likelihood: Int,
        exposure: Int,
        consequence: Int,
        danger: Int,
        band: LikelihoodExposureConsequence.Band
    ) throws {
        let risk = try LikelihoodExposureConsequence(
            likelihoodTenths: likelihood,
            exposureTenths: exposure,
            consequence: consequence
        )
        #expect(risk.dangerHundredths == danger && risk.band == band)
    }

    @Test func `numbers that the tables do not have are refused`() {
        for (likelihood, exposure, consequence) in [(20, 10, 1), (10, 1, 1), (10, 10, 10), (0, 10, 1), (10, -5, 1)] {
            #expect(throws: ForecastError.self) {
                try LikelihoodExposureConsequence(
                    likelihoodTenths: likelihood,
                    exposureTenths: exposure,
                    consequence: consequence
                )
            }
        }
    }

    @Test func `bands have colours as data that never descend`() throws {
        let colours = try RiskColours(fromSlightToExtreme: [.blue, .blue, .yellow, .orange, .red])
        let found = LikelihoodExposureConsequence.Band.allCases.map(colours.colour)
        #expect(found == [.blue, .blue, .yellow, .orange, .red])
        #expect(throws: ForecastError.self) { try RiskColours(fromSlightToExtreme: [.blue, .yellow, .orange, .red]) }
        #expect(throws: ForecastError.self) {
            try RiskColours(fromSlightToExtreme: [.blue, .yellow, .blue, .orange, .red])
        }
    }

    @Test func `a matrix gives its cell and is refused where more is milder`() throws {
        let matrix = try RiskMatrix(byLikelihoodThenConsequence: [
            [.blue, .blue, .yellow], [.blue, .yellow, .orange], [.yellow, .orange, .red],
        ])
        #expect(try matrix.colour(likelihood: 1, consequence: 3) == .yellow)
        #expect(try matrix.colour(likelihood: 3, consequence: 2) == .orange)
        for (likelihood, consequence) in [(0, 1), (4, 1), (1, 0), (1, 4), (.max, .min)] {
            #expect(throws: ForecastError.self) {
                try matrix.colour(likelihood: likelihood, consequence: consequence)
            }
        }
        let bad: [[[WarningColour]]] = [
            [], [[.blue, .blue]], [[.blue, .blue], [.blue]], [[.yellow, .blue], [.yellow, .red]],
            [[.blue, .red], [.blue, .orange]],
        ]
        for table in bad { #expect(throws: ForecastError.self) { try RiskMatrix(byLikelihoodThenConsequence: table) } }
    }
}
