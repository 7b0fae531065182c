import MonitoringDomain
import ServiceKit
import Vocabulary

/// An entry of `suspension:` in monitoring.yaml: the plan with what it says to people.
struct SuspensionDefinition: Sendable {
    let plan: SuspensionPlan
    let measures: [WarningColour: Name]
    let basis: [WarningColour: String]
}

extension YAMLValue {
    /// `[{ id, hazards: [rainstorm], divisions: ["152202004"], levels: [{ colour: red, stop: [classes], measures: { zh, en }, basis }] }]`.
    func suspensions(_ names: [String: Name]) throws(ConfigurationError) -> [SuspensionDefinition] {
        var definitions: [SuspensionDefinition] = []
        for item in try list() {
            let definition = try item.suspension(names)
            guard !definitions.contains(where: { $0.plan.id == definition.plan.id }) else {
                throw item.error("suspension '\(definition.plan.id)' stands twice", remedy: "give it another id")
            }
            definitions.append(definition)
        }
        return definitions
    }

    private func suspension(_ names: [String: Name]) throws(ConfigurationError) -> SuspensionDefinition {
        try allow(["id", "hazards", "divisions", "levels"])
        var hazards: [Hazard] = []
        for item in try value("hazards").list() {
            hazards.append(try item.parse("a hazard such as flash-flood") { Hazard(rawValue: $0) })
        }
        var levels: [SuspensionPlan.Level] = []
        var measures: [WarningColour: Name] = [:]
        var basis: [WarningColour: String] = [:]
        for item in try value("levels").list() {
            let level = try item.suspensionLevel()
            guard levels.last.map({ $0.colour < level.colour }) ?? true else {
                throw item.error("the levels do not ascend", remedy: "order them blue, yellow, orange, red, each once")
            }
            levels.append(level)
            measures[level.colour] = try item.value("measures").name()
            basis[level.colour] = try item.value("basis").text()
        }
        let divisions = try value("divisions").namedDivisions(names)
        guard !hazards.isEmpty, !levels.isEmpty else {
            throw error("a suspension without hazards or levels", remedy: "name at least one of each")
        }
        let plan = SuspensionPlan(id: try value("id").word(), hazards: hazards, divisions: divisions, levels: levels)
        return SuspensionDefinition(plan: plan, measures: measures, basis: basis)
    }

    private func suspensionLevel() throws(ConfigurationError) -> SuspensionPlan.Level {
        try allow(["colour", "stop", "measures", "basis"])
        var stops: [SuspensionPlan.Kind] = []
        let stop = try value("stop")
        for item in try stop.list() {
            let kind = try item.parse("work, classes, business, gatherings or transport") {
                SuspensionPlan.Kind(rawValue: $0)
            }
            guard !stops.contains(kind) else { throw item.error("\(kind.rawValue) stops twice", remedy: "remove one") }
            stops.append(kind)
        }
        guard !stops.isEmpty else { throw stop.error("nothing stops", remedy: "name what does, or remove the level") }
        return SuspensionPlan.Level(
            try value("colour").parse("blue, yellow, orange or red") { WarningColour(name: $0) },
            stops
        )
    }

    /// Divisions that have names in this file, at least one.
    func namedDivisions(_ names: [String: Name]) throws(ConfigurationError) -> [DivisionCode] {
        var divisions: [DivisionCode] = []
        for item in try list() {
            let code = try item.parse("a division code of 2, 4, 6, 9 or 12 digits") { DivisionCode($0) }
            guard names[code.digits] != nil else {
                throw item.error("division \(code) has no name", remedy: "add it to divisions")
            }
            guard !divisions.contains(code) else {
                throw item.error("division \(code) stands twice", remedy: "remove one")
            }
            divisions.append(code)
        }
        guard !divisions.isEmpty else { throw error("no division", remedy: "name at least one") }
        return divisions
    }
}
