import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// What else must hold before a rule demands anything.

extension MonitoringCore {
    /// Whether the rule demands anything now: in its time, and with what it requires.
    func isDemanding(_ applied: AppliedRule, _ finding: RuleFinding, _ turn: Turn) throws -> Bool {
        if let schedule = applied.schedule, !schedule.holds(at: finding.observed) { return false }
        guard let condition = applied.condition else { return true }
        return try condition.isMet { (fact: RuleCondition.Fact) throws in try holds(fact, finding, turn) }
    }

    private func holds(_ fact: RuleCondition.Fact, _ finding: RuleFinding, _ turn: Turn) throws -> Bool {
        switch fact {
        case .reading(let station, let element, let range, let within):
            let reading = try last(Place(station: station, element: element), turn)?.0
            return reading.map { range.contains($0.millionths) && finding.observed - $0.observed <= within } ?? false
        case .warning(let rule, let colour):
            return try RuleRepository.liveColour(of: rule, turn.database).map { $0 >= colour } ?? false
        case .hazard(let hazard, let colour, let divisions, let rules):
            return try WarningRepository.standing(turn.database).contains { content in
                let isMeant = content.rule.isEmpty || rules.contains { $0.value == content.rule }
                let warned = content.divisions.compactMap { DivisionCode($0) }
                return try isMeant && content.hazard.checked() == hazard && content.colour.checked() >= colour
                    && divisions.meets(warned)
            }
        case .foreign(let sender, let hazard, let colour, let divisions):
            return try InletRepository.standing(at: turn.now, turn.database).contains { _, content in
                sender ?? content.sender == content.sender && content.hazard == hazard
                    && content.colour.map { $0 >= colour } ?? false && divisions.meets(content.warned)
            }
        case .earthquake(let magnitude, let metres, let within):
            let place = try finding.stations.first.flatMap { try station($0, turn)?.position }
            return try RuleRepository.shakes(since: finding.observed - within, magnitude: magnitude, turn.database)
                .contains { shake in
                    shake.origin <= finding.observed
                        && place.flatMap { GreatCircle.metres($0, shake.epicentre) }.map { $0 <= metres } ?? false
                }
        case .watch: return try GridRepository.isOnWatch(turn.database)
        }
    }
}

extension [DivisionCode] {
    /// Whether one of them is one of the others, lies within one, or has one within it.
    func meets(_ others: [DivisionCode]) -> Bool {
        contains { own in others.contains { $0.contains(own) || own.contains($0) } }
    }
}
