import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// A name in the two languages that people read.
struct Name: Hashable, Sendable {
    let zh: String
    let en: String
}

/// Who warns: the bureau as CAP documents name it.
struct Sender: Sendable {
    /// Division 6, sector 3, unit 3, extension 2 digits (GB/T 35965.1-2018).
    let code: String
    let name: Name
}

/// One station of the catalogue.
struct Station: Sendable {
    let id: StationID
    let name: Name
    let division: String
    let position: Position
    /// No reading for longer than this: silent.
    let silentAfter: Duration
    /// What each element may read; nothing is checked for one that is not listed.
    let limits: [ElementID: QualityLimits]
}

/// One rule with what it watches and where it applies.
struct AppliedRule: Sendable {
    let rule: WarningRule
    let element: ElementID
    let stations: Set<StationID>
    let divisions: [String]
}

/// What watches one place, and how far back it looks.
struct Watch: Sendable {
    fileprivate(set) var rules: [AppliedRule] = []
    fileprivate(set) var reach = Duration.zero

    /// Of every place with limits or rules.
    static func all(_ stations: [StationID: Station], _ rules: [AppliedRule]) -> [MonitoringRepository.Place: Watch] {
        var watches: [MonitoringRepository.Place: Watch] = [:]
        for (station, known) in stations {
            for (element, limits) in known.limits {
                let place = MonitoringRepository.Place(station: station, element: element)
                watches[place, default: Watch()].reach = limits.sameReading?.duration ?? .zero
            }
        }
        for applied in rules {
            for station in applied.stations {
                let place = MonitoringRepository.Place(station: station, element: applied.element)
                var watch = watches[place] ?? Watch()
                watch.rules.append(applied)
                watch.reach = max(watch.reach, applied.rule.measure.window)
                watches[place] = watch
            }
        }
        return watches
    }
}

extension WarningRule.Measure {
    fileprivate var window: Duration {
        switch self {
        case .level: .zero
        case .rise(let window), .accumulation(let window): window
        }
    }
}

extension YAMLValue {
    func name() throws(ConfigurationError) -> Name {
        try allow(["zh", "en"])
        return Name(zh: try value("zh").text(), en: try value("en").text())
    }

    func sender() throws(ConfigurationError) -> Sender {
        try allow(["code", "name"])
        let code = try value("code").parse("a sender's code of 14 digits, such as 15220241600000") { text in
            text.utf8.count == 14 && text.utf8.allSatisfy { (48...57).contains($0) } ? text : nil
        }
        return Sender(code: code, name: try value("name").name())
    }

    func division() throws(ConfigurationError) -> String {
        try parse("a division code of 2, 4, 6, 9 or 12 digits") { DivisionCode($0)?.digits }
    }

    /// The names of divisions, by code.
    func divisions() throws(ConfigurationError) -> [String: Name] {
        var names: [String: Name] = [:]
        for item in try list() {
            try item.allow(["code", "name", "datum", "polygons"])
            let code = try item.value("code").division()
            guard names.updateValue(try item.value("name").name(), forKey: code) == nil else {
                throw item.error("division \(code) stands twice", remedy: "remove one")
            }
        }
        return names
    }

    func station(_ elements: ElementList) throws(ConfigurationError) -> Station {
        try allow([
            "id", "name", "division", "position", "silent_after", "elements", "sl651", "mn", "password", "factors",
        ])
        var limits: [ElementID: QualityLimits] = [:]
        for (key, item) in try optional("elements")?.entries() ?? [] {
            guard let element = elements[ElementID(key)] else {
                throw item.error("'\(key)' is no element", remedy: "use a word of the catalogue, or add it to elements")
            }
            limits[element.id] = try item.limits(element.unit)
        }
        return Station(
            id: try value("id").stationID(),
            name: try value("name").name(),
            division: try value("division").division(),
            position: try value("position").position(),
            silentAfter: try value("silent_after").duration(),
            limits: limits
        )
    }

