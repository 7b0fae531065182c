import DispatchDomain
import MessageSchema
import ServiceKit
import Vocabulary

extension DispatchCore {
    static func registerRequirements(_ routes: inout Routes<DispatchCore>) {
        registerSupplies(&routes)
        registerSessions(&routes)
    }

    // MARK: supplies

    private static func registerSupplies(_ routes: inout Routes<DispatchCore>) {
        routes.on(ShortageReported.self) { core, message, turn in try core.reportShortage(message, turn) }
        routes.on(SuppliesShipped.self) { _, message, turn in
            guard try DispatchRepository.requirement(message.order, turn.database) != nil else { return }
            try DispatchRepository.keep(consignment: message.order, from: message.store, .underway, turn.database)
        }
        routes.on(SuppliesReceived.self) { core, message, turn in
            try core.update(message.order, turn) { requirement in
                if !message.differences.isEmpty { requirement.fallShort() }
                if message.complete { requirement.fulfil(at: turn.now) }
            }
        }
        routes.command(ArriveTransport.self) { core, order, turn in try core.arrive(order, turn) }
    }

    func request(
        _ lines: [SupplyNeed],
        to destination: PlaceID,
        order: OrderID,
        _ clause: ClauseID,
        _ deadline: Instant,
        _ incident: IncidentID,
        _ turn: Turn
    ) throws {
        let requirement = Requirement(clause: clause, kind: .supplies, deadline: deadline)
        try DispatchRepository.keep(requirement, order.value, incident, turn.database)
        var message = SuppliesRequested()
        (message.order, message.incident, message.clause) = (order.value, incident.value, clause.value)
        (message.destination, message.neededByUs) = (destination.value, deadline.microseconds)
        message.lines = lines.map { need in
            var line = SupplyLine()
            (line.item, line.quantity) = (need.item.value, need.quantity)
            return line
        }
        try turn.send(message, subject: order.value)
    }

    private func reportShortage(_ shortage: ShortageReported, _ turn: Turn) throws {
        guard let incident = try update(shortage.order, turn, { $0.fallShort() }) else { return }
        var message = ShortfallReported()
        (message.incident, message.clause) = (incident.id.value, incident.clause.value)
        (message.kind, message.subject, message.reason) = (.supplies, shortage.order, "stock-short")
        var line = SupplyLine()
        line.item = shortage.item
        line.quantity = shortage.wanted - min(shortage.wanted, shortage.reserved)
        message.missing = [line]
        try turn.send(message, subject: incident.id.value)
    }

    private func arrive(_ order: ArriveTransport, _ turn: Turn) throws {
        try authorise(["driver", "duty-officer"], turn)
        switch try DispatchRepository.consignment(order.order, from: order.store, turn.database) {
        case nil:
            throw CommandRefusal(
                "not-shipped",
                "nothing of order '\(order.order.prefix(128))' left '\(order.store.prefix(128))'"
            )
        case .arrived: throw CommandRefusal("already-arrived", "the consignment has been reported")
        case .underway: break
        }
        try DispatchRepository.keep(consignment: order.order, from: order.store, .arrived, turn.database)
        var message = TransportArrived()
        (message.order, message.store) = (order.order, order.store)
        try turn.send(message, subject: order.order)
    }

    // MARK: sessions

    private static func registerSessions(_ routes: inout Routes<DispatchCore>) {
        routes.on(SessionOpened.self) { core, message, turn in
            try core.update(message.session, turn) { $0.take(chair: ParticipantID(message.chair)) }
        }
        routes.on(ChairChanged.self) { core, message, turn in
            // The chair passes only to somebody who is in the session.
            try core.update(message.session, turn) { requirement in
                requirement.take(chair: ParticipantID(message.chair))
                requirement.fulfil(at: turn.now)
            }
        }
        routes.on(ParticipantJoined.self) { core, message, turn in
            try core.update(message.session, turn) { requirement in
                if requirement.chair?.value == message.participant { requirement.fulfil(at: turn.now) }
            }
        }
        routes.on(ParticipantFailed.self) { core, message, turn in try core.reportAbsence(message, turn) }
    }

