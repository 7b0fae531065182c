import DispatchDomain
import MessageSchema
import ServiceKit
import Vocabulary

extension DispatchCore {
    static func registerTasks(_ routes: inout Routes<DispatchCore>) {
        routes.timer(overdue) { core, turn in try core.reportOverdue(turn) }
        routes.command(DepartTask.self) { core, order, turn in
            try core.act(on: order.task, order.team, turn) { task throws(ResponseTask.Refusal) in
                try task.depart(TeamID(order.team))
            }
            var message = TaskDeparted()
            (message.task, message.team) = (order.task, order.team)
            try turn.send(message, subject: order.task)
        }
        routes.command(ArriveTask.self) { core, order, turn in
            try core.act(on: order.task, order.team, turn) { task throws(ResponseTask.Refusal) in
                try task.arrive(TeamID(order.team), at: turn.now)
            }
            var message = TaskArrived()
            (message.task, message.team) = (order.task, order.team)
            try turn.send(message, subject: order.task)
            try turn.cancelTimer(overdue, subject: order.task)
        }
        routes.command(CompleteTask.self) { core, order, turn in
            try core.act(on: order.task, order.team, turn) { task throws(ResponseTask.Refusal) in
                try task.complete(TeamID(order.team))
            }
            var message = TaskCompleted()
            (message.task, message.team, message.note) = (order.task, order.team, order.note)
            try turn.send(message, subject: order.task)
            try core.assignWaiting(turn)
        }
    }

    // MARK: teams

    func create(_ task: ResponseTask, _ turn: Turn) throws {
        var message = TaskCreated()
        (message.task, message.incident, message.clause) = (task.id.value, task.incident.value, task.clause.value)
        (message.capabilities, message.destination) = (task.capabilities, task.destination.value)
        if let position = positions[task.destination] { message.position = WirePosition(position) }
        message.deadlineUs = task.deadline.microseconds
        try turn.send(message, subject: task.id.value)
        try turn.setTimer(Self.overdue, subject: task.id.value, due: task.deadline)
        let verdicts = try assign(task, turn)
        guard !verdicts.isEmpty else { return }
        var shortfall = ShortfallReported()
        (shortfall.incident, shortfall.clause) = (task.incident.value, task.clause.value)
        (shortfall.kind, shortfall.subject, shortfall.reason) = (.team, task.id.value, "no-team-can-go")
        shortfall.verdicts = verdicts
        try turn.send(shortfall, subject: task.incident.value)
    }

    /// Gives the task to the best team and saves it. Gives why nobody can go; empty where a team was found.
    private func assign(_ task: ResponseTask, _ turn: Turn) throws -> [TeamVerdictMessage] {
        var task = task
        let verdicts = choice.weigh(task, at: turn.now, busy: try DispatchRepository.busy(turn.database))
        let weighed = verdicts.map(TeamVerdictMessage.init)
        guard let chosen = verdicts.first(where: { $0.finding == .chosen }), task.assign(chosen.team) else {
            try DispatchRepository.keep(task, at: turn.now, turn.database)
            return weighed
        }
        try DispatchRepository.keep(task, at: turn.now, turn.database)
        var message = TaskAssigned()
        (message.task, message.team) = (task.id.value, chosen.team.value)
        message.expectedArrivalUs =
            choice.expectedArrival(at: turn.now, travelSeconds: chosen.travelSeconds).microseconds
        message.verdicts = weighed
        try turn.send(message, subject: task.id.value)
        return []
    }

    /// A team is free again: tasks that wait for one are weighed anew, the oldest first.
    private func assignWaiting(_ turn: Turn) throws {
        for task in try DispatchRepository.waitingTasks(turn.database) { _ = try assign(task, turn) }
    }

    // MARK: acts

    private func act(
        on id: String,
        _ team: String,
        _ turn: Turn,
        _ body: (inout ResponseTask) throws(ResponseTask.Refusal) -> Void
    ) throws {
        guard var task = try DispatchRepository.task(id, turn.database) else {
            throw CommandRefusal("unknown-task", "there is no task '\(id.prefix(128))'")
        }
        // A team's own leader reports for it; the duty officer may for any team.
        if choice.teams.first(where: { $0.id.value == team })?.leader != turn.actor?.person {
            try authorise(["duty-officer"], turn)
        }
        do {
            try body(&task)
        } catch {
            throw CommandRefusal(
                error.rawValue,
                "task '\(id)' is \(task.state.rawValue), team \(task.team?.value ?? "none")"
            )
        }
        try DispatchRepository.keep(task, at: turn.now, turn.database)
    }

    private func reportOverdue(_ turn: Turn) throws {
        guard let task = try DispatchRepository.task(turn.subject, turn.database), task.awaitsArrival else { return }
        var message = TaskOverdue()
        (message.task, message.deadlineUs) = (task.id.value, task.deadline.microseconds)
        try turn.send(message, subject: task.id.value)
    }

    /// Calls off the incident's tasks that are in one of these states, and gives their teams to tasks that wait.
    func cancelTasks(of incident: IncidentID, _ states: [ResponseTask.State], reason: String, _ turn: Turn) throws {
        var freed = false
        for task in try DispatchRepository.tasks(of: incident, turn.database) where states.contains(task.state) {
            var task = task
            freed = freed || task.holdsTeam
            guard task.cancel() else { continue }
            try DispatchRepository.keep(task, at: turn.now, turn.database)
            try turn.cancelTimer(Self.overdue, subject: task.id.value)
            var message = TaskCancelled()
            (message.task, message.reason) = (task.id.value, reason)
            try turn.send(message, subject: task.id.value)
        }
        if freed { try assignWaiting(turn) }
    }
}

typealias TeamVerdictMessage = MessageSchema.TeamVerdict
typealias TeamVerdict = DispatchDomain.TeamVerdict
typealias UnmetClause = DispatchDomain.UnmetClause

extension TeamVerdictMessage {
    fileprivate init(_ verdict: TeamVerdict) {
        self.init()
        (team, travelSeconds) = (verdict.team.value, UInt32(clamping: verdict.travelSeconds))
        switch verdict.finding {
        case .chosen: self.verdict = .chosen
        case .farther: self.verdict = .farther
        case .tooLate: self.verdict = .tooLate
        case .offDuty: self.verdict = .offDuty
        case .noRoute: self.verdict = .noRoute
        case .lacksCapability(let capabilities): (self.verdict, missing) = (.lacksCapability, capabilities)
        case .busy(let task): (self.verdict, busyWith) = (.busy, task.value)
        }
    }
}
