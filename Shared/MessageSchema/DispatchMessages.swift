// Types of the dispatch stream and the commands to its writer.

extension MessageCatalogue {
    static let dispatchMessages: [any StreamMessage.Type] = [
        IncidentOpened.self,
        WarningLinked.self,
        IncidentVerified.self,
        ResponseLevelChanged.self,
        PlanActivated.self,
        TaskCreated.self,
        TaskAssigned.self,
        TaskDeparted.self,
        TaskArrived.self,
        TaskCompleted.self,
        TaskCancelled.self,
        TaskOverdue.self,
        SuppliesRequested.self,
        SessionRequested.self,
        ShortfallReported.self,
        TransportArrived.self,
        IncidentClosed.self,
    ]
    static let dispatchCommands: [any CommandMessage.Type] = [
        VerifyIncident.self,
        CloseIncident.self,
        DepartTask.self,
        ArriveTask.self,
        CompleteTask.self,
        ArriveTransport.self,
    ]
}

extension IncidentOpened: StreamMessage {
    package static let type = "dispatch.incident.opened"
    package static let stream = StreamName.dispatch
}

extension WarningLinked: StreamMessage {
    package static let type = "dispatch.incident.warning-linked"
    package static let stream = StreamName.dispatch
}

extension IncidentVerified: StreamMessage {
    package static let type = "dispatch.incident.verified"
    package static let stream = StreamName.dispatch
}

extension ResponseLevelChanged: StreamMessage {
    package static let type = "dispatch.level.changed"
    package static let stream = StreamName.dispatch
}

extension PlanActivated: StreamMessage {
    package static let type = "dispatch.plan.activated"
    package static let stream = StreamName.dispatch
}

extension TaskCreated: StreamMessage {
    package static let type = "dispatch.task.created"
    package static let stream = StreamName.dispatch
}

extension TaskAssigned: StreamMessage {
    package static let type = "dispatch.task.assigned"
    package static let stream = StreamName.dispatch
}

extension TaskDeparted: StreamMessage {
    package static let type = "dispatch.task.departed"
    package static let stream = StreamName.dispatch
}

extension TaskArrived: StreamMessage {
    package static let type = "dispatch.task.arrived"
    package static let stream = StreamName.dispatch
}

extension TaskCompleted: StreamMessage {
    package static let type = "dispatch.task.completed"
    package static let stream = StreamName.dispatch
}

extension TaskCancelled: StreamMessage {
    package static let type = "dispatch.task.cancelled"
    package static let stream = StreamName.dispatch
}

extension TaskOverdue: StreamMessage {
    package static let type = "dispatch.task.overdue"
    package static let stream = StreamName.dispatch
}

extension SuppliesRequested: StreamMessage {
    package static let type = "dispatch.supplies.requested"
    package static let stream = StreamName.dispatch
}

extension SessionRequested: StreamMessage {
    package static let type = "dispatch.session.requested"
    package static let stream = StreamName.dispatch
}

extension ShortfallReported: StreamMessage {
    package static let type = "dispatch.shortfall.reported"
    package static let stream = StreamName.dispatch
}

extension TransportArrived: StreamMessage {
    package static let type = "dispatch.transport.arrived"
    package static let stream = StreamName.dispatch
}

extension IncidentClosed: StreamMessage {
    package static let type = "dispatch.incident.closed"
    package static let stream = StreamName.dispatch
}

extension VerifyIncident: CommandMessage {
    package static let type = "dispatch.command.incident.verify"
    package static let service = ServiceName.dispatch
}

extension CloseIncident: CommandMessage {
    package static let type = "dispatch.command.incident.close"
    package static let service = ServiceName.dispatch
}

extension DepartTask: CommandMessage {
    package static let type = "dispatch.command.task.depart"
    package static let service = ServiceName.dispatch
}

extension ArriveTask: CommandMessage {
    package static let type = "dispatch.command.task.arrive"
    package static let service = ServiceName.dispatch
}

extension CompleteTask: CommandMessage {
    package static let type = "dispatch.command.task.complete"
    package static let service = ServiceName.dispatch
}

extension ArriveTransport: CommandMessage {
    package static let type = "dispatch.command.transport.arrive"
    package static let service = ServiceName.dispatch
}
