import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Great events 重大活动: what threatens them, reported at their hours while they are watched.

extension MonitoringCore {
    static let riskReport = "risk-report"
    /// An older forecast says nothing of the time of the report.
    private static let oldestForecast = Duration.hours(48)
    /// More of a kind than a person reads, the first of which are told.
    private static let mostOfAKind = 100

    /// Readings come: the timers of events that the configuration has since are set.
    ///
    /// Nothing else tells a service that its configuration changed; an event of a place without any reading has nothing to report.
    func watchEvents(_ turn: Turn) throws {
        for event in greatEvents where event.watch.until >= turn.now {
            let known = try SuspensionRepository.watched(event.id, turn.database)
            guard known?.from != event.watch.from || known?.until != event.watch.until else { continue }
            try setReport(event, turn)
        }
    }

    private func setReport(_ event: GreatEvent, _ turn: Turn) throws {
        let due = event.watch.next(after: turn.now)
        let watched = SuspensionRepository.Watched(from: event.watch.from, until: event.watch.until, due: due)
        try SuspensionRepository.keep(watched, of: event.id, turn.database)
        if let due { try turn.setTimer(Self.riskReport, subject: event.id, due: due) }
    }

    /// A report is due.
    func reportRisk(_ turn: Turn) throws {
        // An event that the configuration no longer has is reported no more.
        guard let event = greatEvents.first(where: { $0.id == turn.subject }) else { return }
        try setReport(event, turn)
        // The watch was moved since the timer was set.
        guard turn.happened >= event.watch.from, turn.happened <= event.watch.until else { return }
        var report = RiskReportDrafted()
        let digits = turn.happened.description.filter(\.isNumber).prefix(12)
        (report.report, report.event) = ("R.\(event.id).\(digits)", event.id)
        (report.nameZh, report.nameEn) = (event.name.zh, event.name.en)
        (report.levelZh, report.levelEn) = (event.level.zh, event.level.en)
        (report.watchFromUs, report.watchUntilUs) = (event.watch.from.microseconds, event.watch.until.microseconds)
        report.dueUs = turn.happened.microseconds
        report.warnings = try warnings(for: event, turn)
        let foreign = try foreignWarnings(for: event, turn)
        report.foreignWarnings = foreign.map { ReportedForeignWarning($0.warning, $0.content) }
        let colours = try report.warnings.map { try $0.colour.checked() } + foreign.compactMap(\.content.colour)
        if let colour = colours.max() { report.colour = WireWarningColour(colour) }
        report.forecasts = try forecasts(for: event, turn)
        report.dangers = try dangers(for: event, turn)
        let measures = event.measures(at: colours.max())
        (report.measuresZh, report.measuresEn) = (measures.zh, measures.en)
        let texts = try RiskReportTexts(report, event, divisionNames, stations)
        (report.textZh, report.textEn) = (texts.zh, texts.en)
        try turn.send(report, subject: report.report)
    }

    // MARK: what is known

    /// The warnings that stand in the event's places, the most severe first.
    private func warnings(for event: GreatEvent, _ turn: Turn) throws -> [WarningContent] {
        let standing = try WarningRepository.standing(turn.database)
            .filter { $0.divisions.contains(where: event.concerns) }
        let ranked = standing.sorted { ($1.colour.rawValue, $0.warning) < ($0.colour.rawValue, $1.warning) }
        return try ranked.prefix(Self.mostOfAKind).map { warning in
            // What was seen when it was issued is not what is seen now.
            var warning = warning
            warning.pictures = try pictures(beside: warning, turn)
            return warning
        }
    }

    /// Those of others that are in force there, the most severe first.
    private func foreignWarnings(for event: GreatEvent, _ turn: Turn) throws -> [(
        warning: String, content: ForeignWarning
    )] {
        let standing = try InletRepository.standing(at: turn.now, turn.database)
            .filter { event.places.meets($0.content.warned) }
        let ranked = standing.sorted {
            ($1.content.severity.rawValue, $0.warning) < ($0.content.severity.rawValue, $1.warning)
        }
        return Array(ranked.prefix(Self.mostOfAKind))
    }

    private func forecasts(for event: GreatEvent, _ turn: Turn) throws -> [ReportedForecast] {
        var reported: [ReportedForecast] = []
        for (forecast, record) in try SuspensionRepository.newestForecasts(turn.database) {
            guard let station = stations[StationID(forecast.station)], event.concerns(station.division),
                turn.now - Instant(microseconds: forecast.baseUs) <= Self.oldestForecast
            else { continue }
            for result in forecast.results {
                var item = ReportedForecast()
                (item.forecast, item.station, item.element) = (forecast.forecast, forecast.station, result.elementID)
                (item.value, item.observedUs, item.record) = (result.value, forecast.baseUs, record)
                reported.append(item)
            }
        }
        return Array(reported.prefix(Self.mostOfAKind))
    }

    /// The major dangers that are open in units of the event's places.
    private func dangers(for event: GreatEvent, _ turn: Turn) throws -> [ReportedDanger] {
        let open = try DangerRepository.open(turn.database).filter { known in
            guard known.danger.grade == .major, let unit = grid?.units[known.danger.unit] else { return false }
            return event.concerns(unit.division)
        }
        return open.prefix(Self.mostOfAKind).map { known in
            var item = ReportedDanger()
            (item.danger, item.kind) = (known.danger.id.value, known.found.kind)
            (item.unit, item.state) = (known.danger.unit.value, known.danger.state.rawValue)
            if let deadline = known.danger.deadline { item.deadlineUs = deadline.microseconds }
            return item
        }
    }
}

extension ReportedForeignWarning {
    fileprivate init(_ warning: String, _ content: ForeignWarning) {
        self.init()
        (self.warning, sender, event) = (warning, content.sender, content.event)
        (headline, expiresUs) = (content.headline, content.expiresUs)
        if let hazard = content.hazard { self.hazard = WireHazard(hazard) }
        if let colour = content.colour { self.colour = WireWarningColour(colour) }
        divisions = content.warned.map(\.digits)
    }
}
