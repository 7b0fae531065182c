package import Vocabulary

/// What else must be so for a rule to demand anything: one fact, or all or any of several.
package indirect enum RuleCondition: Hashable, Sendable {
    case all([RuleCondition])
    case any([RuleCondition])
    case fact(Fact)

    /// Something that is so or not so now.
    package enum Fact: Hashable, Sendable {
        /// That rule has a released warning in this colour or a worse one, at any station.
        case rule(RuleID, WarningColour)
        /// Somebody has released a warning of that hazard in this colour or a worse one: another rule, a person, another service.
        case warning(Hazard, WarningColour)
        case reading(Reading)
        /// A unit of the grid, or one below it, is on watch.
        case watch(GridUnitID)
        case earthquake(Earthquake)
    }

    /// The newest usable reading of a place, while it is fresh, at or above the number (以上), or below it (以下).
    package struct Reading: Hashable, Sendable {
        package let station: StationID
        package let element: ElementID
        package let millionths: Int64
        package let isBelow: Bool
        /// An older reading says nothing.
        package let within: Duration

        package init(station: StationID, element: ElementID, millionths: Int64, isBelow: Bool, within: Duration) {
            (self.station, self.element, self.millionths) = (station, element, millionths)
            (self.isBelow, self.within) = (isBelow, within)
        }

        /// Whether a reading of that value, so old, meets it.
        package func isMet(by millionths: Int64, age: Duration) -> Bool {
            age <= within && (isBelow ? millionths < self.millionths : millionths >= self.millionths)
        }
    }

    /// An earthquake of that magnitude or more, not longer ago, not further from the rule's station.
    package struct Earthquake: Hashable, Sendable {
        package let magnitudeHundredths: Int
        package let within: Duration
        /// Nil: anywhere.
        package let radiusMetres: Int64?

        package init(magnitudeHundredths: Int, within: Duration, radiusMetres: Int64?) {
            (self.magnitudeHundredths, self.within, self.radiusMetres) = (magnitudeHundredths, within, radiusMetres)
        }
    }

    /// Whether it holds, where `isSo` says which facts do. An error of `isSo` is thrown on.
    package func holds(_ isSo: (Fact) throws -> Bool) rethrows -> Bool {
        switch self {
        case .all(let parts): try parts.allSatisfy { try $0.holds(isSo) }
        case .any(let parts): try parts.contains { try $0.holds(isSo) }
        case .fact(let fact): try isSo(fact)
        }
    }

    /// Every fact that it asks for, in order.
    package var facts: [Fact] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.facts)
        case .fact(let fact): [fact]
        }
    }
}

/// How many stations of a rule must agree: m of those that say anything.
package struct RuleAgreement: Hashable, Sendable {
    /// m: how many must reach a colour.
    package let needed: Int
    /// n: with fewer that have a fresh value nobody can say, and nothing changes.
    package let reporting: Int

    /// Nil unless 1 ≤ m ≤ n ≤ 1000.
    package init?(needed: Int, reporting: Int) {
        guard 1 <= needed, needed <= reporting, reporting <= 1_000 else { return nil }
        (self.needed, self.reporting) = (needed, reporting)
    }

    /// What one station has to say.
    package struct Voice: Hashable, Sendable {
        package let station: StationID
        package let value: Quantity

        package init(station: StationID, value: Quantity) { (self.station, self.value) = (station, value) }
    }

    /// The worst colour that m stations demand, as the value that decides it, and who they are: every one that demands it, by id, and the
    /// least bad of their values. Where no colour is agreed on, the value of the m-th and nobody. Nil where too few report.
    package func agreed(_ voices: [Voice], by rule: WarningRule, current: WarningColour?)
        -> (value: Quantity, stations: [StationID])?
    {
        guard voices.count >= reporting else { return nil }
        let worstFirst = voices.sorted { one, other in
            let (a, b) = (one.value.millionths, other.value.millionths)
            return a == b ? one.station < other.station : rule.measure.isBelow ? a < b : a > b
        }
        let deciding = worstFirst[needed - 1].value
        guard let colour = rule.band(for: deciding, current: current)?.colour else { return (deciding, []) }
        // Colours rise with the value: those that demand it stand first.
        let agreeing = worstFirst.prefix { voice in
            rule.band(for: voice.value, current: current).map { $0.colour >= colour } ?? false
        }
        return (agreeing.last?.value ?? deciding, agreeing.map(\.station).sorted())
    }
}
