import MonitoringDomain
import ServiceKit
import Vocabulary

/// One rule with what it watches, when, and where it applies: a constant, and a class, for readings are held against it all the time.
final class AppliedRule: Sendable {
    let rule: WarningRule
    let element: ElementID
    let unit: Unit
    /// In the order of their ids; empty where they are selected by kind.
    let stations: [StationID]
    /// Nil: the stations are named.
    let selection: StationSelection?
    /// Where it warns; empty: in the division of the station.
    let divisions: [String]
    /// Nil: at any time.
    let schedule: RuleSchedule?
    /// What else must hold; nil: nothing.
    let condition: RuleCondition?
    /// Nil: each station warns by itself.
    let agreement: RuleAgreement?

    init(
        rule: WarningRule,
        element: ElementID,
        unit: Unit,
        stations: [StationID],
        selection: StationSelection?,
        divisions: [String],
        schedule: RuleSchedule?,
        condition: RuleCondition?,
        agreement: RuleAgreement?
    ) {
        (self.rule, self.element, self.unit) = (rule, element, unit)
        (self.stations, self.selection, self.divisions) = (stations, selection, divisions)
        (self.schedule, self.condition, self.agreement) = (schedule, condition, agreement)
    }

    /// Whose track `station` moves: its own, or the one that all keep together, under the least id.
    func seat(of station: StationID) -> StationID { agreement == nil ? station : stations.first ?? station }
}

/// The rules that are asked anew when a warning begins, changes or ends; each once, as configured.
struct RuleDependents: Sendable {
    /// By the rule whose warning it is.
    private(set) var byRule: [RuleID: [AppliedRule]] = [:]
    /// By the hazard of one that a person drafted.
    private(set) var byHand: [Hazard: [AppliedRule]] = [:]
    /// By the hazard of one of others.
    private(set) var byForeign: [Hazard: [AppliedRule]] = [:]

    init(_ rules: [AppliedRule]) {
        for applied in rules {
            for fact in Set(applied.condition?.facts ?? []) {
                switch fact {
                case .warning(let rule, _): Self.add(applied, to: &byRule[rule, default: []])
                case .hazard(let hazard, _, _, let rules):
                    for rule in rules { Self.add(applied, to: &byRule[rule, default: []]) }
                    Self.add(applied, to: &byHand[hazard, default: []])
                case .foreign(_, let hazard, _, _): Self.add(applied, to: &byForeign[hazard, default: []])
                case .reading, .earthquake, .watch: break
                }
            }
        }
    }

    private static func add(_ applied: AppliedRule, to list: inout [AppliedRule]) {
        if !list.contains(where: { $0.rule.id == applied.rule.id }) { list.append(applied) }
    }
}

/// How many stations must say it.
struct RuleAgreement: Sendable {
    let area: AreaAgreement
    /// A reading older than this says nothing.
    let fresh: Duration
}

/// What watches one place, and how far back it looks.
struct Watch: Sendable {
    private(set) var rules: [AppliedRule] = []
    /// Rules that look at the place for a condition of theirs.
    private(set) var dependents: [AppliedRule] = []
    private(set) var reach = Duration.zero

    init(reach: Duration = .zero) { self.reach = reach }

    mutating func add(_ applied: AppliedRule) {
        rules.append(applied)
        reach = max(reach, applied.rule.measure.window, applied.agreement?.fresh ?? .zero)
    }

    /// Without the rules that do not select the station.
    func of(_ station: Station) -> Watch {
        var own = self
        own.rules = rules.filter { $0.selection?.contains(station) ?? true }
        return own
    }

    /// Of every place with limits or rules.
    static func all(_ stations: [StationID: Station], _ rules: [AppliedRule]) -> [MonitoringRepository.Place: Watch] {
        typealias Place = MonitoringRepository.Place
        var watches: [Place: Watch] = [:]
        for (station, known) in stations {
            for (element, limits) in known.limits {
                let place = Place(station: station, element: element)
                watches[place] = Watch(reach: limits.sameReading?.duration ?? .zero)
            }
        }
        for applied in rules {
            for station in applied.stations {
                watches[Place(station: station, element: applied.element), default: Watch()].add(applied)
            }
            for case .reading(let station, let element, _, _) in applied.condition?.facts ?? [] {
                watches[Place(station: station, element: element), default: Watch()].dependents.append(applied)
            }
        }
        return watches
    }
}

