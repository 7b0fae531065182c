import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    static let gridWait = "grid-wait"

    /// Grid reports and their acknowledgement; nothing is taken where the configuration has no grid.
    static func registerGrid(_ routes: inout Routes<MonitoringCore>) {
        routes.command(ReportToGrid.self) { core, order, turn in try core.report(order, turn) }
        routes.command(AcknowledgeGridReport.self) { core, order, turn in try core.acknowledge(order, turn) }
        routes.command(CloseGridReport.self) { core, order, turn in try core.close(order, turn) }
        routes.timer(gridWait) { core, turn in try core.lapseGridReport(turn) }
        registerGridWatch(&routes)
        routes.command(EraseGridText.self) { core, order, turn in try core.eraseText(order, turn) }
    }

    /// The grid of the configuration, or a refusal.
    func requireGrid() throws(CommandRefusal) -> GridConfiguration {
        guard let grid else { throw CommandRefusal("no-grid", "this place has no grid; add grid to monitoring.yaml") }
        return grid
    }

    // MARK: a report

    private func report(_ order: ReportToGrid, _ turn: Turn) throws {
        let grid = try requireGrid()
        let report = try GridReport(order, grid, turn)
        let text = try keep(text: order.text, turn)
        try report.countForDuty(turn)
        guard !report.kind.isRegular else { return try tell(report, lead: "", order, text, grid, turn) }
        let candidates = try GridRepository.candidates(report.sight, grid.merging, turn.database)
        guard let lead = grid.merging.happening(of: report.sight, among: candidates),
            var seen = try GridRepository.happening(lead, turn.database)
        else { return try begin(report, order, text, grid, turn) }
        try tell(report, lead: lead.value, order, text, grid, turn)
        let effects = seen.happening.merge(
            grade: report.grade,
            reporter: report.reporter,
            people: report.people,
            at: turn.now,
            grid.escalation,
            grid.tree
        )
        seen.last = max(seen.last, report.sight.observed)
        try save(seen, effects, report: report.id, turn)
    }

    private func begin(
        _ report: GridReport,
        _ order: ReportToGrid,
        _ text: Data,
        _ grid: GridConfiguration,
        _ turn: Turn
    ) throws {
        var happening = GridHappening(
            lead: report.id,
            unit: report.sight.unit,
            grade: report.grade,
            reporter: report.reporter,
            people: report.people
        )
        let effects = happening.begin(at: turn.now, grid.escalation, grid.tree)
        try tell(report, lead: report.id.value, order, text, grid, turn)
        let observed = report.sight.observed
        try save(.init(happening: happening, first: report.sight, last: observed), effects, turn)
    }

    private func tell(
        _ report: GridReport,
        lead: String,
        _ order: ReportToGrid,
        _ text: Data,
        _ grid: GridConfiguration,
        _ turn: Turn
    ) throws {
        let unit = report.sight.unit
        let delay = max(0, (turn.now - report.sight.observed).inSeconds)
        var message = GridReportReceived()
        (message.report, message.lead) = (report.id.value, lead)
        (message.kind, message.hazard) = (report.sight.kind, report.kind.hazard?.rawValue ?? "")
        message.grade = GridEventGrade(report.grade)
        message.unit = unit.value
        if order.hasPosition { message.position = order.position }
        message.division = grid.units[unit]?.division ?? ""
        (message.reporter, message.peopleAffected) = (report.reporter.value, order.peopleAffected)
        (message.observedUs, message.receivedUs) = (report.sight.observed.microseconds, turn.now.microseconds)
        message.delaySeconds = delay
        message.lateSeconds = max(0, delay - (grid.units[unit]?.allowance ?? .zero).inSeconds)
        (message.textSha256, message.pictureSha256) = (text, order.pictureSha256)
        // What stands is the last report of each happening, and of each unit the last regular one.
        try turn.send(message, subject: lead.isEmpty ? unit.value : lead, happened: report.sight.observed)
        try GridRepository.keep(
            .init(
                id: report.id,
                lead: lead,
                unit: unit,
                received: turn.now,
                delaySeconds: delay,
                lateSeconds: message.lateSeconds
            ),
            turn.database
        )
    }

    // MARK: what becomes of it

    private func acknowledge(_ order: AcknowledgeGridReport, _ turn: Turn) throws {
        try act(on: order.lead, turn) { happening, units, grid throws(GridHappening.Refusal) in
            try happening.acknowledge(by: units, grid.tree)
        }
    }

    private func close(_ order: CloseGridReport, _ turn: Turn) throws {
        let outcome = try order.outcome.checked()
        let text = try keep(text: order.text, turn)
        try act(on: order.lead, outcome: outcome, text: text, turn) {
            happening,
            units,
            grid throws(GridHappening.Refusal) in
            try happening.close(by: units, grid.tree)
        }
    }

    private func act(
        on lead: String,
        outcome: GridReportOutcome = .unspecified,
        text: Data = Data(),
        _ turn: Turn,
        _ body: (inout GridHappening, [GridUnitID], GridConfiguration) throws(GridHappening.Refusal)
            -> [GridHappening.Effect]
    ) throws {
        let grid = try requireGrid()
        guard let actor = turn.actor else { throw CommandRefusal("role-missing", "nobody is named") }
        guard var seen = try GridRepository.happening(GridReportID(lead), turn.database) else {
            throw CommandRefusal("unknown-report", "no report '\(lead.prefix(128))' leads a happening")
        }
        let effects: [GridHappening.Effect]
        do {
            effects = try body(&seen.happening, grid.works(actor.person), grid)
        } catch {
            throw CommandRefusal(
                error.rawValue,
                "report '\(lead)' is \(seen.happening.state.rawValue), with unit \(seen.happening.holder)"
            )
        }
        try save(seen, effects, outcome: outcome, text: text, turn)
    }

    private func lapseGridReport(_ turn: Turn) throws {
        guard let grid, var seen = try GridRepository.happening(GridReportID(turn.subject), turn.database) else {
            return
        }
        let effects = seen.happening.lapse(at: turn.now, grid.escalation, grid.tree)
        try save(seen, effects, turn)
    }

    private func save(
        _ seen: GridRepository.Seen,
        _ effects: [GridHappening.Effect],
        report: GridReportID? = nil,
        outcome: GridReportOutcome = .unspecified,
        text: Data = Data(),
        _ turn: Turn
    ) throws {
        try GridRepository.keep(seen, turn.database)
        let happening = seen.happening
        let lead = happening.lead.value
        for effect in effects {
            switch effect {
            case .merged(let reports): try turn.send(happening.merged(report, reports), subject: lead)
            case .escalated(let from, let to, let reason):
                try turn.send(happening.escalated(from, to, reason), subject: lead)
            case .unanswered(let unit):
                var message = GridReportUnanswered()
                (message.lead, message.unit) = (lead, unit.value)
                try turn.send(message, subject: lead)
            case .acknowledged(let unit):
                var message = GridReportAcknowledged()
                (message.lead, message.unit) = (lead, unit.value)
                try turn.send(message, subject: lead)
            case .closed:
                var message = GridReportClosed()
                (message.lead, message.outcome, message.textSha256) = (lead, outcome, text)
                try turn.send(message, subject: lead)
            case .awaits(let until): try turn.setTimer(Self.gridWait, subject: lead, due: until)
            case .settled: try turn.cancelTimer(Self.gridWait, subject: lead)
            }
        }
    }
}
