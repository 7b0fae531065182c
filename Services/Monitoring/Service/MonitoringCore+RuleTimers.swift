import MonitoringDomain
import ServiceKit
import Vocabulary

// What follows from a track that changed, beside what is told.

extension MonitoringCore {
    /// When time acts on the track next.
    func setTimer(
        _ track: WarningTrack,
        _ before: WarningTrack,
        _ applied: AppliedRule,
        _ station: StationID,
        _ turn: Turn
    ) throws {
        let (due, known) = (track.deadline(applied.rule), before.deadline(applied.rule))
        let subject = "\(applied.rule.id).\(station)"
        if let due, due != known || due <= turn.now {
            // One that is due already fires with the next turn, and no sooner: time never stands still.
            try turn.setTimer(Self.rule, subject: subject, due: max(due, turn.now + .seconds(1)))
        } else if due == nil, known != nil {
            try turn.cancelTimer(Self.rule, subject: subject)
        }
    }

    /// Keeps which colour is released, and asks the rules anew that wait for it, or for its places. They stand after this one: it ends.
    func tellDependents(
        _ track: WarningTrack,
        _ before: WarningTrack,
        _ effects: [WarningTrack.Effect],
        _ applied: AppliedRule,
        _ station: StationID,
        _ turn: Turn
    ) throws {
        let released = track.live?.released
        if released != before.live?.released {
            try RuleRepository.keep(released, applied.rule.id, station, turn.database)
        } else {
            guard released != nil, effects.contains(where: WarningTrack.changesWhatStands) else { return }
        }
        for dependent in dependents.byRule[applied.rule.id] ?? [] { try evaluateAnew(dependent, at: turn.now, turn) }
    }
}
