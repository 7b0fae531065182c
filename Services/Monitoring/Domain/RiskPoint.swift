package import Vocabulary

/// How a risk point 风险点 was assessed.
package enum RiskAssessment: Hashable, Sendable {
    case likelihoodExposureConsequence(LikelihoodExposureConsequence)
    /// Row and column of the risk matrix, both from 1.
    case matrix(likelihood: Int, consequence: Int)
}

/// By which tables risk points get their colours: data of the place.
///
/// Source of the duty: Work Safety Law of the PRC (2021), article 41: control by graded risk beside the search for dangers. Which
/// colour belongs to which number is not in the law.
package struct RiskTables: Hashable, Sendable {
    package let lecColours: RiskColours?
    package let matrix: RiskMatrix?
    /// Nil: dangers do not change what is shown.
    package let majorDanger: MajorDangerRule?

    package init(lecColours: RiskColours?, matrix: RiskMatrix?, majorDanger: MajorDangerRule?) {
        (self.lecColours, self.matrix, self.majorDanger) = (lecColours, matrix, majorDanger)
    }

    /// The point's own colour. Throws `malformed` where the place has no table for the method, `out-of-range` outside of the table.
    package func colour(_ assessment: RiskAssessment) throws(ForecastError) -> WarningColour {
        switch assessment {
        case .likelihoodExposureConsequence(let risk):
            guard let lecColours else {
                throw ForecastError(.malformed, "no colours for LEC; use the matrix, or add lec_colours")
            }
            return lecColours.colour(risk.band)
        case .matrix(let likelihood, let consequence):
            guard let matrix else { throw ForecastError(.malformed, "no risk matrix; use LEC, or add a matrix") }
            return try matrix.colour(likelihood: likelihood, consequence: consequence)
        }
    }

    /// What the point shows, with so many open major dangers on it.
    package func shown(_ own: WarningColour, openMajorDangers: Int) -> WarningColour {
        guard openMajorDangers > 0, let majorDanger else { return own }
        return majorDanger.raised(own)
    }
}

/// How an open major danger raises the colour that its risk point shows.
package struct MajorDangerRule: Hashable, Sendable {
    /// So many colours up.
    package let steps: Int
    /// At least that one.
    package let atLeast: WarningColour

    /// Throws `out-of-range` unless there are 0 … 3 steps.
    package init(steps: Int, atLeast: WarningColour) throws(ForecastError) {
        guard (0...3).contains(steps) else {
            throw ForecastError(.outOfRange, "a colour is raised by 0 to 3 steps, not \(steps)")
        }
        (self.steps, self.atLeast) = (steps, atLeast)
    }

    /// The colour so many steps up, red at the most.
    func raised(_ colour: WarningColour) -> WarningColour {
        max(WarningColour(rawValue: colour.rawValue + steps) ?? .red, atLeast)
    }
}
