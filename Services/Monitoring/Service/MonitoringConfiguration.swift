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

/// One station of the catalogue: a constant, and a class, for every reading is handed on with it.
final class Station: Sendable {
    let id: StationID
    let name: Name
    let division: String
    let position: Position
    /// The river basin that it belongs to, for rules on which its stations agree.
    let basin: String?
    /// No reading for longer than this: silent.
    let silentAfter: Duration
    /// What each element may read; nothing is checked for one that is not listed.
    let limits: [ElementID: QualityLimits]
    /// Nil: it stands in the configuration by itself.
    let kind: StationKind?
    /// What a registered station has to send; nil where anything does.
    let password: String?

    init(
        id: StationID,
        name: Name,
        division: String,
        position: Position,
        basin: String?,
        silentAfter: Duration,
        limits: [ElementID: QualityLimits],
        kind: StationKind? = nil,
        password: String? = nil
    ) {
        (self.id, self.name, self.division, self.position) = (id, name, division, position)
        (self.basin, self.silentAfter, self.limits) = (basin, silentAfter, limits)
        (self.kind, self.password) = (kind, password)
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
            "id", "name", "division", "position", "basin", "silent_after", "elements", "sl651", "mn", "password",
            "factors",
        ])
        return Station(
            id: try value("id").stationID(),
            name: try value("name").name(),
            division: try value("division").division(),
            position: try value("position").position(),
            basin: try optional("basin")?.text(),
            silentAfter: try value("silent_after").duration(),
            limits: try limits(elements)
        )
    }

    /// `elements`: what each may read.
    func limits(_ known: ElementList) throws(ConfigurationError) -> [ElementID: QualityLimits] {
        var limits: [ElementID: QualityLimits] = [:]
        for (key, item) in try optional("elements")?.entries() ?? [] {
            guard let element = known[ElementID(key)] else {
                throw item.error("'\(key)' is no element", remedy: "use a word of the catalogue, or add it to elements")
            }
            limits[element.id] = try item.limits(element.unit)
        }
        return limits
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
}
