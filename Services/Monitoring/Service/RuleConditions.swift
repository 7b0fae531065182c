import MonitoringDomain
import ServiceKit
import Vocabulary

// When a rule demands anything, and what else must hold: `schedule`, `agreement` and `requires` of a rule.

/// What a rule may refer to.
struct RuleReferences: Sendable {
    let stations: [StationID: Station]
    /// Kinds of registered stations.
    let kinds: Set<String>
    let elements: ElementList
    /// Those that have a name.
    let divisions: [String: Name]
    let seasons: [String: RuleSchedule.Season]
    /// The rules that stand before it.
    var rules: [AppliedRule] = []
    /// Its own divisions.
    var own: [DivisionCode] = []
}

extension YAMLValue {
    /// `seasons: { flood: { from: "06-01", until: "09-30" } }`: names for `schedule: { season: flood }`; the days are included.
    func ruleSeasons() throws(ConfigurationError) -> [String: RuleSchedule.Season] {
        var seasons: [String: RuleSchedule.Season] = [:]
        for (name, item) in try entries() {
            try item.allow(["from", "until"])
            let (from, until) = (try item.value("from").text(), try item.value("until").text())
            guard let season = RuleSchedule.Season(from: from, until: until) else {
                throw item.error(
                    "no season",
                    remedy: "write month and day in quotes: { from: \"06-01\", until: \"09-30\" }"
                )
            }
            seasons[name] = season
        }
        return seasons
    }

    /// `{ season: flood, months: [6, 7], weekdays: [1, 5], hours: "20:00-06:00" }`, by the clock in Beijing.
    func schedule(_ seasons: [String: RuleSchedule.Season]) throws(ConfigurationError) -> RuleSchedule {
        try allow(RuleKeys.schedule)
        let hours = try optional("hours")?.parse("hours such as \"20:00-06:00\"", Self.hours)
        let schedule = RuleSchedule(
            months: try optional("months")?.numbers(in: 1...12) ?? [],
            weekdays: try optional("weekdays")?.numbers(in: 1...7) ?? [],
            hours: hours,
            season: try optional("season")?.parse("a season of `seasons` in this file") { seasons[$0] }
        )
        guard let schedule else { throw error("no schedule", remedy: "write months 1 to 12, weekdays 1 (Monday) to 7") }
        return schedule
    }

    private func numbers(in range: ClosedRange<Int>) throws(ConfigurationError) -> Set<Int> {
        var numbers: Set<Int> = []
        for item in try list() { numbers.insert(try item.integer(in: range)) }
        guard !numbers.isEmpty else { throw error("an empty list", remedy: "remove the key, or name at least one") }
        return numbers
    }

