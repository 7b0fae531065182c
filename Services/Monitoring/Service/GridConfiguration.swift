import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// `grid:` of monitoring.yaml: the units, who works in them, what they report and when it goes up.
struct GridConfiguration: Sendable {
    /// What a unit is beyond its place in the tree.
    struct Unit: Sendable {
        let name: Name
        let division: String
        let position: Position
        /// A report that took longer from observed to received is late.
        let allowance: Duration
        /// How often it reports during a watch; nil: it need not.
        let reportEvery: Duration?
    }

    /// What may be seen.
    struct Kind: Sendable {
        /// Nil for a regular report.
        let hazard: Hazard?
        let grade: EventGrade
        /// Nothing was seen 零报告: a regular report, never a happening.
        let isRegular: Bool
    }

    /// Where one works as a grid worker or disaster-information officer, and where one only informs.
    struct Person: Sendable {
        fileprivate(set) var works: [GridUnitID] = []
        fileprivate(set) var informs: [GridUnitID] = []
    }

    let tree: GridTree
    let units: [GridUnitID: Unit]
    let people: [PersonID: Person]
    let kinds: [String: Kind]
    let merging: GridMerging
    let escalation: GridEscalation
    /// A report from further ahead of the service's clock is refused.
    let clockAhead: Duration

    /// The units that the person acts for.
    func works(_ person: PersonID) -> [GridUnitID] { people[person]?.works ?? [] }

    /// The unit, or an error for who named it.
    func unit(_ id: String) throws(CommandRefusal) -> (id: GridUnitID, unit: Unit) {
        guard let unit = units[GridUnitID(id)] else {
            throw CommandRefusal("unknown-unit", "there is no unit '\(id.prefix(128))'; see grid in monitoring.yaml")
        }
        return (GridUnitID(id), unit)
    }
}

extension YAMLValue {
    /// Reads `grid:`.
    func grid() throws(ConfigurationError) -> GridConfiguration {
        try allow(["clock_ahead", "merge", "escalation", "kinds", "units"])
        let merge = try value("merge")
        try merge.allow(["distance", "time"])
        let distance = try merge.value("distance")
        let metres = try distance.quantity(.metre).millionths / 1_000_000
        guard (0...100_000).contains(metres) else {
            throw distance.error("a distance beyond 100 km", remedy: "write \"0 m\" to \"100000 m\"")
        }
        let (tree, units, people) = try value("units").gridUnits()
        return GridConfiguration(
            tree: tree,
            units: units,
            people: people,
            kinds: try value("kinds").gridKinds(),
            merging: GridMerging(metres: metres, time: try merge.value("time").duration()),
            escalation: try value("escalation").gridEscalation(),
            clockAhead: try value("clock_ahead").duration()
        )
    }

    /// A word of small letters, digits and hyphens, that stands in ids and records.
    func word() throws(ConfigurationError) -> String {
        try parse("a word of 1 to 32 small letters, digits and hyphens") { $0.isWord ? $0 : nil }
    }

    /// A level of the grid.
    func gridLevel() throws(ConfigurationError) -> GridLevel {
        try parse("city, town, community or group") { GridLevel(name: $0) }
    }

    private func eventGrade() throws(ConfigurationError) -> EventGrade {
        try parse("general, considerable, major or exceptional") { EventGrade(name: $0) }
    }

    private func gridEscalation() throws(ConfigurationError) -> GridEscalation {
        try allow(["acknowledge_within", "grades", "reporters", "people"])
        var grades: [(EventGrade, GridLevel)] = []
        for (key, level) in try optional("grades")?.entries() ?? [] {
            guard let grade = EventGrade(name: key) else {
                throw level.error("'\(key)' is no grade", remedy: "write general, considerable, major or exceptional")
            }
            grades.append((grade, try level.gridLevel()))
        }
        var reporters: [(Int, GridLevel)] = []
        for item in try optional("reporters")?.list() ?? [] {
            try item.allow(["count", "level"])
            let count = try item.value("count").integer(in: 2...GridHappening.namedReporters)
            reporters.append((count, try item.value("level").gridLevel()))
        }
        var people: [(Int, EventGrade)] = []
        for item in try optional("people")?.list() ?? [] {
            try item.allow(["count", "grade"])
            people.append((try item.value("count").integer(in: 1...1_000_000), try item.value("grade").eventGrade()))
        }
        let within = try value("acknowledge_within")
        guard try within.duration() >= .minutes(1) else {
            throw within.error("no time to acknowledge", remedy: "write at least 1m")
        }
        return GridEscalation(
            byGrade: grades,
            byReporters: reporters,
            byPeople: people,
            acknowledgeWithin: try within.duration()
        )
    }