extension YAMLValue {
    /// The rules, each checked against what stands before it.
    func rules(_ known: RuleReferences) throws(ConfigurationError) -> [AppliedRule] {
        var known = known
        for item in try list() {
            let rule = try item.rule(known)
            guard !known.rules.contains(where: { $0.rule.id == rule.rule.id }) else {
                throw item.error("rule '\(rule.rule.id)' stands twice", remedy: "give it another id")
            }
            known.rules.append(rule)
        }
        return known.rules
    }

    private func rule(_ known: RuleReferences) throws(ConfigurationError) -> AppliedRule {
        try allow(RuleKeys.rule)
        let element = try value("element").parse("an element such as stage or rain_1h") {
            known.elements[ElementID($0)]
        }
        let chosen = try value("stations")
        let selection = try chosen.isMapping ? chosen.selection(known.kinds) : nil
        var stations: Set<StationID> = []
        if selection == nil { for item in try chosen.list() { stations.insert(try item.known(known.stations)) } }
        let divisions = try ruleDivisions(known, mayBeAbsent: selection != nil)
        guard selection != nil || !stations.isEmpty else {
            throw error("a rule without stations", remedy: "name at least one, or select those of a kind")
        }
        let rule = try warningRule(element.unit)
        if let agreement = try optional("agreement"), selection != nil {
            throw agreement.error("stations of a kind do not agree", remedy: "name the stations, or remove agreement")
        }
        let positions = stations.sorted().compactMap { known.stations[$0]?.position }
        let agreement = try optional("agreement")?.agreement(of: positions)
        if agreement != nil, rule.measure == .silence {
            throw error("stations do not agree on a silence", remedy: "remove agreement")
        }
        var within = known
        within.own = divisions.compactMap { DivisionCode($0) }
        // One that warns where its stations stand asks for what is so anywhere among them.
        if within.own.isEmpty { within.own = selection?.divisions ?? [] }
        if within.own.isEmpty { within.own = known.divisions.keys.compactMap { DivisionCode($0) } }
        return AppliedRule(
            rule: rule,
            element: element.id,
            unit: element.unit,
            stations: stations.sorted(),
            selection: selection,
            divisions: divisions,
            schedule: try optional("schedule")?.schedule(known.seasons),
            condition: try optional("requires")?.condition(within),
            agreement: agreement
        )
    }

    /// `divisions` of a rule: at least one, each with a name.
    private func ruleDivisions(_ known: RuleReferences, mayBeAbsent: Bool) throws(ConfigurationError) -> [String] {
        guard let list = mayBeAbsent ? try optional("divisions") : try value("divisions") else { return [] }
        var divisions: [String] = []
        for item in try list.list() {
            let division = try item.division()
            guard known.divisions[division] != nil else {
                throw item.error("division \(division) has no name", remedy: "add it to divisions")
            }
            divisions.append(division)
        }
        guard !divisions.isEmpty else { throw list.error("a rule without divisions", remedy: "name at least one") }
        return divisions
    }

    /// A station of this file.
    private func known(_ stations: [StationID: Station]) throws(ConfigurationError) -> StationID {
        try parse("a station of this file") { stations[StationID($0)]?.id }
    }

    private func warningRule(_ unit: Unit) throws(ConfigurationError) -> WarningRule {
        var automatic: [WarningColour] = []
        for colour in try optional("automatic_release")?.list() ?? [] { automatic.append(try colour.colour()) }
        let lifetime = try value("lifetime").duration()
        guard lifetime >= .minutes(1) else {
            throw error("a warning that lapses at once", remedy: "write a lifetime of at least 1m")
        }
        let measure = try measure(unit)
        let compared = measure.unit(of: unit)
        let timing = try timing()
        if measure == .silence, try value("duration").duration() > .zero || timing.clearOnSilence != nil {
            throw error("a silence is its own duration", remedy: "write duration: 0s, and no clear_on_silence")
        }
        return WarningRule(
            id: RuleID(
                try value("id").parse("a name without a full stop") { $0.contains(".") ? nil : $0 }
            ),
            hazard: try value("hazard").hazardWord(),
            measure: measure,
            bands: try value("bands").bands(compared, downward: measure.isDownward),
            hysteresis: try value("hysteresis").quantity(compared),
            duration: try value("duration").duration(),
            clearAfter: try value("clear_after").duration(),
            lifetime: lifetime,
            validFor: try optional("valid_for")?.validFor() ?? [:],
            automaticRelease: automatic,
            drafter: PersonID(try value("drafter").text()),
            timing: timing
        )
    }

