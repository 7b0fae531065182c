import DispatchDomain
package import MessageSchema
package import ServiceKit
package import ServiceStore
import Vocabulary

/// Dispatch 指挥调度: one incident for linked warnings, and the response that the plan demands.
package struct DispatchCore: ServiceCore {
    package static let name = ServiceName.dispatch
    package static let subscriptions = [StreamName.monitoring]
    package static let migrations = DispatchRepository.migrations

    static let stepDown = "step-down"

    package let jurisdiction: String
    let plans: [ResponsePlan]
    let roles: [PersonID: [String]]

    package init(configuration: YAMLValue) throws {
        try configuration.allow(["jurisdiction", "people", "plans"])
        jurisdiction = try configuration.value("jurisdiction").parse("a division code") { DivisionCode($0)?.digits }
        plans = try configuration.value("plans").list().map { try $0.plan() }
        var roles: [PersonID: [String]] = [:]
        for person in try configuration.value("people").list() {
            try person.allow(["person", "roles"])
            roles[PersonID(try person.value("person").text())] = try person.value("roles").list().map { try $0.text() }
        }
        self.roles = roles
    }

    package static func register(_ routes: inout Routes<DispatchCore>) {
        routes.on(WarningIssued.self) { core, message, turn in try core.take(message.content, turn) }
        routes.on(WarningUpdated.self) { core, message, turn in try core.take(message.content, turn) }
        routes.on(WarningCancelled.self) { core, message, turn in try core.end(message.warning, turn) }
        routes.on(WarningExpired.self) { core, message, turn in try core.end(message.warning, turn) }
        routes.timer(stepDown) { core, turn in
            try core.act(on: turn.subject, turn) { incident, plan throws(Incident.Refusal) in
                incident.stepDown(by: plan)
            }
        }
        routes.command(VerifyIncident.self) { core, order, turn in
            try core.authorise(["duty-officer", "commander"], turn)
            try core.act(on: order.incident, turn) { incident, _ throws(Incident.Refusal) in try incident.verify() }
        }
        routes.command(CloseIncident.self) { core, order, turn in
            try core.authorise(["commander"], turn)
            try core.act(on: order.incident, turn) { incident, _ throws(Incident.Refusal) in try incident.close() }
        }
    }

    // MARK: warnings

    private func take(_ content: WarningContent, _ turn: Turn) throws {
        let (hazard, colour) = (try content.hazard.checked(), try content.colour.checked())
        guard let plan = plans.first(where: { $0.hazard == hazard }) else { return }
        var incident = try DispatchRepository.openIncident(hazard, turn.database) ?? open(content, hazard, turn)
        let effects = incident.warn(WarningID(content.warning), colour, at: turn.now, by: plan)
        try DispatchRepository.link(content.warning, to: incident.id, turn.database)
        try save(incident, effects, plan, turn)
    }

    private func open(_ content: WarningContent, _ hazard: Hazard, _ turn: Turn) throws -> Incident {
        let digits = turn.happened.description.filter { $0.isNumber }.prefix(12)
        let id = IncidentID("I.\(hazard.rawValue).\(jurisdiction).\(digits)")
        var message = IncidentOpened()
        message.incident = id.value
        message.hazard = content.hazard
        message.divisions = content.divisions
        message.warning = content.warning
        try turn.send(message, subject: id.value)
        return Incident(id: id)
    }

    private func end(_ warning: String, _ turn: Turn) throws {
        guard let id = try DispatchRepository.incident(of: warning, turn.database) else { return }
        try act(on: id, turn) { incident, plan throws(Incident.Refusal) in
            incident.end(WarningID(warning), at: turn.now, by: plan)
        }
    }

    // MARK: acting

    private func authorise(_ wanted: [String], _ turn: Turn) throws {
        guard let actor = turn.actor, roles[actor.person]?.contains(where: wanted.contains) ?? false else {
            throw CommandRefusal(
                "role-missing",
                "needs the role \(wanted.joined(separator: " or ")); see people in dispatch.yaml"
            )
        }
    }

    private func act(
        on id: String,
        _ turn: Turn,
        _ body: (inout Incident, ResponsePlan) throws(Incident.Refusal) -> [Incident.Effect]
    ) throws {
        guard case (var incident, let hazard)? = try DispatchRepository.incident(id, turn.database),
            let plan = plans.first(where: { $0.hazard.rawValue == hazard })
        else { throw CommandRefusal("unknown-incident", "there is no incident '\(id.prefix(128))'") }
        let effects: [Incident.Effect]
        do {
            effects = try body(&incident, plan)
        } catch {
            throw CommandRefusal(error.rawValue, "incident '\(id)' is not open to this act")
        }
        try save(incident, effects, plan, turn)
    }

    private func save(_ incident: Incident, _ effects: [Incident.Effect], _ plan: ResponsePlan, _ turn: Turn) throws {
        try DispatchRepository.keep(incident, plan.hazard.rawValue, turn.database)
        for effect in effects { try tell(effect, incident.id, plan, turn) }
    }

    private func tell(_ effect: Incident.Effect, _ incident: String, _ plan: ResponsePlan, _ turn: Turn) throws {
        switch effect {
        case .linked(let warning):
            var message = WarningLinked()
            (message.incident, message.warning) = (incident, warning.value)
            try turn.send(message, subject: incident)
        case .levelChanged(let previous, let level, let clause):
            try tellLevel(incident, previous, level, clause, plan, turn)
        case .stepDownSet(let due): try turn.setTimer(Self.stepDown, subject: incident, due: due)
        case .stepDownCancelled: try turn.cancelTimer(Self.stepDown, subject: incident)
        case .verified:
            var message = IncidentVerified()
            message.incident = incident
            try turn.send(message, subject: incident)
        case .closed:
            var message = IncidentClosed()
            message.incident = incident
            try turn.send(message, subject: incident)
        }
    }

    private func tellLevel(
        _ incident: String,
        _ previous: ResponseLevel?,
        _ level: ResponseLevel?,
        _ clause: ClauseID?,
        _ plan: ResponsePlan,
        _ turn: Turn
    ) throws {
        var message = ResponseLevelChanged()
        message.incident = incident
        (message.previous, message.level) = (WireResponseLevel(previous), WireResponseLevel(level))
        message.clause = clause?.value ?? ""
        message.reason = level == nil ? "no-warning-left" : "warnings-demand"
        try turn.send(message, subject: incident)
        guard let level, previous.map({ $0 < level }) ?? true else { return }
        var activated = PlanActivated()
        (activated.incident, activated.plan) = (incident, plan.id.value)
        activated.level = WireResponseLevel(level)
        activated.clauses = [clause?.value ?? ""]
        try turn.send(activated, subject: incident)
    }
}