    private func gridKinds() throws(ConfigurationError) -> [String: GridConfiguration.Kind] {
        var kinds: [String: GridConfiguration.Kind] = [:]
        for item in try list() {
            try item.allow(["kind", "name", "hazard", "grade", "regular"])
            _ = try item.value("name").name()
            let isRegular = try item.optional("regular")?.flag() ?? false
            let hazard =
                try isRegular
                ? nil : item.value("hazard").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) }
            let grade = try isRegular ? .general : item.value("grade").eventGrade()
            let kind = GridConfiguration.Kind(hazard: hazard, grade: grade, isRegular: isRegular)
            let key = try item.value("kind").word()
            guard kinds.updateValue(kind, forKey: key) == nil else {
                throw item.error("kind '\(key)' stands twice", remedy: "remove one")
            }
        }
        return kinds
    }

    // MARK: units

    private typealias Units = (GridTree, [GridUnitID: GridConfiguration.Unit], [PersonID: GridConfiguration.Person])

    private func gridUnits() throws(ConfigurationError) -> Units {
        var nodes: [GridTree.Unit] = []
        var units: [GridUnitID: GridConfiguration.Unit] = [:]
        var people: [PersonID: GridConfiguration.Person] = [:]
        let items = try list()
        for item in items {
            let node = try item.gridNode()
            nodes.append(node)
            units[node.id] = try item.gridUnit()
            for key in ["workers", "officers"] {
                for person in try item.persons(key) { people[person, default: .init()].works.append(node.id) }
            }
            for person in try item.persons("informants") { people[person, default: .init()].informs.append(node.id) }
        }
        do {
            return (try GridTree(nodes), units, people)
        } catch {
            let culprit = Array(zip(nodes, items)).last { $0.0.id == error.unit }?.1 ?? self
            throw culprit.error(error.message, remedy: "each unit stands once, under a parent of the level above")
        }
    }

    private func gridNode() throws(ConfigurationError) -> GridTree.Unit {
        try allow([
            "id", "level", "parent", "name", "division", "position", "area", "allowance", "report_every", "workers",
            "officers", "informants",
        ])
        return GridTree.Unit(
            id: GridUnitID(try value("id").word()),
            level: try value("level").gridLevel(),
            parent: try optional("parent").map { item throws(ConfigurationError) in GridUnitID(try item.text()) },
            area: try optional("area")?.polygon()
        )
    }

    private func gridUnit() throws(ConfigurationError) -> GridConfiguration.Unit {
        let every = try optional("report_every")
        if let every, try every.duration() < .minutes(1) {
            throw every.error("reports without a pause", remedy: "write at least 1m")
        }
        return GridConfiguration.Unit(
            name: try value("name").name(),
            division: try value("division").division(),
            position: try value("position").position(),
            allowance: try value("allowance").duration(),
            reportEvery: try every?.duration()
        )
    }

    private func polygon() throws(ConfigurationError) -> GridPolygon {
        var corners: [Position] = []
        for corner in try list() { corners.append(try corner.position()) }
        guard let polygon = GridPolygon(corners) else {
            throw error("the corners span no area", remedy: "list 3 to 1000 [latitude, longitude] round it, in order")
        }
        return polygon
    }

    /// The persons of a list that may be absent.
    func persons(_ key: String) throws(ConfigurationError) -> [PersonID] {
        var persons: [PersonID] = []
        for item in try optional(key)?.list() ?? [] { persons.append(try item.person()) }
        return persons
    }

    /// The id of a person.
    func person() throws(ConfigurationError) -> PersonID {
        try parse("a person's id of at most \(Limits.nameCharacters) bytes") { text in
            text.utf8.count <= Limits.nameCharacters ? PersonID(text) : nil
        }
    }
}

extension String {
    /// 1 to 32 small ASCII letters, digits and hyphens.
    var isWord: Bool {
        (1...32).contains(utf8.count)
            && utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
