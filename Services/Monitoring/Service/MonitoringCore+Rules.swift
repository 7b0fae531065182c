import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Rules: what a reading, or time without one, demands at a place, and what comes of it.

extension MonitoringCore {
    /// What a rule found.
    struct RuleFinding {
        let value: Quantity
        /// When the value was observed.
        let observed: Instant
        /// The observations that it was made of, the newest first; asked for only where there is something to tell.
        let evidence: () throws -> [Data]
        /// Those that agree on it, by id; empty where a station speaks for itself.
        var stations: [StationID] = []
    }

    /// A usable reading, its place's newest, moves the rule.
    func evaluate(
        _ applied: AppliedRule,
        _ station: StationID,
        _ place: Place,
        _ series: ReadingSeries,
        _ reading: Observation,
        _ turn: Turn
    ) throws {
        let station = applied.agreement == nil ? station : applied.tracks.first ?? station
        let found =
            applied.agreement == nil
            ? try finding(applied.rule.measure, place, series, reading.value, at: reading.observed, turn)
            : try newest(applied, station, turn)
        if let found { try judge(found, applied, station, id: found.observed, turn) }
        guard let after = applied.rule.timing.clearOnSilence else { return }
        let (track, _) = try turn.remembered.track(applied.rule.id, station, turn.database)
        guard track.live != nil else { return }
        try setTimer(Self.clearOnSilence, applied, station, due: turn.now + after, turn)
    }

    private func finding(
        _ measure: WarningRule.Measure,
        _ place: Place,
        _ series: ReadingSeries,
        _ value: Quantity,
        at observed: Instant,
        _ turn: Turn
    ) throws -> RuleFinding? {
        try self.measure(measure, place, series, value, at: observed, turn).map { found in
            RuleFinding(value: found, observed: observed) {
                try evidence(measure, place, series, at: observed, turn)
            }
        }
    }

    /// The newest usable reading of the place; nil where there is none.
    func lastUsable(_ place: Place, _ turn: Turn) throws -> ReadingSeries.Reading? {
        let series = try turn.remembered.series(place, reach: watches[place]?.reach ?? .zero, turn.database)
        let end = Instant(microseconds: .max)
        return try series.lastUsable(before: end).value {
            try series.number.flatMap { try MonitoringRepository.lastUsable($0, before: end, turn.database) }
        }
    }

    /// The finding of the newest usable readings of the station, or of those that agree; nil where there is none.
    func newest(_ applied: AppliedRule, _ station: StationID, _ turn: Turn) throws -> RuleFinding? {
        guard let agreement = applied.agreement else { return try newest(applied, of: station, turn) }
        let (track, _) = try turn.remembered.track(applied.rule.id, station, turn.database)
        var (voices, found): ([RuleAgreement.Voice], [StationID: RuleFinding]) = ([], [:])
        for one in applied.stations.sorted() {
            guard let own = try newest(applied, of: one, turn), turn.now - own.observed <= applied.fresh else {
                continue
            }
            voices.append(.init(station: one, value: own.value))
            found[one] = own
        }
        let observed = voices.compactMap { found[$0.station]?.observed }.max()
        guard let observed, let agreed = agreement.agreed(voices, by: applied.rule, current: track.live?.colour) else {
            return nil
        }
        let agreeing = agreed.stations.compactMap { found[$0] }
        var finding = RuleFinding(value: agreed.value, observed: observed) {
            try agreeing.flatMap { try $0.evidence() }
        }
        finding.stations = agreed.stations
        return finding
    }

    private func newest(_ applied: AppliedRule, of station: StationID, _ turn: Turn) throws -> RuleFinding? {
        let place = Place(station: station, element: applied.element)
        let series = try turn.remembered.series(place, reach: watches[place]?.reach ?? .zero, turn.database)
        let last = try lastUsable(place, turn)
        guard let last, let unit = elements[applied.element]?.unit,
            let value = Quantity(last.millionths, decimals: 6, unit)
        else { return nil }
        return try finding(applied.rule.measure, place, series, value, at: last.observed, turn)
    }

    /// What the finding demands. A warning that begins has the instant `id` in its name.
    func judge(
        _ found: RuleFinding,
        _ applied: AppliedRule,
        _ station: StationID,
        id instant: Instant,
        _ turn: Turn
    ) throws {
        let rule = applied.rule
        let (before, _) = try turn.remembered.track(rule.id, station, turn.database)
        let wanted = rule.colour(for: found.value, at: found.observed, current: before.live?.colour)
        let demanded = try meets(applied, station, turn) ? wanted : nil
        try change(applied, station, found, turn) { track in
            track.evaluate(
                demanding: demanded,
                observed: found.observed,
                at: turn.now,
                by: rule,
                newWarning: .derived(rule: rule.id, station: station, observed: instant)
            )
        }
        guard let after = rule.timing.deescalateAfter, let demanded else { return }
        let (track, _) = try turn.remembered.track(rule.id, station, turn.database)
        guard let live = track.live, demanded >= live.colour else { return }
        try setTimer(Self.deescalate, applied, station, due: turn.now + after, turn)
    }

    /// Does to the track what `body` does, keeps it and tells what came of it. Most readings change nothing.
    func change(
        _ applied: AppliedRule,
        _ station: StationID,
        _ found: RuleFinding?,
        note: String = "",
        _ turn: Turn,
        _ body: (inout WarningTrack) -> [WarningTrack.Effect]
    ) throws {
        let (before, kept) = try turn.remembered.track(applied.rule.id, station, turn.database)
        var (track, crossing) = (before, kept)
        let effects = body(&track)
        guard track != before || !effects.isEmpty else { return }
        if !effects.isEmpty, let live = track.live, let found {
            let band = applied.rule.bands.first { $0.colour == live.colour }
            crossing = WarningContent()
            crossing.value = WireQuantity(found.value)
            crossing.threshold = WireQuantity(band?.threshold ?? found.value)
            crossing.observedUs = found.observed.microseconds
            crossing.evidence = try found.evidence()
            crossing.stations = found.stations.map(\.value)
        }
        try save(track, crossing, effects, applied, station, note: note, turn)
        guard track.change != before.change, let due = track.raiseDue(by: applied.rule) else { return }
        try setTimer(Self.raise, applied, station, due: max(due, turn.now), turn)
    }
}

extension WarningID {
    /// `W.<rule>.<station>.<yyyyMMddHHmm>`, in UTC, of the observation that first triggered it.
    static func derived(rule: RuleID, station: StationID, observed: Instant) -> WarningID {
        let digits = observed.description.filter { $0.isNumber }.prefix(12)
        return WarningID("W.\(rule).\(station).\(digits)")
    }
}
