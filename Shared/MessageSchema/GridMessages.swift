// Types of the grid, of hidden dangers and of risk points on the monitoring stream, and the commands to its writer.

extension MessageCatalogue {
    static let gridMessages: [any StreamMessage.Type] = [
        GridReportReceived.self,
        GridReportMerged.self,
        GridReportEscalated.self,
        GridReportUnanswered.self,
        GridReportAcknowledged.self,
        GridReportClosed.self,
        GridReportMissing.self,
        GridWatchBegun.self,
        GridWatchEnded.self,
        GridTextErased.self,
        DangerFound.self,
        DangerReported.self,
        DangerAssigned.self,
        DangerExtended.self,
        DangerRectified.self,
        DangerReinspected.self,
        DangerClosed.self,
        DangerOverdue.self,
        DangerSuspended.self,
        DangerResumed.self,
        DangerListed.self,
        RiskPointRegistered.self,
        RiskPointGraded.self,
        RiskPointRetired.self,
    ]
    static let gridCommands: [any CommandMessage.Type] = [
        ReportToGrid.self,
        AcknowledgeGridReport.self,
        CloseGridReport.self,
        BeginGridWatch.self,
        EndGridWatch.self,
        EraseGridText.self,
        FindDanger.self,
        ReportDanger.self,
        AssignDanger.self,
        ExtendDanger.self,
        RectifyDanger.self,
        ReinspectDanger.self,
        CloseDanger.self,
        SuspendDangerSite.self,
        ResumeDangerSite.self,
        ListDanger.self,
        RegisterRiskPoint.self,
        GradeRiskPoint.self,
        RetireRiskPoint.self,
    ]
}

extension GridReportReceived: StreamMessage {
    package static let type = "monitoring.grid-report.received"
    package static let stream = StreamName.monitoring
}

extension GridReportMerged: StreamMessage {
    package static let type = "monitoring.grid-report.merged"
    package static let stream = StreamName.monitoring
}

extension GridReportEscalated: StreamMessage {
    package static let type = "monitoring.grid-report.escalated"
    package static let stream = StreamName.monitoring
}

extension GridReportUnanswered: StreamMessage {
    package static let type = "monitoring.grid-report.unanswered"
    package static let stream = StreamName.monitoring
}

extension GridReportAcknowledged: StreamMessage {
    package static let type = "monitoring.grid-report.acknowledged"
    package static let stream = StreamName.monitoring
}

extension GridReportClosed: StreamMessage {
    package static let type = "monitoring.grid-report.closed"
    package static let stream = StreamName.monitoring
}

extension GridReportMissing: StreamMessage {
    package static let type = "monitoring.grid-report.missing"
    package static let stream = StreamName.monitoring
}

extension GridWatchBegun: StreamMessage {
    package static let type = "monitoring.watch.begun"
    package static let stream = StreamName.monitoring
}

extension GridWatchEnded: StreamMessage {
    package static let type = "monitoring.watch.ended"
    package static let stream = StreamName.monitoring
}

extension GridTextErased: StreamMessage {
    package static let type = "monitoring.text.erased"
    package static let stream = StreamName.monitoring
}

extension DangerFound: StreamMessage {
    package static let type = "monitoring.danger.found"
    package static let stream = StreamName.monitoring
}

extension DangerReported: StreamMessage {
    package static let type = "monitoring.danger.reported"
    package static let stream = StreamName.monitoring
}

extension DangerAssigned: StreamMessage {
    package static let type = "monitoring.danger.assigned"
    package static let stream = StreamName.monitoring
}

extension DangerExtended: StreamMessage {
    package static let type = "monitoring.danger.extended"
    package static let stream = StreamName.monitoring
}

extension DangerRectified: StreamMessage {
    package static let type = "monitoring.danger.rectified"
    package static let stream = StreamName.monitoring
}

extension DangerReinspected: StreamMessage {
    package static let type = "monitoring.danger.reinspected"
    package static let stream = StreamName.monitoring
}