extension YAMLValue {
    fileprivate func plan() throws(ConfigurationError) -> ResponsePlan {
        try allow(["id", "hazard", "levels", "step_down_after"])
        var levels: [ResponsePlan.Demand] = []
        for item in try value("levels").list() {
            let demand = try item.demand()
            if let last = levels.last, last.level <= demand.level {
                throw item.error("the levels do not descend", remedy: "order them I, II, III, IV")
            }
            levels.append(demand)
        }
        return ResponsePlan(
            id: PlanID(try value("id").text()),
            hazard: try value("hazard").parse("a hazard such as flash-flood") { Hazard(rawValue: $0) },
            levels: levels,
            stepDownAfter: try value("step_down_after").duration()
        )
    }

    private func demand() throws(ConfigurationError) -> ResponsePlan.Demand {
        try allow(["level", "clause", "when"])
        let when = try value("when")
        try when.allow(["colour", "warnings"])
        return ResponsePlan.Demand(
            level: try value("level").parse("I, II, III or IV") { ResponseLevel(numeral: $0) },
            clause: ClauseID(try value("clause").text()),
            colour: try when.value("colour").parse("blue, yellow, orange or red") { WarningColour(name: $0) },
            warnings: try when.value("warnings").integer(in: 1...1_000)
        )
    }
}
