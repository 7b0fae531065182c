import MonitoringDomain
import ServiceKit
import Vocabulary

extension RuleKeys {
    /// Of every rule whose stations speak with one voice.
    package static let agreement: Set<String> = ["stations", "reporting", "around", "radius_m", "basin"]
    /// Of a condition, by the key that says what it is about.
    package static let conditions: [String: Set<String>] = [
        "all": ["all"], "any": ["any"], "rule": ["rule", "at"], "warning": ["warning", "at"],
        "station": ["station", "element", "at", "below", "within"], "watch": ["watch"],
        "earthquake": ["earthquake", "within", "radius_m"],
    ]
}

// What a rule asks for beyond its own readings: conditions, and the agreement of its stations.

extension YAMLValue {
    /// `requires: { all: [{ rule: rain-1h, at: yellow }, { any: [{ watch: yirshi }, { earthquake: "4.5", within: 24h }] }] }`; nil where
    /// it is absent.
    func requirement(_ names: RuleNames) throws(ConfigurationError) -> RuleCondition? {
        try optional("requires").map { item throws(ConfigurationError) in try item.condition(names, depth: 1) }
    }

    private func condition(_ names: RuleNames, depth: Int) throws(ConfigurationError) -> RuleCondition {
        guard depth <= 8 else {
            throw error("conditions within conditions, too deep", remedy: "write at most 8 levels")
        }
        let kinds = RuleKeys.conditions.keys.sorted()
        var kind: String?
        for key in kinds where try optional(key) != nil {
            guard kind == nil else { throw error("two conditions in one", remedy: "write all: [{ … }, { … }]") }
            kind = key
        }
        guard let kind, let keys = RuleKeys.conditions[kind] else {
            throw error("no condition", remedy: "write one of \(kinds.joined(separator: ", "))")
        }
        try allow(keys)
        switch kind {
        case "all": return .all(try value("all").conditions(names, depth: depth))
        case "any": return .any(try value("any").conditions(names, depth: depth))
        case "rule":
            let rule = try value("rule").parse("a rule that stands above this one") {
                names.rules.contains($0) ? $0 : nil
            }
            return .fact(.rule(RuleID(rule), try value("at").colour()))
        case "warning":
            let hazard = try value("warning").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) }
            return .fact(.warning(hazard, try value("at").colour()))
        case "watch":
            let unit = try value("watch").parse("a unit of grid") { text in
                names.units.contains(GridUnitID(text)) ? GridUnitID(text) : nil
            }
            return .fact(.watch(unit))
        case "earthquake": return .fact(.earthquake(try earthquake()))
        default: return .fact(.reading(try readingCondition(names)))
        }
    }

    private func conditions(_ names: RuleNames, depth: Int) throws(ConfigurationError) -> [RuleCondition] {
        var conditions: [RuleCondition] = []
        for item in try list() { conditions.append(try item.condition(names, depth: depth + 1)) }
        guard !conditions.isEmpty else { throw error("no condition", remedy: "add at least one") }
        return conditions
    }

    private func readingCondition(_ names: RuleNames) throws(ConfigurationError) -> RuleCondition.Reading {
        let station = try value("station").parse("a station of this file") { names.stations[StationID($0)]?.id }
        let element = try value("element").parse("an element such as stage or rain_1h") {
            names.elements[ElementID($0)]
        }
        let (at, below) = (try optional("at"), try optional("below"))
        guard let number = at ?? below, (at == nil) != (below == nil) else {
            throw error("not one number", remedy: "write at: for 以上, or below: for 以下")
        }
        return RuleCondition.Reading(
            station: station,
            element: element.id,
            millionths: try number.quantity(element.unit).millionths,
            isBelow: at == nil,
            within: try value("within").atLeastAMinute("a reading that is never fresh")
        )
    }

    private func earthquake() throws(ConfigurationError) -> RuleCondition.Earthquake {
        let magnitude = try value("earthquake").decimal(in: -2...10)
        return RuleCondition.Earthquake(
            magnitudeHundredths: Int((magnitude * 100).rounded()),
            within: try value("within").atLeastAMinute("an earthquake that is never recent"),
            radiusMetres: try optional("radius_m").map { radius throws(ConfigurationError) in
                Int64(try radius.integer(in: 1...20_000_000))
            }
        )
    }

    // MARK: stations

    /// The stations of a rule: those that are named, or `all`, and of those the ones within the agreement's area.
    func ruleStations(_ names: RuleNames) throws(ConfigurationError) -> Set<StationID> {
        let list = try value("stations")
        var stations: Set<StationID> = []
        if list.isText {
            _ = try list.parse("all, or a list of stations") { $0 == "all" ? $0 : nil }
            stations = Set(names.stations.keys)
        } else {
            for station in try list.list() {
                stations.insert(try station.parse("a station of this file") { names.stations[StationID($0)]?.id })
            }
        }
        guard let agreement = try optional("agreement") else { return stations }
        if let basin = try agreement.optional("basin") {
            let name = try basin.text()
            stations = stations.filter { names.stations[$0]?.basin == name }
            guard !stations.isEmpty else {
                throw basin.error("no station of the rule lies in '\(name)'", remedy: "give stations their basin")
            }
        }
        guard let around = try agreement.optional("around") else { return stations }
        let (centre, radius) = (try around.position(), try agreement.value("radius_m").integer(in: 1...20_000_000))
        return stations.filter { station in
            names.stations[station].flatMap { GreatCircle.metres($0.position, centre) }.map { $0 <= radius } ?? false
        }
    }

    /// `agreement: { stations: 2, reporting: 3, around: [47.3, 119.8], radius_m: 20000 }`, or `basin: halha`; nil where it is absent.
    func agreement(_ stations: Set<StationID>) throws(ConfigurationError) -> RuleAgreement? {
        guard let item = try optional("agreement") else { return nil }
        try item.allow(RuleKeys.agreement)
        if try item.optional("radius_m") != nil { _ = try item.value("around") }
        let needed = try item.value("stations").integer(in: 1...1_000)
        let reporting = try item.optional("reporting")?.integer(in: 1...1_000) ?? needed
        guard let agreement = RuleAgreement(needed: needed, reporting: reporting), reporting <= stations.count else {
            throw item.error(
                "\(needed) of \(reporting) cannot agree where \(stations.count) stations are in the area",
                remedy: "write stations: m, reporting: n with m ≤ n, and name enough stations"
            )
        }
        return agreement
    }
}
