package import Vocabulary

/// A plan 应急预案 as data: which live warnings demand which level of response, and what each level puts in force.
package struct ResponsePlan: Sendable {
    package let id: PlanID
    package let hazard: Hazard
    /// From I down; the first that fits decides.
    package let levels: [Demand]
    /// In the plan's order.
    package let clauses: [Clause]
    /// How long a lower level must fit before the response is lowered.
    package let stepDownAfter: Duration

    /// A level and what demands it: at least so many live warnings of at least that colour.
    package struct Demand: Hashable, Sendable {
        package let level: ResponseLevel
        package let clause: ClauseID
        package let colour: WarningColour
        package let warnings: Int

        package init(level: ResponseLevel, clause: ClauseID, colour: WarningColour, warnings: Int) {
            (self.level, self.clause, self.colour, self.warnings) = (level, clause, colour, warnings)
        }
    }

    /// One thing that the plan has done from a level upwards, once in each response.
    package struct Clause: Hashable, Sendable {
        package let id: ClauseID
        /// In force at this level and at every higher one.
        package let level: ResponseLevel
        /// From the moment it comes into force to the moment it must be met.
        package let within: Duration
        package let measure: Measure

        package init(id: ClauseID, level: ResponseLevel, within: Duration, measure: Measure) {
            (self.id, self.level, self.within, self.measure) = (id, level, within, measure)
        }
    }

    /// What a clause asks for: of teams, of the stockpile, of the command center.
    package enum Measure: Hashable, Sendable {
        case task(capabilities: [String], teams: Int, destination: PlaceID)
        case supplies(destination: PlaceID, lines: [SupplyNeed])
        case session(roles: [String], camerasPerStation: Int)
    }

    package init(id: PlanID, hazard: Hazard, levels: [Demand], clauses: [Clause] = [], stepDownAfter: Duration) {
        (self.id, self.hazard, self.levels, self.clauses) = (id, hazard, levels, clauses)
        self.stepDownAfter = stepDownAfter
    }

    /// What the live warnings demand; nil if no level does.
    package func demand(of warnings: [Incident.LinkedWarning]) -> Demand? {
        levels.first { demand in warnings.filter { $0.colour >= demand.colour }.count >= demand.warnings }
    }
}

/// Goods that are needed: a GB/T 38565-2020 code and a number of pieces.
package struct SupplyNeed: Hashable, Sendable {
    package let item: ItemCode
    package let quantity: UInt64

    package init(item: ItemCode, quantity: UInt64) { (self.item, self.quantity) = (item, quantity) }
}
