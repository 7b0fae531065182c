import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// `risk_points:` of monitoring.yaml: the tables of the methods, and the points that are known from the start.
struct RiskPointConfiguration: Sendable {
    let tables: RiskTables
    /// In the file's order.
    let points: [DangerRepository.Point]

    func point(_ id: RiskPointID) -> DangerRepository.Point? { points.first { $0.registered.riskPoint == id.value } }

    /// Reads `risk_points:`.
    init(_ value: YAMLValue, _ grid: GridConfiguration, _ dangers: DangerConfiguration?) throws(ConfigurationError) {
        try value.allow(["lec_colours", "matrix", "major_danger", "points"])
        tables = RiskTables(
            lecColours: try value.optional("lec_colours")?.lecColours(),
            matrix: try value.optional("matrix")?.riskMatrix(),
            majorDanger: try value.optional("major_danger")?.majorDangerRule()
        )
        var points: [DangerRepository.Point] = []
        for item in try value.optional("points")?.list() ?? [] {
            let point = try item.riskPoint(tables, grid, dangers)
            guard !points.contains(where: { $0.registered.riskPoint == point.registered.riskPoint }) else {
                throw item.error("risk point \(point.registered.riskPoint) stands twice", remedy: "remove one")
            }
            points.append(point)
        }
        self.points = points
    }
}

extension YAMLValue {
    /// Reads `grid:`, `dangers:` and `risk_points:`; the last two need the grid, whose units supervise.
    func dualPrevention() throws(ConfigurationError) -> (
        GridConfiguration?, DangerConfiguration?, RiskPointConfiguration?
    ) {
        let grid = try optional("grid")?.grid()
        let dangers = try optional("dangers").map { value throws(ConfigurationError) in
            try DangerConfiguration(value)
        }
        let riskPoints = try optional("risk_points").map { value throws(ConfigurationError) in
            guard let grid else { throw value.error("risk points without a grid", remedy: "add grid: with its units") }
            return try RiskPointConfiguration(value, grid, dangers)
        }
        if grid == nil, dangers != nil { throw error("dangers without a grid", remedy: "add grid: with its units") }
        return (grid, dangers, riskPoints)
    }

    private func riskColour() throws(ConfigurationError) -> WarningColour {
        try parse("blue, yellow, orange or red") { WarningColour(name: $0) }
    }

    private func riskColours() throws(ConfigurationError) -> [WarningColour] {
        var colours: [WarningColour] = []
        for item in try list() { colours.append(try item.riskColour()) }
        return colours
    }

    fileprivate func lecColours() throws(ConfigurationError) -> RiskColours {
        let colours = try riskColours()
        do {
            return try RiskColours(fromSlightToExtreme: colours)
        } catch {
            throw self.error(error.message, remedy: "write [blue, blue, yellow, orange, red] from D < 20 to D > 320")
        }
    }

    fileprivate func riskMatrix() throws(ConfigurationError) -> RiskMatrix {
        var rows: [[WarningColour]] = []
        for row in try list() { rows.append(try row.riskColours()) }
        do {
            return try RiskMatrix(byLikelihoodThenConsequence: rows)
        } catch {
            throw self.error(error.message, remedy: "write a row of colours for each likelihood, the least first")
        }
    }

    fileprivate func majorDangerRule() throws(ConfigurationError) -> MajorDangerRule {
        try allow(["steps", "at_least"])
        let (steps, colour) = (try value("steps").integer(in: 0...3), try value("at_least").riskColour())
        do {
            return try MajorDangerRule(steps: steps, atLeast: colour)
        } catch {
            throw self.error(error.message, remedy: "write 0 to 3 steps")
        }
    }

    fileprivate func riskPoint(_ tables: RiskTables, _ grid: GridConfiguration, _ dangers: DangerConfiguration?)
        throws(ConfigurationError) -> DangerRepository.Point
    {
        try allow([
            "id", "name", "unit", "position", "enterprise", "hazard", "responsible", "controls", "lec", "matrix",
        ])
        var registered = RiskPointRegistered()
        registered.riskPoint = try value("id").word()
        registered.name = try value("name").text()
        registered.unit = try value("unit").parse("a unit of the grid") { text in
            grid.units[GridUnitID(text)] == nil ? nil : text
        }
        registered.position = WirePosition(try value("position").position())
        registered.enterprise =
            try optional("enterprise")?.parse("an enterprise of dangers") { text in
                dangers?.enterprises.contains(EnterpriseID(text)) == true ? text : nil
            } ?? ""
        registered.hazard = try value("hazard").word()
        registered.responsible = try value("responsible").person().value
        registered.controls = try optional("controls")?.texts() ?? []
        do {
            return .init(registered: registered, own: try tables.colour(try riskAssessment()))
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw self.error("\(error)", remedy: "write lec: [L, E, C] or matrix: [likelihood, consequence]")
        }
    }

    private func riskAssessment() throws -> RiskAssessment {
        if let lec = try optional("lec") {
            let numbers = try lec.list()
            guard numbers.count == 3 else { throw lec.error("not L, E and C", remedy: "write lec: [3, 10, 15]") }
            return .likelihoodExposureConsequence(
                try LikelihoodExposureConsequence(
                    likelihoodTenths: try numbers[0].tenths(),
                    exposureTenths: try numbers[1].tenths(),
                    consequence: try numbers[2].integer(in: 1...100)
                )
            )
        }
        let cell = try value("matrix").list()
        guard cell.count == 2 else { throw error("not a cell of the matrix", remedy: "write matrix: [2, 3]") }
        return .matrix(
            likelihood: try cell[0].integer(in: 1...10),
            consequence: try cell[1].integer(in: 1...10)
        )
    }

    /// `3` or `0.5`, in tenths.
    private func tenths() throws(ConfigurationError) -> Int {
        try parse("a number such as 3 or 0.5") { text in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= 2, let whole = Int(parts[0]), (0...10).contains(whole) else { return nil }
            guard parts.count == 2 else { return whole * 10 }
            guard parts[1].utf8.count == 1, let tenth = Int(parts[1]), tenth >= 0 else { return nil }
            return whole * 10 + tenth
        }
    }
}
