// Types of what belongs to warnings beside their own life: what happened, how well it was foretold, and the acts of people.

extension MessageCatalogue {
    static let warningMessages: [any StreamMessage.Type] = [
        EventObserved.self,
        EventUpdated.self,
        EventCorrected.self,
        VerificationComputed.self,
        SuspensionAdvised.self,
        SuspensionUpdated.self,
        SuspensionLifted.self,
        RiskReportDrafted.self,
    ]
    static let warningCommands: [any CommandMessage.Type] = [
        ObserveEvent.self,
        CorrectEvent.self,
        DraftWarning.self,
        EditWarning.self,
        ClearWarning.self,
    ]
}

extension EventObserved: StreamMessage {
    package static let type = "monitoring.event.observed"
    package static let stream = StreamName.monitoring
}

extension EventUpdated: StreamMessage {
    package static let type = "monitoring.event.updated"
    package static let stream = StreamName.monitoring
}

extension EventCorrected: StreamMessage {
    package static let type = "monitoring.event.corrected"
    package static let stream = StreamName.monitoring
}

extension VerificationComputed: StreamMessage {
    package static let type = "monitoring.verification.computed"
    package static let stream = StreamName.monitoring
}

extension SuspensionAdvised: StreamMessage {
    package static let type = "monitoring.suspension.advised"
    package static let stream = StreamName.monitoring
}

extension SuspensionUpdated: StreamMessage {
    package static let type = "monitoring.suspension.updated"
    package static let stream = StreamName.monitoring
}

extension SuspensionLifted: StreamMessage {
    package static let type = "monitoring.suspension.lifted"
    package static let stream = StreamName.monitoring
}

extension RiskReportDrafted: StreamMessage {
    package static let type = "monitoring.risk-report.drafted"
    package static let stream = StreamName.monitoring
}

extension ObserveEvent: CommandMessage {
    package static let type = "monitoring.command.event.observe"
    package static let service = ServiceName.monitoring
}

extension CorrectEvent: CommandMessage {
    package static let type = "monitoring.command.event.correct"
    package static let service = ServiceName.monitoring
}

extension DraftWarning: CommandMessage {
    package static let type = "monitoring.command.warning.draft"
    package static let service = ServiceName.monitoring
}

extension EditWarning: CommandMessage {
    package static let type = "monitoring.command.warning.edit"
    package static let service = ServiceName.monitoring
}

extension ClearWarning: CommandMessage {
    package static let type = "monitoring.command.warning.clear"
    package static let service = ServiceName.monitoring
}
