import MonitoringDomain
import Testing
import Vocabulary

@Suite struct RiskPointTests {
    static func tables(raise steps: Int = 1, atLeast: WarningColour = .orange) throws -> RiskTables {
        RiskTables(
            lecColours: try RiskColours(fromSlightToExtreme: [.blue, .blue, .yellow, .orange, .red]),
            matrix: try RiskMatrix(byLikelihoodThenConsequence: [[.blue, .yellow], [.yellow, .red]]),
            majorDanger: try MajorDangerRule(steps: steps, atLeast: atLeast)
        )
    }

    /// 6 · 6 · 3 = 108 is substantial, 3 · 10 · 15 = 450 extreme.
    @Test func `a point has the colour of its method's table`() throws {
        let tables = try Self.tables()
        let substantial = try LikelihoodExposureConsequence(likelihoodTenths: 60, exposureTenths: 60, consequence: 3)
        let extreme = try LikelihoodExposureConsequence(likelihoodTenths: 30, exposureTenths: 100, consequence: 15)
        #expect(try tables.colour(.likelihoodExposureConsequence(substantial)) == .yellow)
        #expect(try tables.colour(.likelihoodExposureConsequence(extreme)) == .red)
        #expect(try tables.colour(.matrix(likelihood: 2, consequence: 1)) == .yellow)
        #expect(throws: ForecastError.self) { try tables.colour(.matrix(likelihood: 3, consequence: 1)) }
        let none = RiskTables(lecColours: nil, matrix: nil, majorDanger: nil)
        #expect(throws: ForecastError.self) { try none.colour(.likelihoodExposureConsequence(extreme)) }
        #expect(throws: ForecastError.self) { try none.colour(.matrix(likelihood: 1, consequence: 1)) }
        #expect(none.shown(.blue, openMajorDangers: 2) == .blue)
    }

    @Test func `an open major danger raises what is shown by the rule, to red at the most`() throws {
        let shown = try WarningColour.allCases.map { try Self.tables().shown($0, openMajorDangers: 1) }
        #expect(shown == [.orange, .orange, .red, .red])
        #expect(try Self.tables(raise: 0, atLeast: .blue).shown(.yellow, openMajorDangers: 3) == .yellow)
        #expect(try Self.tables().shown(.blue, openMajorDangers: 0) == .blue)
        #expect(throws: ForecastError.self) { try Self.tables(raise: 4) }
        #expect(throws: ForecastError.self) { try Self.tables(raise: -1) }
    }
}
