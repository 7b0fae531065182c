import DispatchDomain
import MessageSchema
import ServiceKit
import Vocabulary

extension DispatchCore {
    static func registerIncidents(_ routes: inout Routes<DispatchCore>) {
        routes.on(WarningIssued.self) { core, message, turn in try core.take(message.content, turn) }
        routes.on(WarningUpdated.self) { core, message, turn in try core.take(message.content, turn) }
        routes.on(WarningCancelled.self) { core, message, turn in try core.end(message.warning, turn) }
        routes.on(WarningExpired.self) { core, message, turn in try core.end(message.warning, turn) }
        routes.timer(stepDown) { core, turn in
            try core.act(on: turn.subject, turn) { incident, plan throws(Incident.Refusal) in incident.lower(by: plan) }
        }
        routes.command(VerifyIncident.self) { core, order, turn in
            try core.authorise(["duty-officer", "commander"], turn)
            try core.act(on: order.incident, note: order.note, turn) { incident, _ throws(Incident.Refusal) in
                try incident.verify()
            }
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
        let stations = content.stations.map { StationID($0) }
        let effects = incident.warn(WarningID(content.warning), colour, stations: stations, at: turn.now, by: plan)
        try DispatchRepository.link(content.warning, to: incident.id.value, turn.database)
        try save(incident, effects, plan, "", turn)
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

    private func act(
        on id: String,
        note: String = "",
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
        try save(incident, effects, plan, note, turn)
    }

    private func save(
        _ incident: Incident,
        _ effects: [Incident.Effect],
        _ plan: ResponsePlan,
        _ note: String,
        _ turn: Turn
    ) throws {
        try DispatchRepository.keep(incident, plan.hazard.rawValue, turn.database)
        for effect in effects { try tell(effect, incident, plan, note, turn) }
    }

    private func tell(
        _ effect: Incident.Effect,
        _ incident: Incident,
        _ plan: ResponsePlan,
        _ note: String,
        _ turn: Turn
    ) throws {
        switch effect {
        case .linked(let warning):
            var message = WarningLinked()
            (message.incident, message.warning) = (incident.id.value, warning.value)
            try turn.send(message, subject: incident.id.value)
        case .levelChanged(let previous, let level, let clause):
            try tellLevel(incident.id, previous, level, clause, turn)
        case .planActivated(let level, let demand, let clauses):
            try activate(plan, level, demand, clauses, incident, turn)
        case .responseEnded: try cancelTasks(of: incident.id, [.waiting, .assigned], reason: "response-ended", turn)
        case .stepDownSet(let due): try turn.setTimer(Self.stepDown, subject: incident.id.value, due: due)
        case .stepDownCancelled: try turn.cancelTimer(Self.stepDown, subject: incident.id.value)
        case .verified:
            var message = IncidentVerified()
            (message.incident, message.note) = (incident.id.value, note)
            try turn.send(message, subject: incident.id.value)
        case .closed: try close(incident, plan, turn)
        }
    }

    private func tellLevel(
        _ incident: IncidentID,
        _ previous: ResponseLevel?,
        _ level: ResponseLevel?,
        _ clause: ClauseID?,
        _ turn: Turn
    ) throws {
        var message = ResponseLevelChanged()
        message.incident = incident.value
        (message.previous, message.level) = (WireResponseLevel(previous), WireResponseLevel(level))
        message.clause = clause?.value ?? ""
        message.reason = level == nil ? "no-warning-left" : "warnings-demand"
        try turn.send(message, subject: incident.value)
    }

    private func activate(
        _ plan: ResponsePlan,
        _ level: ResponseLevel,
        _ demand: ClauseID,
        _ clauses: [ResponsePlan.Clause],
        _ incident: Incident,
        _ turn: Turn
    ) throws {
        var message = PlanActivated()
        (message.incident, message.plan) = (incident.id.value, plan.id.value)
        message.level = WireResponseLevel(level)
        message.clauses = [demand.value] + clauses.map(\.id.value)
        try turn.send(message, subject: incident.id.value)
        for clause in clauses { try expand(clause, incident, turn) }
    }

    /// What a clause demands becomes a task for each team, an order or a session. `<incident>/<clause>` names it; a second
    /// response of the same incident adds `~2`.
    private func expand(_ clause: ResponsePlan.Clause, _ incident: Incident, _ turn: Turn) throws {
        let repeated = incident.response > 1 ? "~\(incident.response)" : ""
        let root = "\(incident.id)/\(clause.id)\(repeated)"
        let deadline = turn.now + clause.within
        switch clause.measure {
        case .task(let capabilities, let teams, let destination):
            for number in 1...teams {
                let task = ResponseTask(
                    id: TaskID("\(root)/\(number)"),
                    incident: incident.id,
                    clause: clause.id,
                    capabilities: capabilities,
                    destination: destination,
                    deadline: deadline
                )
                try create(task, turn)
            }
        case .supplies(let destination, let lines):
            try request(lines, to: destination, order: OrderID(root), clause.id, deadline, incident.id, turn)
        case .session(let roles, let cameras):
            try request(session: SessionID(root), roles, cameras, clause.id, deadline, incident, turn)
        }
    }
}