    private static func hours(_ text: String) -> RuleSchedule.Hours? {
        let ends = text.split(separator: "-").map { end -> Int? in
            let parts = end.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]),
                let minute = Int(parts[1]), (0...24).contains(hour), (0...59).contains(minute)
            else { return nil }
            return hour * 60 + minute
        }
        guard ends.count == 2, let from = ends[0], let until = ends[1] else { return nil }
        return RuleSchedule.Hours(from: from, until: until)
    }

    /// `{ stations: 2, reporting: 3, within_km: 30, fresh: 1h }`, with `around: { lat: 47.3, lon: 119.8 }` those that stand so near to the point; or
    /// `basin: true` in the place of a distance.
    func agreement(of positions: [Position]) throws(ConfigurationError) -> RuleAgreement {
        try allow(RuleKeys.agreement)
        let count = positions.count
        let needed = try value("stations").integer(in: 1...1000)
        let least = try optional("reporting")?.integer(in: 1...1000) ?? needed
        guard max(needed, least) <= count else {
            throw error("\(max(needed, least)) of \(count) stations", remedy: "name more stations, or ask for fewer")
        }
        // Each station is compared with each other one.
        guard count <= 500 else { throw error("\(count) stations", remedy: "let 500 agree at the most") }
        let (area, fresh) = (try agreementArea(), try value("fresh").duration())
        let agreement: AreaAgreement
        do throws(ForecastError) {
            agreement = try AreaAgreement(area, needed: needed, leastReporting: least)
        } catch {
            throw self.error("no agreement", remedy: error.message)
        }
        let near = positions.count { agreement.isNear($0) }
        guard near >= max(needed, least) else {
            throw error("\(near) stations stand there", remedy: "widen within_km, name more stations, or ask for fewer")
        }
        return RuleAgreement(area: agreement, fresh: fresh)
    }

    private func agreementArea() throws(ConfigurationError) -> AreaAgreement.Area {
        let metres = try optional("within_km").map { distance throws(ConfigurationError) in
            Int64(try distance.integer(in: 1...20_000)) * 1_000
        }
        if let around = try optional("around") {
            try around.allow(RuleKeys.around)
            guard let metres else { throw around.error("around, and how far", remedy: "write within_km beside it") }
            let (latitude, longitude) = (
                try around.value("lat").decimal(in: -90...90), try around.value("lon").decimal(in: -180...180)
            )
            let point = Position(
                latitudeMicrodegrees: Int32((latitude * 1_000_000).rounded()),
                longitudeMicrodegrees: Int32((longitude * 1_000_000).rounded()),
                datum: .wgs84
            )
            guard let point else { throw around.error("not a place", remedy: "write degrees of WGS 84") }
            return .around(point, metres: metres)
        }
        if let metres { return .radius(metres: metres) }
        return try optional("basin")?.flag() ?? false ? .basin : .anywhere
    }

    /// A condition, or a list of which all must hold; `all:` and `any:` lead on.
    func condition(_ known: RuleReferences, depth: Int = 0) throws(ConfigurationError) -> RuleCondition {
        guard depth < 8 else { throw error("conditions within conditions", remedy: "nest them less deeply") }
        guard isMapping else { return .all(try parts(known, depth)) }
        try allow(RuleKeys.condition)
        guard try entries().count == 1 else {
            throw error(
                "not one condition",
                remedy: "write a list: each item has one of \(RuleKeys.condition.sorted())"
            )
        }
        if let all = try optional("all") { return .all(try all.parts(known, depth)) }
        if let any = try optional("any") { return .any(try any.parts(known, depth)) }
        if let place = try optional("station") { return .fact(try place.reading(known.stations, known.elements)) }
        if let warning = try optional("warning") { return .fact(try warning.warning(known.rules)) }
        if let hazard = try optional("hazard") { return .fact(try hazard.hazard(known)) }
        if let foreign = try optional("foreign") { return .fact(try foreign.foreign(known)) }
        if let earthquake = try optional("earthquake") { return .fact(try earthquake.earthquake()) }
        guard try value("watch").flag() else {
            throw error("watch: false", remedy: "write watch: true, or remove the condition")
        }
        return .fact(.watch)
    }

    private func parts(_ known: RuleReferences, _ depth: Int) throws(ConfigurationError) -> [RuleCondition] {
        var parts: [RuleCondition] = []
        for item in try list() { parts.append(try item.condition(known, depth: depth + 1)) }
        guard !parts.isEmpty, parts.count <= 32 else {
            throw error("\(parts.count) conditions", remedy: "name between 1 and 32")
        }
        return parts
    }

    /// `{ id, element, at_least, at_most, within }`
    private func reading(_ stations: [StationID: Station], _ elements: ElementList) throws(ConfigurationError)
        -> RuleCondition.Fact
    {
        try allow(RuleKeys.reading)
        let station = try value("id").parse("a station of this file") { stations[StationID($0)]?.id }
        let element = try value("element").parse("an element such as stage or rain_1h") { elements[ElementID($0)] }
        let least = try optional("at_least")?.quantity(element.unit).millionths
        let most = try optional("at_most")?.quantity(element.unit).millionths
        guard least != nil || most != nil, least ?? .min <= most ?? .max else {
            throw error("no range", remedy: "write at_least, at_most, or both with the lower one first")
        }
        return .reading(
            station: station,
            element: element.id,
            range: (least ?? .min)...(most ?? .max),
            within: try value("within").duration()
        )
    }

    /// `{ rule, colour }`: a rule that stands before this one, so that none waits for itself.
    private func warning(_ rules: [AppliedRule]) throws(ConfigurationError) -> RuleCondition.Fact {
        try allow(RuleKeys.warning)
        let rule = try value("rule").parse("a rule that stands before this one") { name in
            rules.first { $0.rule.id.value == name }?.rule.id
        }
        return .warning(rule: rule, colour: try value("colour").colour())
    }

    /// `{ is: rainstorm, colour: yellow, divisions: ["152202103"] }`: by rules that stand before this one, and by hand; in the rule's own divisions
    /// where none are named.
    private func hazard(_ known: RuleReferences) throws(ConfigurationError) -> RuleCondition.Fact {
        try allow(RuleKeys.hazard)
        let hazard = try value("is").hazardWord()
        return .hazard(
            hazard,
            colour: try value("colour").colour(),
            divisions: try optional("divisions")?.namedDivisions(known.divisions) ?? known.own,
            rules: known.rules.filter { $0.rule.hazard == hazard }.map(\.rule.id)
        )
    }

    /// `{ sender: "nmc@example.cn", hazard: rainstorm, colour: yellow, divisions: ["152202103"] }`: by whomever, where no sender is named.
    private func foreign(_ known: RuleReferences) throws(ConfigurationError) -> RuleCondition.Fact {
        try allow(RuleKeys.foreign)
        return .foreign(
            sender: try optional("sender")?.text(),
            try value("hazard").hazardWord(),
            colour: try value("colour").colour(),
            divisions: try optional("divisions")?.namedDivisions(known.divisions) ?? known.own
        )
    }

    func hazardWord() throws(ConfigurationError) -> Hazard {
        try parse("a hazard such as flash-flood") { Hazard(rawValue: $0) }
    }

    /// `{ magnitude: "5.0", within_km: 100, within: 72h }`
    private func earthquake() throws(ConfigurationError) -> RuleCondition.Fact {
        try allow(RuleKeys.earthquake)
        return .earthquake(
            magnitudeHundredths: Int((try value("magnitude").decimal(in: 0...10) * 100).rounded()),
            metres: Int64(try value("within_km").integer(in: 1...20_000)) * 1_000,
            within: try value("within").duration()
        )
    }
}
