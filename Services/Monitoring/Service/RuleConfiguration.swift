import MonitoringDomain
import ServiceKit
import Vocabulary

/// One rule with what it watches and where it applies.
struct AppliedRule: Sendable {
    let rule: WarningRule
    let element: ElementID
    let stations: Set<StationID>
    let divisions: [String]
    /// Nil: each station speaks for itself.
    let agreement: RuleAgreement?
    /// What else must be so.
    let requires: RuleCondition?
    /// An older reading says nothing in an agreement, and nothing when a condition changes.
    let fresh: Duration

    /// The stations by which its tracks are kept: of an agreement the least, which stands for all.
    var tracks: [StationID] {
        let sorted = stations.sorted()
        return agreement == nil ? sorted : Array(sorted.prefix(1))
    }
}

/// What a rule may name.
struct RuleNames {
    let stations: [StationID: Station]
    let elements: ElementList
    let seasons: [String: YearlySeason]
    let units: Set<GridUnitID>
    /// Those above it.
    var rules: Set<String> = []
}

/// The keys that the parser takes, by the mapping in which they stand; `monitoring.schema.json` has the same.
package enum RuleKeys {
    /// Of every rule.
    package static let common: Set<String> = [
        "id", "hazard", "kind", "element", "stations", "bands", "clear_after", "lifetime", "automatic_release",
        "drafter",
        "divisions", "schedule", "realarm_after", "requires",
    ]
    /// Of those on readings, and not on their absence.
    package static let onReadings: Set<String> = [
        "hysteresis", "duration", "deescalate_after", "clear_on_silence", "raise_on_silence", "agreement",
        "fresh",
    ]
    /// Of each kind beyond those.
    package static let kinds: [String: Set<String>] = [
        "level": [], "low": [], "rise": ["window"], "fall": ["window"], "accumulation": ["window"],
        "mean": ["window", "readings"], "repeat": ["window", "exceeds"], "no-data": [],
    ]
    package static let band: Set<String> = ["colour", "at", "valid_for"]
    package static let span: Set<String> = ["season", "months", "weekdays", "hours"]
    package static let season: Set<String> = ["id", "from", "through"]

    static func of(kind: String) -> Set<String>? {
        kinds[kind].map { common.union(kind == "no-data" ? [] : onReadings).union($0) }
    }
}

extension YAMLValue {
    /// `[{ id: flood, from: "06-01", through: "09-30" }]`: parts of every year, by name.
    func seasons() throws(ConfigurationError) -> [String: YearlySeason] {
        var seasons: [String: YearlySeason] = [:]
        for item in try list() {
            try item.allow(RuleKeys.season)
            let (from, through) = (try item.value("from").text(), try item.value("through").text())
            guard let season = YearlySeason(from: from, through: through) else {
                throw item.error("no days of a year", remedy: "write from: \"06-01\", through: \"09-30\"")
            }
            guard seasons.updateValue(season, forKey: try item.value("id").text()) == nil else {
                throw item.error("a season stands twice", remedy: "give it another id")
            }
        }
        return seasons
    }

    /// The rules of `rules:`, whose divisions must have names.
    func rules(_ names: RuleNames, _ divisions: [String: Name]) throws(ConfigurationError) -> [AppliedRule] {
        var (rules, names): ([AppliedRule], RuleNames) = ([], names)
        for item in try list() {
            let rule = try item.rule(names)
            for division in rule.divisions where divisions[division] == nil {
                throw item.error("division \(division) has no name", remedy: "add it to divisions")
            }
            guard names.rules.insert(rule.rule.id.value).inserted else {
                throw item.error("rule '\(rule.rule.id)' stands twice", remedy: "give it another id")
            }
            rules.append(rule)
        }
        return rules
    }