    /// `{ orange: 12h, red: 6h }`
    private func validFor() throws(ConfigurationError) -> [WarningColour: Duration] {
        try allow(RuleKeys.validFor)
        var lifetimes: [WarningColour: Duration] = [:]
        for (name, item) in try entries() {
            if let colour = WarningColour(name: name) { lifetimes[colour] = try item.span() }
        }
        guard !lifetimes.isEmpty else { throw error("no colour", remedy: "write { red: 6h }, or remove the key") }
        return lifetimes
    }

    private func timing() throws(ConfigurationError) -> WarningRule.Timing {
        WarningRule.Timing(
            deescalateAfter: try optional("deescalate_after")?.span(),
            clearOnSilence: try optional("clear_on_silence")?.span(),
            realarmAfter: try optional("realarm_after")?.span(),
            grace: try optional("grace")?.duration() ?? .minutes(10)
        )
    }

    /// A duration of at least a minute.
    private func span() throws(ConfigurationError) -> Duration {
        let span = try duration()
        guard span >= .minutes(1) else { throw error("too short", remedy: "write at least 1m") }
        return span
    }

    private func measure(_ unit: Unit) throws(ConfigurationError) -> WarningRule.Measure {
        let kind = try value("kind")
        let word = try kind.text()
        if let over = try optional("over"), word != "repeat" {
            throw over.error("a \(word) is not over anything", remedy: "remove it, or write kind: repeat")
        }
        if let window = try optional("window"), ["level", "low", "silence"].contains(word) {
            throw window.error(
                "a \(word) has no window",
                remedy: "remove it, or write kind: rise, fall, mean, repeat or accumulation"
            )
        }
        return switch word {
        case "level": .level
        case "low": .low
        case "silence": .silence
        case "rise": .rise(window: try value("window").duration())
        case "fall": .fall(window: try value("window").duration())
        case "mean": .mean(window: try value("window").duration())
        case "accumulation": .accumulation(window: try value("window").duration())
        case "repeat": .repeats(window: try value("window").duration(), over: try value("over").quantity(unit))
        case let other:
            throw kind.error(
                "'\(other)' is no kind",
                remedy: "write level, low, rise, fall, mean, repeat, accumulation or silence"
            )
        }
    }

    func colour() throws(ConfigurationError) -> WarningColour {
        try parse("blue, yellow, orange or red") { WarningColour(name: $0) }
    }

    /// Colours, each from its value up, or down.
    func bands(_ unit: Unit, downward: Bool) throws(ConfigurationError) -> [WarningRule.Band] {
        var bands: [WarningRule.Band] = []
        for item in try list() {
            try item.allow(RuleKeys.band)
            let band = WarningRule.Band(
                colour: try item.value("colour").colour(),
                threshold: try item.value("at").quantity(unit)
            )
            if let last = bands.last, !follows(band, last, downward) {
                throw item.error(
                    "the bands do not ascend",
                    remedy: "order them blue, yellow, orange, red with \(downward ? "falling" : "rising") thresholds"
                )
            }
            bands.append(band)
        }
        guard !bands.isEmpty else { throw error("no band", remedy: "add at least one { colour: …, at: … }") }
        return bands
    }

    private func follows(_ band: WarningRule.Band, _ last: WarningRule.Band, _ downward: Bool) -> Bool {
        let (next, before) = (band.threshold.millionths, last.threshold.millionths)
        return band.colour > last.colour && (downward ? next < before : next > before)
    }
}