    func request(
        session: SessionID,
        _ roles: [String],
        _ cameras: Int,
        _ clause: ClauseID,
        _ deadline: Instant,
        _ incident: Incident,
        _ turn: Turn
    ) throws {
        let requirement = Requirement(clause: clause, kind: .session, deadline: deadline)
        try DispatchRepository.keep(requirement, session.value, incident.id, turn.database)
        var message = SessionRequested()
        (message.session, message.incident, message.clause) = (session.value, incident.id.value, clause.value)
        (message.roles, message.camerasPerStation) = (roles, UInt32(clamping: cameras))
        message.stations = incident.stations.map(\.value)
        message.neededByUs = deadline.microseconds
        try turn.send(message, subject: session.value)
    }

    private func reportAbsence(_ failure: ParticipantFailed, _ turn: Turn) throws {
        guard let reason = try failure.reason.shortfall(),
            let incident = try update(failure.session, turn, { $0.fallShort() })
        else { return }
        var message = ShortfallReported()
        (message.incident, message.clause) = (incident.id.value, incident.clause.value)
        (message.kind, message.subject, message.reason) = (.session, failure.session, reason)
        message.participant = failure.participant
        try turn.send(message, subject: incident.id.value)
    }

    // MARK: both

    /// Changes the requirement that the subject names. Gives its incident and clause; nil where it is nobody's of ours.
    @discardableResult
    private func update(_ subject: String, _ turn: Turn, _ body: (inout Requirement) -> Void) throws
        -> (id: IncidentID, clause: ClauseID)?
    {
        guard case (var requirement, let incident)? = try DispatchRepository.requirement(subject, turn.database) else {
            return nil
        }
        body(&requirement)
        try DispatchRepository.keep(requirement, subject, incident, turn.database)
        return (incident, requirement.clause)
    }

    // MARK: the end

    /// Closes: calls off what is left, names every clause that was not met, and the cut on which an assessment is made.
    func close(_ incident: Incident, _ plan: ResponsePlan, _ turn: Turn) throws {
        let unmet = try self.unmet(incident.id, plan, turn)
        let open: [ResponseTask.State] = [.waiting, .assigned, .departed, .arrived]
        try cancelTasks(of: incident.id, open, reason: "incident-closed", turn)
        var message = IncidentClosed()
        message.incident = incident.id.value
        message.unmet = unmet.map { clause in
            var wire = MessageSchema.UnmetClause()
            (wire.clause, wire.reason) = (clause.clause.value, clause.reason.rawValue)
            wire.lateSeconds = UInt32(clamping: clause.lateSeconds)
            return wire
        }
        message.asOf = try (Self.subscriptions + [.dispatch]).sorted().map { stream in
            var position = WireStreamPosition()
            position.stream = stream.rawValue
            position.sequence = try turn.position(of: stream) + (stream == .dispatch ? 1 : 0)
            return position
        }
        try turn.send(message, subject: incident.id.value)
    }

    /// In the plan's order; a clause that came into force twice may stand twice.
    private func unmet(_ incident: IncidentID, _ plan: ResponsePlan, _ turn: Turn) throws -> [UnmetClause] {
        let tasks = try DispatchRepository.tasks(of: incident, turn.database)
        let requirements = try DispatchRepository.requirements(of: incident, turn.database)
        return plan.clauses.flatMap { clause in
            let own = tasks.filter { $0.clause == clause.id }
            let teams = own.isEmpty ? [] : [UnmetClause.of(own, clause: clause.id)].compactMap(\.self)
            return teams + requirements.filter { $0.clause == clause.id }.compactMap { UnmetClause.of($0) }
        }
    }
}

extension FailReason {
    /// The reason as a shortfall's code; nil where the session's end explains it.
    fileprivate func shortfall() throws(MessageError) -> String? {
        switch self {
        case .declined: "declined"
        case .noAnswer: "no-answer"
        case .unreachable: "unreachable"
        case .notInRoster: "not-in-roster"
        case .sessionEnded: nil
        case .unspecified: throw .missing("reason")
        case .UNRECOGNIZED(let number): throw .unknown("reason", number)
        }
    }
}
