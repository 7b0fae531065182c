// Types of the monitoring streams and the commands to its writer.

extension MessageCatalogue {
    static let monitoringMessages: [any StreamMessage.Type] = [
        ObservationAccepted.self,
        WarningDrafted.self,
        WarningApproved.self,
        WarningRejected.self,
        WarningIssued.self,
        WarningUpdated.self,
        WarningCancelled.self,
        WarningExpired.self,
        StationSilent.self,
        StationRestored.self,
    ]
    static let monitoringCommands: [any CommandMessage.Type] = [
        ApproveWarning.self,
        RejectWarning.self,
        CancelWarning.self,
    ]
}

extension ObservationAccepted: StreamMessage {
    package static let type = "monitoring.observation.accepted"
    package static let stream = StreamName.observation
    /// A reading says nothing of what follows.
    package static let stands = false
}

extension WarningDrafted: StreamMessage {
    package static let type = "monitoring.warning.drafted"
    package static let stream = StreamName.monitoring
}

extension WarningApproved: StreamMessage {
    package static let type = "monitoring.warning.approved"
    package static let stream = StreamName.monitoring
}

extension WarningRejected: StreamMessage {
    package static let type = "monitoring.warning.rejected"
    package static let stream = StreamName.monitoring
}

extension WarningIssued: StreamMessage {
    package static let type = "monitoring.warning.issued"
    package static let stream = StreamName.monitoring
}

extension WarningUpdated: StreamMessage {
    package static let type = "monitoring.warning.updated"
    package static let stream = StreamName.monitoring
}

extension WarningCancelled: StreamMessage {
    package static let type = "monitoring.warning.cancelled"
    package static let stream = StreamName.monitoring
}

extension WarningExpired: StreamMessage {
    package static let type = "monitoring.warning.expired"
    package static let stream = StreamName.monitoring
}

extension StationSilent: StreamMessage {
    package static let type = "monitoring.station.silent"
    package static let stream = StreamName.monitoring
}

extension StationRestored: StreamMessage {
    package static let type = "monitoring.station.restored"
    package static let stream = StreamName.monitoring
}

extension ApproveWarning: CommandMessage {
    package static let type = "monitoring.command.warning.approve"
    package static let service = ServiceName.monitoring
}

extension RejectWarning: CommandMessage {
    package static let type = "monitoring.command.warning.reject"
    package static let service = ServiceName.monitoring
}

extension CancelWarning: CommandMessage {
    package static let type = "monitoring.command.warning.cancel"
    package static let service = ServiceName.monitoring
}
