package import Vocabulary

/// What must hold beside a rule's own value before it demands a colour.
package indirect enum RuleCondition: Hashable, Sendable {
    case all([RuleCondition])
    case any([RuleCondition])
    case fact(Fact)

    /// What the service looks up.
    package enum Fact: Hashable, Sendable {
        /// The last usable reading of another place, not older than `within`, lies in the range; in millionths of the element's unit.
        case reading(station: StationID, element: ElementID, range: ClosedRange<Int64>, within: Duration)
        /// A released warning of that rule is live, of that colour or a higher one.
        case warning(rule: RuleID, colour: WarningColour)
        /// A released warning of that hazard, by one of those rules or by hand, is live in one of those divisions, of that colour or a higher one.
        case hazard(Hazard, colour: WarningColour, divisions: [DivisionCode], rules: [RuleID])
        /// A warning of that hazard by another bureau, or by that one, is in force in one of those divisions, of that colour or a higher one.
        case foreign(sender: String?, Hazard, colour: WarningColour, divisions: [DivisionCode])
        /// An earthquake of that magnitude or more happened not longer ago, and not further from the rule's station.
        case earthquake(magnitudeHundredths: Int, metres: Int64, within: Duration)
        /// A watch of the grid is under way.
        case watch
    }

    /// Whether it holds, where `holds` says so of a fact. Facts are asked in order, and none that does not matter any more.
    package func isMet<Failure: Error>(_ holds: (Fact) throws(Failure) -> Bool) throws(Failure) -> Bool {
        switch self {
        case .all(let parts):
            for part in parts where try !part.isMet(holds) { return false }
            return true
        case .any(let parts):
            for part in parts where try part.isMet(holds) { return true }
            return false
        case .fact(let fact): return try holds(fact)
        }
    }

    /// Every fact that it may ask for, in order.
    package var facts: [Fact] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.facts)
        case .fact(let fact): [fact]
        }
    }
}