    private func limits(_ unit: Unit) throws(ConfigurationError) -> QualityLimits {
        try allow(["hard", "soft", "rise_per_hour", "fall_per_hour", "same_reading"])
        var limits = QualityLimits()
        limits.hard = try optional("hard")?.range(unit)
        limits.soft = try optional("soft")?.range(unit)
        limits.risePerHour = try optional("rise_per_hour")?.quantity(unit).millionths
        limits.fallPerHour = try optional("fall_per_hour")?.quantity(unit).millionths
        if let same = try optional("same_reading") {
            try same.allow(["for", "above"])
            limits.sameReading = QualityLimits.SameReading(
                duration: try same.value("for").duration(),
                above: try same.value("above").quantity(unit).millionths
            )
        }
        return limits
    }

    func range(_ unit: Unit) throws(ConfigurationError) -> ClosedRange<Int64> {
        let ends = try list()
        guard ends.count == 2 else { throw error("not two limits", remedy: "write [\"0.00 m\", \"12.00 m\"]") }
        let (low, high) = (try ends[0].quantity(unit).millionths, try ends[1].quantity(unit).millionths)
        guard low <= high else { throw error("the lower limit is above the upper", remedy: "swap them") }
        return low...high
    }

    func rule(stations known: Set<StationID>, _ elements: ElementList) throws(ConfigurationError) -> AppliedRule {
        try allow([
            "id", "hazard", "kind", "element", "window", "stations", "bands", "hysteresis", "duration", "clear_after",
            "lifetime", "automatic_release", "drafter", "divisions",
        ])
        let element = try value("element").parse("an element such as stage or rain_1h") { elements[ElementID($0)] }
        var stations: Set<StationID> = []
        for station in try value("stations").list() {
            stations.insert(
                try station.parse("a station of this file") { known.contains(StationID($0)) ? StationID($0) : nil }
            )
        }
        var divisions: [String] = []
        for division in try value("divisions").list() { divisions.append(try division.division()) }
        guard !divisions.isEmpty, !stations.isEmpty else {
            throw error("a rule without stations or divisions", remedy: "name at least one of each")
        }
        return AppliedRule(
            rule: try warningRule(element.unit),
            element: element.id,
            stations: stations,
            divisions: divisions
        )
    }

    private func warningRule(_ unit: Unit) throws(ConfigurationError) -> WarningRule {
        var automatic: [WarningColour] = []
        for colour in try optional("automatic_release")?.list() ?? [] { automatic.append(try colour.colour()) }
        let lifetime = try value("lifetime").duration()
        guard lifetime >= .minutes(1) else {
            throw error("a warning that lapses at once", remedy: "write a lifetime of at least 1m")
        }
        return WarningRule(
            id: RuleID(
                try value("id").parse("a name without a full stop") { $0.contains(".") ? nil : $0 }
            ),
            hazard: try value("hazard").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) },
            measure: try measure(),
            bands: try value("bands").bands(unit),
            hysteresis: try value("hysteresis").quantity(unit),
            duration: try value("duration").duration(),
            clearAfter: try value("clear_after").duration(),
            lifetime: lifetime,
            automaticRelease: automatic,
            drafter: PersonID(try value("drafter").text())
        )
    }

    private func measure() throws(ConfigurationError) -> WarningRule.Measure {
        let kind = try value("kind")
        switch try kind.text() {
        case "level":
            if let window = try optional("window") {
                throw window.error("a level has no window", remedy: "remove it, or write kind: rise or accumulation")
            }
            return .level
        case "rise": return .rise(window: try value("window").duration())
        case "accumulation": return .accumulation(window: try value("window").duration())
        case let other: throw kind.error("'\(other)' is no kind", remedy: "write level, rise or accumulation")
        }
    }

    private func colour() throws(ConfigurationError) -> WarningColour {
        try parse("blue, yellow, orange or red") { WarningColour(name: $0) }
    }

    /// Colours, each from its value up.
    func bands(_ unit: Unit) throws(ConfigurationError) -> [WarningRule.Band] {
        var bands: [WarningRule.Band] = []
        for item in try list() {
            try item.allow(["colour", "at"])
            let band = WarningRule.Band(
                colour: try item.value("colour").colour(),
                threshold: try item.value("at").quantity(unit)
            )
            if let last = bands.last,
                last.colour >= band.colour || last.threshold.millionths >= band.threshold.millionths
            {
                throw item.error(
                    "the bands do not ascend",
                    remedy: "order them blue, yellow, orange, red with rising thresholds"
                )
            }
            bands.append(band)
        }
        guard !bands.isEmpty else { throw error("no band", remedy: "add at least one { colour: …, at: … }") }
        return bands
    }
}