extension DangerClosed: StreamMessage {
    package static let type = "monitoring.danger.closed"
    package static let stream = StreamName.monitoring
}

extension DangerOverdue: StreamMessage {
    package static let type = "monitoring.danger.overdue"
    package static let stream = StreamName.monitoring
}

extension DangerSuspended: StreamMessage {
    package static let type = "monitoring.danger.suspended"
    package static let stream = StreamName.monitoring
}

extension DangerResumed: StreamMessage {
    package static let type = "monitoring.danger.resumed"
    package static let stream = StreamName.monitoring
}

extension DangerListed: StreamMessage {
    package static let type = "monitoring.danger.listed"
    package static let stream = StreamName.monitoring
}

extension RiskPointRegistered: StreamMessage {
    package static let type = "monitoring.risk-point.registered"
    package static let stream = StreamName.monitoring
}

extension RiskPointGraded: StreamMessage {
    package static let type = "monitoring.risk-point.graded"
    package static let stream = StreamName.monitoring
}

extension RiskPointRetired: StreamMessage {
    package static let type = "monitoring.risk-point.retired"
    package static let stream = StreamName.monitoring
}

extension ReportToGrid: CommandMessage {
    package static let type = "monitoring.command.grid.report"
    package static let service = ServiceName.monitoring
}

extension AcknowledgeGridReport: CommandMessage {
    package static let type = "monitoring.command.grid.acknowledge"
    package static let service = ServiceName.monitoring
}

extension CloseGridReport: CommandMessage {
    package static let type = "monitoring.command.grid.close"
    package static let service = ServiceName.monitoring
}

extension BeginGridWatch: CommandMessage {
    package static let type = "monitoring.command.grid.begin-watch"
    package static let service = ServiceName.monitoring
}

extension EndGridWatch: CommandMessage {
    package static let type = "monitoring.command.grid.end-watch"
    package static let service = ServiceName.monitoring
}

extension EraseGridText: CommandMessage {
    package static let type = "monitoring.command.grid.erase-text"
    package static let service = ServiceName.monitoring
}

extension FindDanger: CommandMessage {
    package static let type = "monitoring.command.danger.find"
    package static let service = ServiceName.monitoring
}

extension ReportDanger: CommandMessage {
    package static let type = "monitoring.command.danger.report"
    package static let service = ServiceName.monitoring
}

extension AssignDanger: CommandMessage {
    package static let type = "monitoring.command.danger.assign"
    package static let service = ServiceName.monitoring
}

extension ExtendDanger: CommandMessage {
    package static let type = "monitoring.command.danger.extend"
    package static let service = ServiceName.monitoring
}

extension RectifyDanger: CommandMessage {
    package static let type = "monitoring.command.danger.rectify"
    package static let service = ServiceName.monitoring
}

extension ReinspectDanger: CommandMessage {
    package static let type = "monitoring.command.danger.reinspect"
    package static let service = ServiceName.monitoring
}

extension CloseDanger: CommandMessage {
    package static let type = "monitoring.command.danger.close"
    package static let service = ServiceName.monitoring
}

extension SuspendDangerSite: CommandMessage {
    package static let type = "monitoring.command.danger.suspend"
    package static let service = ServiceName.monitoring
}

extension ResumeDangerSite: CommandMessage {
    package static let type = "monitoring.command.danger.resume"
    package static let service = ServiceName.monitoring
}

extension ListDanger: CommandMessage {
    package static let type = "monitoring.command.danger.list"
    package static let service = ServiceName.monitoring
}

extension RegisterRiskPoint: CommandMessage {
    package static let type = "monitoring.command.risk-point.register"
    package static let service = ServiceName.monitoring
}

extension GradeRiskPoint: CommandMessage {
    package static let type = "monitoring.command.risk-point.grade"
    package static let service = ServiceName.monitoring
}

extension RetireRiskPoint: CommandMessage {
    package static let type = "monitoring.command.risk-point.retire"
    package static let service = ServiceName.monitoring
}
