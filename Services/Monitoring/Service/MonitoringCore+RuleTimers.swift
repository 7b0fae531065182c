import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Rules and time: what happens although no message comes. A timer's subject is `rule.station`; one that finds nothing to do, for
// the warning is over or the configuration has another rule, does nothing.

extension MonitoringCore {
    static let clearOnSilence = "rule-clear"
    static let deescalate = "rule-deescalate"
    static let raise = "rule-raise"
    static let realarm = "rule-realarm"
    static let noData = "rule-no-data"

    static func registerRules(_ routes: inout Routes<MonitoringCore>) {
        routes.timer(clearOnSilence) { core, turn in try core.clearOnSilence(turn) }
        routes.timer(deescalate) { core, turn in try core.deescalate(turn) }
        routes.timer(raise) { core, turn in try core.raise(turn) }
        routes.timer(realarm) { core, turn in try core.realarm(turn) }
        routes.timer(noData) { core, turn in try core.tellNoData(turn) }
    }

    func setTimer(_ name: String, _ applied: AppliedRule, _ station: StationID, due: Instant, _ turn: Turn) throws {
        try turn.setTimer(name, subject: "\(applied.rule.id).\(station)", due: due)
    }

    /// The rule and the station that a timer is about; nil where the configuration has them no more.
    private func subject(_ turn: Turn) -> (AppliedRule, StationID)? {
        let parts = turn.subject.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let applied = rules.first(where: { $0.rule.id.value == parts[0] }) else { return nil }
        let station = StationID(String(parts[1]))
        return applied.tracks.contains(station) ? (applied, station) : nil
    }

    private func clearOnSilence(_ turn: Turn) throws {
        guard let (applied, station) = subject(turn), let after = applied.rule.timing.clearOnSilence else { return }
        try change(applied, station, nil, note: "no reading since \(turn.happened - after)", turn) { track in
            track.clearOnSilence()
        }
    }

    /// The next lower colour has the same time to be confirmed.
    private func deescalate(_ turn: Turn) throws {
        guard let (applied, station) = subject(turn), let after = applied.rule.timing.deescalateAfter else { return }
        let found = try newest(applied, station, turn)
        try change(applied, station, found, note: "not confirmed since \(turn.happened - after)", turn) { track in
            track.deescalate(by: applied.rule)
        }
        let (track, _) = try turn.remembered.track(applied.rule.id, station, turn.database)
        guard track.live != nil else { return }
        try setTimer(Self.deescalate, applied, station, due: turn.happened + after, turn)
    }

    private func raise(_ turn: Turn) throws {
        guard let (applied, station) = subject(turn) else { return }
        let found = try newest(applied, station, turn)
        try change(applied, station, found, turn) { track in
            track.raise(
                by: applied.rule,
                at: turn.now,
                newWarning: .derived(rule: applied.rule.id, station: station, observed: turn.now)
            )
        }
    }

    // MARK: after a person took it back

    /// The warning's rule alarms again at `due`; nil never.
    func setRealarm(_ warning: String, _ due: Instant?, _ turn: Turn) throws {
        let parts = warning.split(separator: ".")
        guard let due, parts.count == 4 else { return }
        try turn.setTimer(Self.realarm, subject: "\(parts[1]).\(parts[2])", due: due)
    }

    /// What is still demanded is drafted anew.
    private func realarm(_ turn: Turn) throws {
        guard let (applied, station) = subject(turn) else { return }
        if applied.rule.measure == .silence { return try judgeSilence(applied, station, turn) }
        guard let found = try newest(applied, station, turn) else { return }
        try judge(found, applied, station, id: turn.now, turn)
    }

    // MARK: silence

    /// A reading came: the rule on its absence waits anew, and what it warned of is over.
    func hear(_ applied: AppliedRule, _ station: StationID, _ turn: Turn) throws {
        guard let first = applied.rule.bands.first?.threshold.duration else { return }
        try setTimer(Self.noData, applied, station, due: turn.now + first, turn)
        let (track, _) = try turn.remembered.track(applied.rule.id, station, turn.database)
        guard track != WarningTrack() else { return }
        try change(applied, station, nil, turn) { track in
            track.quietSince = nil
            return track.evaluate(
                demanding: nil,
                observed: turn.now,
                at: turn.now,
                by: applied.rule,
                newWarning: .derived(rule: applied.rule.id, station: station, observed: turn.now)
            )
        }
    }

    private func tellNoData(_ turn: Turn) throws {
        guard let (applied, station) = subject(turn), let first = applied.rule.bands.first?.threshold.duration else {
            return
        }
        var (track, crossing) = try turn.remembered.track(applied.rule.id, station, turn.database)
        if track.quietSince == nil {
            track.quietSince = turn.happened - first
            try turn.remembered.keep(track, crossing, applied.rule.id, station, turn.database)
        }
        try judgeSilence(applied, station, turn)
    }

    /// What the place's silence until now demands; a timer waits for the next colour, or for the rule to hold again.
    func judgeSilence(_ applied: AppliedRule, _ station: StationID, _ turn: Turn) throws {
        let (track, _) = try turn.remembered.track(applied.rule.id, station, turn.database)
        guard let since = track.quietSince,
            let value = Quantity((turn.happened - since).inSeconds / 60, decimals: 0, .minute)
        else { return }
        let place = Place(station: station, element: applied.element)
        let series = try turn.remembered.series(place, reach: watches[place]?.reach ?? .zero, turn.database)
        let found = RuleFinding(value: value, observed: turn.happened) {
            series.newest.map { [$0.record.bytes] } ?? []
        }
        try judge(found, applied, station, id: turn.happened, turn)
        guard applied.rule.schedule.holds(at: turn.happened) else {
            // Schedules begin and end at whole hours.
            let next = Instant(seconds: (turn.happened.seconds / 3_600 + 1) * 3_600)
            return try setTimer(Self.noData, applied, station, due: next, turn)
        }
        let later = applied.rule.bands.first { $0.threshold.millionths > value.millionths }?.threshold.duration
        if let later { try setTimer(Self.noData, applied, station, due: since + later, turn) }
    }
}

extension Quantity {
    /// As a time; nil where it is in another unit than minutes.
    fileprivate var duration: Duration? { unit == .minute ? .seconds(millionths / 1_000_000 * 60) : nil }
}
