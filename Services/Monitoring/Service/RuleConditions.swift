import MonitoringDomain
import ServiceKit
import Vocabulary

// When a rule demands anything, and what else must hold: `schedule`, `agreement` and `requires` of a rule.

extension YAMLValue {
    /// `{ months: [6, 7], weekdays: [1, 5], hours: "20:00-06:00" }`, by the clock in Beijing.
    func schedule() throws(ConfigurationError) -> RuleSchedule {
        try allow(["months", "weekdays", "hours"])
        let hours = try optional("hours")?.parse("hours such as \"20:00-06:00\"", Self.hours)
        let schedule = RuleSchedule(
            months: try optional("months")?.numbers(in: 1...12) ?? [],
            weekdays: try optional("weekdays")?.numbers(in: 1...7) ?? [],
            hours: hours
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

    /// `{ stations: 2, reporting: 3, within_km: 30, fresh: 1h }`, or `basin: true` in the place of a distance.
    func agreement(of count: Int) throws(ConfigurationError) -> RuleAgreement {
        try allow(["stations", "reporting", "within_km", "basin", "fresh"])
        let needed = try value("stations").integer(in: 1...1000)
        let least = try optional("reporting")?.integer(in: 1...1000) ?? needed
        guard max(needed, least) <= count else {
            throw error("\(max(needed, least)) of \(count) stations", remedy: "name more stations, or ask for fewer")
        }
        // Each station is compared with each other one.
        guard count <= 500 else { throw error("\(count) stations", remedy: "let 500 agree at the most") }
        let area: AreaAgreement.Area
        if let distance = try optional("within_km") {
            area = .radius(metres: Int64(try distance.integer(in: 1...20_000)) * 1_000)
        } else {
            area = try optional("basin")?.flag() ?? false ? .basin : .anywhere
        }
        let fresh = try value("fresh").duration()
        do throws(ForecastError) {
            return RuleAgreement(
                area: try AreaAgreement(area, needed: needed, leastReporting: least),
                fresh: fresh
            )
        } catch {
            throw self.error("no agreement", remedy: error.message)
        }
    }

    /// A condition, or a list of which all must hold; `all:` and `any:` lead on.
    func condition(
        _ stations: [StationID: Station],
        _ elements: ElementList,
        after rules: [AppliedRule],
        depth: Int = 0
    ) throws(ConfigurationError) -> RuleCondition {
        guard depth < 8 else { throw error("conditions within conditions", remedy: "nest them less deeply") }
        guard isMapping else { return .all(try parts(stations, elements, after: rules, depth)) }
        try allow(["all", "any", "station", "warning", "earthquake", "watch"])
        if let all = try optional("all") { return .all(try all.parts(stations, elements, after: rules, depth)) }
        if let any = try optional("any") { return .any(try any.parts(stations, elements, after: rules, depth)) }
        if let place = try optional("station") { return .fact(try place.reading(stations, elements)) }
        if let warning = try optional("warning") { return .fact(try warning.warning(rules)) }
        if let earthquake = try optional("earthquake") { return .fact(try earthquake.earthquake()) }
        guard try value("watch").flag() else {
            throw error("watch: false", remedy: "write watch: true, or remove the condition")
        }
        return .fact(.watch)
    }

    private func parts(
        _ stations: [StationID: Station],
        _ elements: ElementList,
        after rules: [AppliedRule],
        _ depth: Int
    ) throws(ConfigurationError) -> [RuleCondition] {
        var parts: [RuleCondition] = []
        for item in try list() { parts.append(try item.condition(stations, elements, after: rules, depth: depth + 1)) }
        guard !parts.isEmpty, parts.count <= 32 else {
            throw error("\(parts.count) conditions", remedy: "name between 1 and 32")
        }
        return parts
    }

    /// `{ id, element, at_least, at_most, within }`
    private func reading(_ stations: [StationID: Station], _ elements: ElementList) throws(ConfigurationError)
        -> RuleCondition.Fact
    {
        try allow(["id", "element", "at_least", "at_most", "within"])
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
        try allow(["rule", "colour"])
        let rule = try value("rule").parse("a rule that stands before this one") { name in
            rules.first { $0.rule.id.value == name }?.rule.id
        }
        return .warning(rule: rule, colour: try value("colour").colour())
    }

    /// `{ magnitude: "5.0", within_km: 100, within: 72h }`
    private func earthquake() throws(ConfigurationError) -> RuleCondition.Fact {
        try allow(["magnitude", "within_km", "within"])
        return .earthquake(
            magnitudeHundredths: Int((try value("magnitude").decimal(in: 0...10) * 100).rounded()),
            metres: Int64(try value("within_km").integer(in: 1...20_000)) * 1_000,
            within: try value("within").duration()
        )
    }
}