    private func rule(_ names: RuleNames) throws(ConfigurationError) -> AppliedRule {
        let kind = try value("kind")
        guard let keys = RuleKeys.of(kind: try kind.text()) else {
            let kinds = RuleKeys.kinds.keys.sorted().joined(separator: ", ")
            throw kind.error("'\(try kind.text())' is no kind of rule", remedy: "write one of \(kinds)")
        }
        try allow(keys)
        let element = try value("element").parse("an element such as stage or rain_1h") {
            names.elements[ElementID($0)]
        }
        let stations = try ruleStations(names)
        var divisions: [String] = []
        for division in try value("divisions").list() { divisions.append(try division.division()) }
        guard !divisions.isEmpty, !stations.isEmpty else {
            throw error("a rule without stations or divisions", remedy: "name at least one of each")
        }
        let measure = try measure(element.unit)
        let (agreement, requires) = (try agreement(stations), try requirement(names))
        let needsFresh = agreement != nil || requires != nil && measure != .silence
        return AppliedRule(
            rule: try warningRule(measure, element.unit, names),
            element: element.id,
            stations: stations,
            divisions: divisions,
            agreement: agreement,
            requires: requires,
            fresh: try (needsFresh ? value("fresh") : optional("fresh"))?.duration() ?? .zero
        )
    }

