import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Regular reports during a watch 值守: who is to report, and who did not.

extension MonitoringCore {
    static let gridDuty = "grid-duty"

    /// So long a watch is a mistake of its end.
    private static let longestWatch = Duration.hours(24 * 31)

    static func registerGridWatch(_ routes: inout Routes<MonitoringCore>) {
        routes.command(BeginGridWatch.self) { core, order, turn in try core.beginWatch(order, turn) }
        routes.command(EndGridWatch.self) { core, order, turn in try core.endWatch(order, turn) }
        routes.timer(gridDuty) { core, turn in try core.lapseGridDuty(turn) }
    }

    private func beginWatch(_ order: BeginGridWatch, _ turn: Turn) throws {
        let (grid, unit) = try watched(order.unit, turn)
        let until = Instant(microseconds: order.untilUs)
        guard until > turn.now, until <= turn.now + Self.longestWatch else {
            throw CommandRefusal("until-out-of-range", "a watch ends after \(turn.now) and within 31 days")
        }
        var reporting: [String] = []
        for id in grid.tree.subtree(of: unit) {
            guard let every = grid.units[id]?.reportEvery else { continue }
            let standing = try GridRepository.duty(id, turn.database)
            var duty = standing ?? GridDuty(begins: turn.now, every: every, until: until)
            duty.extend(until: until)
            guard duty.due <= duty.until else { continue }
            try GridRepository.keep(duty, of: id, turn.database)
            if standing == nil { try turn.setTimer(Self.gridDuty, subject: id.value, due: duty.due) }
            reporting.append(id.value)
        }
        guard !reporting.isEmpty else {
            throw CommandRefusal("nobody-reports", "no unit below \(unit) has report_every, or the watch is too short")
        }
        var message = GridWatchBegun()
        (message.unit, message.untilUs, message.reporting) = (unit.value, until.microseconds, reporting)
        try turn.send(message, subject: unit.value)
    }

    private func endWatch(_ order: EndGridWatch, _ turn: Turn) throws {
        let (grid, unit) = try watched(order.unit, turn)
        var stood = false
        for id in grid.tree.subtree(of: unit) where try GridRepository.duty(id, turn.database) != nil {
            try GridRepository.keep(nil, of: id, turn.database)
            try turn.cancelTimer(Self.gridDuty, subject: id.value)
            stood = true
        }
        guard stood else { throw CommandRefusal("no-watch", "no unit below \(unit) is on watch") }
        var message = GridWatchEnded()
        message.unit = unit.value
        try turn.send(message, subject: unit.value)
    }

    /// The unit, where the actor works for it or for one above it.
    private func watched(_ id: String, _ turn: Turn) throws -> (GridConfiguration, GridUnitID) {
        let grid = try requireGrid()
        let unit = try grid.unit(id).id
        guard let actor = turn.actor, grid.tree.path(from: unit).contains(where: grid.works(actor.person).contains)
        else {
            throw CommandRefusal("not-of-this-unit", "one who works for \(unit) or above it orders a watch")
        }
        return (grid, unit)
    }

    private func lapseGridDuty(_ turn: Turn) throws {
        let unit = GridUnitID(turn.subject)
        guard var duty = try GridRepository.duty(unit, turn.database) else { return }
        // A unit that reports no more by the configuration is off the watch.
        guard let every = grid?.units[unit]?.reportEvery else {
            return try GridRepository.keep(nil, of: unit, turn.database)
        }
        var (left, missing): (GridDuty?, Int) = (nil, 0)
        for effect in duty.lapse(every: every) {
            switch effect {
            case .missing(let due, let last, let missed):
                missing += 1
                var message = GridReportMissing()
                (message.unit, message.dueUs) = (unit.value, due.microseconds)
                (message.lastUs, message.missed) = (last?.microseconds ?? 0, UInt32(clamping: missed))
                try turn.send(message, subject: unit.value)
            case .awaits(let until):
                left = duty
                try turn.setTimer(Self.gridDuty, subject: unit.value, due: until)
            case .ended: left = nil
            }
        }
        try GridRepository.keep(left, of: unit, missing: missing, turn.database)
    }
}

extension GridReport {
    /// A report of any kind counts for its unit's watch.
    func countForDuty(_ turn: Turn) throws {
        guard var duty = try GridRepository.duty(sight.unit, turn.database) else { return }
        duty.report(at: turn.now)
        try GridRepository.keep(duty, of: sight.unit, turn.database)
    }
}
