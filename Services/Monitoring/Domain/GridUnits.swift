package import Vocabulary

/// The four levels of the grid, from the whole city down. A higher level compares greater.
package enum GridLevel: Int, CaseIterable, Comparable, Sendable, Codable {
    /// Group 组: a village group, a block, a stretch of herders' homes.
    case group = 1
    /// Village or community 村（社区）.
    case community = 2
    /// Town or street 乡镇（街道）.
    case town = 3
    /// The county-level city 市.
    case city = 4

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    /// `group`, `community`, `town`, `city`.
    package var name: String {
        switch self {
        case .group: "group"
        case .community: "community"
        case .town: "town"
        case .city: "city"
        }
    }

    /// The level of that name; nil for any other word.
    package init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }
}

/// The units of the grid and who stands above whom.
package struct GridTree: Hashable, Sendable {
    /// One unit.
    package struct Unit: Hashable, Sendable {
        package let id: GridUnitID
        package let level: GridLevel
        /// Nil for the city.
        package let parent: GridUnitID?
        /// What it covers; nil where only a place in it is known.
        package let area: GridPolygon?

        package init(id: GridUnitID, level: GridLevel, parent: GridUnitID?, area: GridPolygon? = nil) {
            (self.id, self.level, self.parent, self.area) = (id, level, parent, area)
        }
    }

    /// What is wrong with a list of units, and at which.
    package struct Fault: Error, Hashable, Sendable {
        package let unit: GridUnitID
        package let message: String
    }

    /// The units in the order in which they were listed.
    package let units: [Unit]
    private let places: [GridUnitID: Int]

    /// Throws at the first unit that stands twice, or whose parent is not a unit of the level just above. There is one city.
    package init(_ units: [Unit]) throws(Fault) {
        var places: [GridUnitID: Int] = [:]
        for (place, unit) in units.enumerated() {
            guard places.updateValue(place, forKey: unit.id) == nil else {
                throw Fault(unit: unit.id, message: "unit \(unit.id) stands twice")
            }
        }
        var city: GridUnitID?
        for unit in units {
            guard let parent = unit.parent else {
                guard unit.level == .city, city == nil else {
                    throw Fault(unit: unit.id, message: "unit \(unit.id) has no parent; only one city has none")
                }
                city = unit.id
                continue
            }
            guard let place = places[parent], units[place].level.rawValue == unit.level.rawValue + 1 else {
                throw Fault(unit: unit.id, message: "\(parent) is no unit of the level above \(unit.id)")
            }
        }
        (self.units, self.places) = (units, places)
    }

    /// The unit of that id; nil where there is none.
    package func unit(_ id: GridUnitID) -> Unit? { places[id].map { units[$0] } }

    /// The unit above; nil for the city and for what is no unit.
    package func parent(of id: GridUnitID) -> GridUnitID? { unit(id)?.parent }

    /// The unit itself and those above it, up to the city; empty for what is no unit.
    package func path(from id: GridUnitID) -> [GridUnitID] {
        var path: [GridUnitID] = []
        var next = unit(id)
        // Each parent is a level higher, so this ends.
        while let unit = next {
            path.append(unit.id)
            next = unit.parent.flatMap { self.unit($0) }
        }
        return path
    }

    /// The first unit from `id` upwards that is at least of that level; nil for what is no unit.
    package func ancestor(of id: GridUnitID, atLeast level: GridLevel) -> GridUnitID? {
        path(from: id).first { (unit($0)?.level ?? .group) >= level }
    }

    /// The unit and all below it, in listed order.
    package func subtree(of id: GridUnitID) -> [GridUnitID] {
        units.map(\.id).filter { path(from: $0).contains(id) }
    }

    /// The lowest unit whose area holds the place, of equals the first listed; nil where none does.
    package func unit(at position: Position) -> GridUnitID? {
        var found: Unit?
        for unit in units where unit.area?.contains(position) == true {
            if found.map({ unit.level < $0.level }) ?? true { found = unit }
        }
        return found?.id
    }
}
