import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

/// What may change whether a rule's conditions hold.
enum RuleTrigger: Hashable, Sendable {
    case rule(RuleID)
    case hazard(Hazard)
    case place(MonitoringRepository.Place)
    case watch
    case earthquake

    /// The positions of the rules that ask for each.
    static func all(_ rules: [AppliedRule]) -> [RuleTrigger: [Int]] {
        var triggers: [RuleTrigger: [Int]] = [:]
        for (index, applied) in rules.enumerated() {
            for fact in applied.requires?.facts ?? [] {
                let trigger = RuleTrigger(fact)
                if triggers[trigger]?.last != index { triggers[trigger, default: []].append(index) }
            }
        }
        return triggers
    }

    private init(_ fact: RuleCondition.Fact) {
        switch fact {
        case .rule(let rule, _): self = .rule(rule)
        case .warning(let hazard, _): self = .hazard(hazard)
        case .reading(let reading): self = .place(.init(station: reading.station, element: reading.element))
        case .watch: self = .watch
        case .earthquake: self = .earthquake
        }
    }
}

// Compound conditions: what else must be so, and what happens when it changes.

extension MonitoringCore {
    /// Whether all that the rule requires is so now.
    func meets(_ applied: AppliedRule, _ station: StationID, _ turn: Turn) throws -> Bool {
        guard let requires = applied.requires else { return true }
        return try requires.holds { fact in try isSo(fact, applied, station, turn) }
    }

    private func isSo(_ fact: RuleCondition.Fact, _ applied: AppliedRule, _ station: StationID, _ turn: Turn) throws
        -> Bool
    {
        switch fact {
        case .rule(let rule, let colour): return try RuleRepository.isLive(rule, from: colour, turn.database)
        case .warning(let hazard, let colour):
            return try RuleRepository.isLive(hazard, from: colour, but: applied.rule.id, turn.database)
        case .reading(let wanted):
            let place = Place(station: wanted.station, element: wanted.element)
            guard let last = try lastUsable(place, turn) else { return false }
            return wanted.isMet(by: last.millionths, age: turn.now - last.observed)
        case .watch(let unit):
            guard let grid else { return false }
            return try grid.tree.subtree(of: unit).contains { try GridRepository.duty($0, turn.database) != nil }
        case .earthquake(let wanted):
            let epicentres = try RuleRepository.epicentres(
                magnitude: wanted.magnitudeHundredths,
                since: turn.now - wanted.within,
                turn.database
            )
            guard let radius = wanted.radiusMetres else { return !epicentres.isEmpty }
            guard let position = stations[station]?.position else { return false }
            return epicentres.contains { epicentre in
                GreatCircle.metres(epicentre, position).map { $0 <= radius } ?? false
            }
        }
    }

    /// What some rules require may have changed: they are judged anew by their newest readings, where those are fresh.
    func reconsider(_ trigger: RuleTrigger, _ turn: Turn) throws {
        for index in triggers[trigger] ?? [] {
            let applied = rules[index]
            for station in applied.tracks {
                if applied.rule.measure == .silence {
                    try judgeSilence(applied, station, turn)
                } else if let found = try newest(applied, station, turn), turn.now - found.observed <= applied.fresh {
                    try judge(found, applied, station, id: turn.now, turn)
                }
            }
        }
    }

    // MARK: warnings that stand

    /// A warning of ours was released in that colour.
    func stands(_ content: WarningContent, _ turn: Turn) throws {
        let (hazard, colour) = (try content.hazard.checked(), try content.colour.checked())
        try RuleRepository.keep(content.warning, rule: content.rule, hazard, colour, turn.database)
        try reconsider(.rule(RuleID(content.rule)), turn)
        try reconsider(.hazard(hazard), turn)
    }

    /// A warning is over, whosever it was.
    func isOver(_ warning: String, _ turn: Turn) throws {
        guard let (rule, hazard) = try RuleRepository.end(warning, turn.database) else { return }
        try reconsider(.rule(rule), turn)
        try reconsider(.hazard(hazard), turn)
    }

    /// Another service's warning stands: it counts where its code and its severity say which hazard and how bad.
    func stands(_ foreign: ForeignWarning, as warning: String, _ turn: Turn) throws {
        guard let hazard = Hazard.allCases.first(where: { NationalEvent($0)?.code == foreign.eventCode }),
            let colour = WarningColour(foreign.severity)
        else { return try isOver(warning, turn) }
        try RuleRepository.keep(warning, rule: "", hazard, colour, turn.database)
        try reconsider(.hazard(hazard), turn)
    }
}

extension WarningColour {
    /// The colour whose CAP severity that is; nil where the sender does not know.
    fileprivate init?(_ severity: ForeignSeverity) {
        switch severity {
        case .extreme: self = .red
        case .severe: self = .orange
        case .moderate: self = .yellow
        case .minor: self = .blue
        case .unspecified, .unknown, .UNRECOGNIZED: return nil
        }
    }
}
