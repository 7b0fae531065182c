import DispatchDomain
import ServiceKit
import Vocabulary

// dispatch.yaml: what it holds, and what is refused with file, line and remedy.

extension YAMLValue {
    func places() throws(ConfigurationError) -> [PlaceID: Position] {
        var places: [PlaceID: Position] = [:]
        for item in try list() {
            try item.allow(["id", "position"])
            let id = PlaceID(try item.value("id").text())
            guard places.updateValue(try item.value("position").position(), forKey: id) == nil else {
                throw item.error("place '\(id)' stands twice", remedy: "remove one")
            }
        }
        return places
    }

    private func place(_ known: (String) -> PlaceID?) throws(ConfigurationError) -> PlaceID {
        try parse("a place of this file, listed under places") { known($0) }
    }

    func teams(_ known: (String) -> PlaceID?) throws(ConfigurationError) -> [Team] {
        var teams: [Team] = []
        for item in try list() {
            try item.allow(["id", "name", "base", "capabilities", "on_duty", "leader"])
            try item.value("name").names()
            let team = Team(
                id: TeamID(try item.value("id").text()),
                base: try item.value("base").place(known),
                capabilities: try item.value("capabilities").texts(),
                isOnDuty: try item.value("on_duty").flag(),
                leader: PersonID(try item.value("leader").text())
            )
            if teams.contains(where: { $0.id == team.id }) {
                throw item.error("team '\(team.id)' stands twice", remedy: "remove one")
            }
            teams.append(team)
        }
        return teams
    }

    func routes(_ known: (String) -> PlaceID?) throws(ConfigurationError) -> TravelTimes {
        var times = TravelTimes()
        for item in try list() {
            try item.allow(["from", "to", "minutes"])
            let (from, to) = (try item.value("from").place(known), try item.value("to").place(known))
            let minutes = try item.value("minutes").integer(in: 1...1_440)
            guard times.add(from: from, to: to, seconds: minutes * 60) else {
                throw item.error("the way \(from) – \(to) stands twice", remedy: "remove one; ways count both ways")
            }
        }
        return times
    }

    func plans(_ known: (String) -> PlaceID?) throws(ConfigurationError) -> [ResponsePlan] {
        var plans: [ResponsePlan] = []
        for item in try list() {
            let plan = try item.plan(known)
            if plans.contains(where: { $0.hazard == plan.hazard }) {
                throw item.error("a second plan for \(plan.hazard.rawValue)", remedy: "one plan for each hazard")
            }
            plans.append(plan)
        }
        return plans
    }

    private func plan(_ known: (String) -> PlaceID?) throws(ConfigurationError) -> ResponsePlan {
        try allow(["id", "hazard", "levels", "clauses", "step_down_after"])
        var levels: [ResponsePlan.Demand] = []
        for item in try value("levels").list() {
            let demand = try item.demand()
            if let last = levels.last, last.level <= demand.level {
                throw item.error("the levels do not descend", remedy: "order them I, II, III, IV")
            }
            levels.append(demand)
        }
        var clauses: [ResponsePlan.Clause] = []
        for item in try optional("clauses")?.list() ?? [] {
            let clause = try item.clause(known)
            if clauses.contains(where: { $0.id == clause.id }) {
                throw item.error("clause '\(clause.id)' stands twice", remedy: "give it another id")
            }
            clauses.append(clause)
        }
        return ResponsePlan(
            id: PlanID(try value("id").text()),
            hazard: try value("hazard").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) },
            levels: levels,
            clauses: clauses,
            stepDownAfter: try value("step_down_after").duration()
        )
    }

    private func demand() throws(ConfigurationError) -> ResponsePlan.Demand {
        try allow(["level", "clause", "when"])
        let when = try value("when")
        try when.allow(["colour", "warnings"])
        return ResponsePlan.Demand(
            level: try value("level").level(),
            clause: ClauseID(try value("clause").text()),
            colour: try when.value("colour").parse("blue, yellow, orange or red") { WarningColour(name: $0) },
            warnings: try when.value("warnings").integer(in: 1...1_000)
        )
    }

    private func level() throws(ConfigurationError) -> ResponseLevel {
        try parse("I, II, III or IV") { ResponseLevel(numeral: $0) }
    }

    private func clause(_ known: (String) -> PlaceID?) throws(ConfigurationError) -> ResponsePlan.Clause {
        try allow(["id", "level", "within", "task", "supplies", "session"])
        let measures = [
            try optional("task").map { value throws(ConfigurationError) in try value.task(known) },
            try optional("supplies").map { value throws(ConfigurationError) in try value.supplies(known) },
            try optional("session").map { value throws(ConfigurationError) in try value.session() },
        ].compactMap(\.self)
        guard let measure = measures.first, measures.count == 1 else {
            throw error("\(measures.count) measures", remedy: "write one of task, supplies or session")
        }
        return ResponsePlan.Clause(
            id: ClauseID(try value("id").text()),
            level: try value("level").level(),
            within: try value("within").duration(),
            measure: measure
        )
    }

    private func task(_ known: (String) -> PlaceID?) throws(ConfigurationError) -> ResponsePlan.Measure {
        try allow(["capabilities", "teams", "destination"])
        return .task(
            capabilities: try value("capabilities").texts(),
            teams: try value("teams").integer(in: 1...100),
            destination: try value("destination").place(known)
        )
    }

    private func supplies(_ known: (String) -> PlaceID?) throws(ConfigurationError) -> ResponsePlan.Measure {
        try allow(["destination", "lines"])
        var lines: [SupplyNeed] = []
        for item in try value("lines").list() {
            try item.allow(["item", "quantity"])
            let code = try item.value("item").parse("a GB/T 38565 code of seven digits") { text in
                text.utf8.count == 7 && text.utf8.allSatisfy { (48...57).contains($0) } ? ItemCode(text) : nil
            }
            lines.append(
                SupplyNeed(item: code, quantity: UInt64(try item.value("quantity").integer(in: 1...1_000_000)))
            )
        }
        return .supplies(destination: try value("destination").place(known), lines: lines)
    }

    private func session() throws(ConfigurationError) -> ResponsePlan.Measure {
        try allow(["roles", "cameras_per_station"])
        return .session(
            roles: try value("roles").texts(),
            camerasPerStation: try value("cameras_per_station").integer(in: 0...100)
        )
    }
}