    private func warningRule(_ measure: WarningRule.Measure, _ unit: Unit, _ names: RuleNames)
        throws(ConfigurationError) -> WarningRule
    {
        var automatic: [WarningColour] = []
        for colour in try optional("automatic_release")?.list() ?? [] { automatic.append(try colour.colour()) }
        let onReadings = measure != .silence
        return WarningRule(
            id: RuleID(
                try value("id").parse("a name without a full stop") { $0.contains(".") ? nil : $0 }
            ),
            hazard: try value("hazard").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) },
            measure: measure,
            bands: try value("bands").bands(measure, unit),
            hysteresis: onReadings ? try value("hysteresis").threshold(measure, unit) : .nothing(.minute),
            duration: onReadings ? try value("duration").duration() : .zero,
            clearAfter: try value("clear_after").duration(),
            lifetime: try value("lifetime").atLeastAMinute("a warning that lapses at once"),
            automaticRelease: automatic,
            drafter: PersonID(try value("drafter").text()),
            schedule: RuleSchedule(try spans(names)),
            timing: try timing()
        )
    }

    private func timing() throws(ConfigurationError) -> RuleTiming {
        func time(_ key: String) throws(ConfigurationError) -> Duration? {
            try optional(key)?.atLeastAMinute("a time that is over at once")
        }
        return RuleTiming(
            deescalateAfter: try time("deescalate_after"),
            clearOnSilence: try time("clear_on_silence"),
            raiseOnSilence: try time("raise_on_silence"),
            realarmAfter: try time("realarm_after")
        )
    }

    func atLeastAMinute(_ complaint: String) throws(ConfigurationError) -> Duration {
        let duration = try duration()
        guard duration >= .minutes(1) else { throw error(complaint, remedy: "write at least 1m") }
        return duration
    }

    private func measure(_ unit: Unit) throws(ConfigurationError) -> WarningRule.Measure {
        func window() throws(ConfigurationError) -> Duration {
            try value("window").atLeastAMinute("a window that holds one reading")
        }
        let kind = try value("kind")
        switch try kind.text() {
        case "level": return .level
        case "low": return .low
        case "rise": return .rise(window: try window())
        case "fall": return .fall(window: try window())
        case "accumulation": return .accumulation(window: try window())
        case "mean": return .mean(window: try window(), least: try optional("readings")?.integer(in: 1...10_000) ?? 1)
        case "repeat": return .repeated(window: try window(), exceeds: try value("exceeds").quantity(unit))
        case "no-data": return .silence
        case let other: throw kind.error("'\(other)' is no kind of rule", remedy: "write level")
        }
    }

    func colour() throws(ConfigurationError) -> WarningColour {
        try parse("blue, yellow, orange or red") { WarningColour(name: $0) }
    }

    /// What a rule's value is compared with: a quantity of the element, a count or, of silence, a time.
    private func threshold(_ measure: WarningRule.Measure, _ unit: Unit) throws(ConfigurationError) -> Quantity {
        switch measure {
        case .level, .low, .rise, .fall, .accumulation, .mean: return try quantity(unit)
        case .repeated:
            let count = Quantity(Int64(try integer(in: 0...10_000)), decimals: 0, .one)
            return count ?? .nothing(.one)
        case .silence:
            let minutes = try atLeastAMinute("a silence that is none").inSeconds / 60
            return Quantity(minutes, decimals: 0, .minute) ?? .nothing(.minute)
        }
    }

    private func bands(_ measure: WarningRule.Measure, _ unit: Unit) throws(ConfigurationError) -> [WarningRule.Band] {
        var bands: [WarningRule.Band] = []
        for item in try list() {
            try item.allow(RuleKeys.band)
            let band = WarningRule.Band(
                colour: try item.value("colour").colour(),
                threshold: try item.value("at").threshold(measure, unit),
                validFor: try item.optional("valid_for")?.atLeastAMinute("a warning that lapses at once")
            )
            if let last = bands.last {
                let (before, here) = (last.threshold.millionths, band.threshold.millionths)
                guard last.colour < band.colour, measure.isBelow ? before > here : before < here else {
                    let how = measure.isBelow ? "falling" : "rising"
                    throw item.error(
                        "the bands do not ascend",
                        remedy: "order them blue, yellow, orange, red with \(how) thresholds"
                    )
                }
            }
            bands.append(band)
        }
        guard !bands.isEmpty else { throw error("no band", remedy: "add at least one { colour: …, at: … }") }
        if case .repeated = measure, let first = bands.first, first.threshold.amount == 0 {
            throw error("no reading is enough", remedy: "write at: 1 or more")
        }
        return bands
    }

    // MARK: schedules

    /// The spans of `schedule`, none where it is absent.
    private func spans(_ names: RuleNames) throws(ConfigurationError) -> [RuleSchedule.Span] {
        guard let schedule = try optional("schedule") else { return [] }
        var spans: [RuleSchedule.Span] = []
        for item in try schedule.list() {
            try item.allow(RuleKeys.span)
            let span = RuleSchedule.Span(
                season: try item.optional("season").map { season throws(ConfigurationError) in
                    try season.parse("a season of this file; see seasons") { names.seasons[$0] }
                },
                months: try item.optional("months").map { months throws(ConfigurationError) in try months.months() },
                weekdays: try item.optional("weekdays").map { days throws(ConfigurationError) in try days.weekdays() },
                hours: try item.optional("hours").map { hours throws(ConfigurationError) in try hours.hours() }
            )
            guard span != RuleSchedule.Span() else {
                throw item.error("a span that is always", remedy: "write season, months, weekdays or hours")
            }
            spans.append(span)
        }
        guard !spans.isEmpty else {
            throw schedule.error("a rule that never holds", remedy: "add a span, or remove it")
        }
        return spans
    }

    private func months() throws(ConfigurationError) -> RuleSchedule.MonthRange {
        let ends = try list()
        guard ends.count == 2,
            let range = RuleSchedule.MonthRange(
                first: try ends[0].integer(in: 1...12),
                last: try ends[1].integer(in: 1...12)
            )
        else { throw error("no range of months", remedy: "write months: [6, 9]") }
        return range
    }

    private func weekdays() throws(ConfigurationError) -> Set<Int> {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        var days: Set<Int> = []
        for item in try list() {
            days.insert(
                try item.parse("mon, tue, wed, thu, fri, sat or sun") { names.firstIndex(of: $0).map { $0 + 1 } }
            )
        }
        guard !days.isEmpty else { throw error("no day", remedy: "write weekdays: [mon, tue]") }
        return days
    }

    private func hours() throws(ConfigurationError) -> RuleSchedule.HourRange {
        let ends = try list()
        guard ends.count == 2,
            let range = RuleSchedule.HourRange(
                begin: try ends[0].integer(in: 0...23),
                end: try ends[1].integer(in: 0...24)
            )
        else { throw error("no range of hours", remedy: "write hours: [8, 20] for 08:00 up to 20:00") }
        return range
    }
}

extension Quantity {
    /// Nothing of that unit.
    static func nothing(_ unit: Unit) -> Quantity {
        guard let nothing = Quantity(0, decimals: 0, unit) else {
            // Zero is within every range.
            preconditionFailure("no zero")
        }
        return nothing
    }
}
