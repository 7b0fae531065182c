import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// What a rule finds in the readings of one station, or of those that agree.
struct RuleFinding {
    let value: Quantity
    let observed: Instant
    /// Whose readings it is, the worst first.
    let stations: [StationID]
}

// A reading moves the rules that watch its place, and those that ask for it as a condition.

extension MonitoringCore {
    /// Evaluates a rule with the newest usable reading of its station.
    func evaluate(
        _ applied: AppliedRule,
        _ station: Station,
        _ series: ReadingSeries,
        _ reading: Observation,
        _ turn: Turn
    ) throws {
        guard let finding = try finding(applied, station.id, series, reading, turn) else { return }
        try evaluate(applied, applied.seat(of: station.id), finding, turn)
    }

    private func finding(
        _ applied: AppliedRule,
        _ station: StationID,
        _ series: ReadingSeries,
        _ reading: Observation,
        _ turn: Turn
    ) throws -> RuleFinding? {
        if applied.agreement != nil { return try agreed(applied, at: reading.observed, turn) }
        // Any reading ends a silence.
        let value =
            applied.rule.measure == .silence
            ? Quantity(0, decimals: 0, .second) : try measure(applied.rule, station, series, reading, turn)
        return value.map { RuleFinding(value: $0, observed: reading.observed, stations: [station]) }
    }

    /// Evaluates a rule again with what its stations said last, for something that it asks for besides has changed at `instant`.
    func evaluateAnew(_ applied: AppliedRule, at instant: Instant, _ turn: Turn) throws {
        for id in applied.agreement == nil ? applied.stations : Array(applied.stations.prefix(1)) {
            if let finding = try standing(applied, id, at: instant, turn) {
                try evaluate(applied, applied.seat(of: id), finding, turn)
            }
        }
    }

    /// What the rule finds in what was read last; nil where the station has been silent for too long.
    private func standing(_ applied: AppliedRule, _ id: StationID, at instant: Instant, _ turn: Turn) throws
        -> RuleFinding?
    {
        guard applied.rule.measure != .silence, let station = try station(id, turn) else { return nil }
        if applied.agreement != nil { return try agreed(applied, at: instant, turn) }
        guard let (reading, series) = try last(applied, id, since: instant - station.silentAfter, turn) else {
            return nil
        }
        return try measure(applied.rule, id, series, reading, turn).map {
            RuleFinding(value: $0, observed: max(reading.observed, instant), stations: [id])
        }
    }

    private func evaluate(_ applied: AppliedRule, _ seat: StationID, _ finding: RuleFinding, _ turn: Turn) throws {
        let (before, kept) = try turn.remembered.track(applied.rule.id, seat, turn.database)
        // Where nothing is live and nothing demanded, what else must hold does not matter: most readings are so.
        let isIdle = before.isIdle && applied.rule.band(for: finding.value, current: nil) == nil
        guard !isIdle || applied.rule.measure == .silence else { return }
        var track = before
        let effects = track.evaluate(
            finding.value,
            observed: finding.observed,
            now: turn.now,
            demanding: try isDemanding(applied, finding, turn),
            by: applied.rule,
            newWarning: .derived(rule: applied.rule.id, station: seat, observed: finding.observed)
        )
        // Most readings change nothing.
        guard track != before || !effects.isEmpty else { return }
        var crossing = kept
        if !effects.isEmpty, let live = track.live {
            crossing = try content(applied, finding.value, finding.observed, finding.stations, live.colour, turn)
        }
        try save(track, before, crossing, effects, applied, seat, turn)
    }

    /// Time acts on a track: nothing was read.
    func ruleIsDue(_ turn: Turn) throws {
        let parts = turn.subject.split(separator: ".", maxSplits: 1)
        // What the configuration no longer has is not watched any more.
        guard parts.count == 2, let applied = rules.first(where: { $0.rule.id.value == parts[0] }) else { return }
        let seat = StationID(String(parts[1]))
        let (before, kept) = try turn.remembered.track(applied.rule.id, seat, turn.database)
        var track = before
        let effects = track.pass(
            to: turn.now,
            by: applied.rule,
            newWarning: .derived(rule: applied.rule.id, station: seat, observed: turn.happened)
        )
        var crossing = kept
        if !effects.isEmpty, let live = track.live {
            let isRaise = before.live.map { live.colour > $0.colour } ?? true
            crossing = try content(ofStanding: applied, seat, kept, live.colour, isRaise: isRaise, turn)
        }
        try save(track, before, crossing, effects, applied, seat, turn)
    }

    private func content(
        ofStanding applied: AppliedRule,
        _ seat: StationID,
        _ kept: WarningContent,
        _ colour: WarningColour,
        isRaise: Bool,
        _ turn: Turn
    ) throws -> WarningContent {
        if applied.rule.measure == .silence, let (reading, _) = try last(applied, seat, since: nil, turn) {
            let quiet = (turn.now - reading.observed).inMicroseconds / 1_000_000
            let value = Quantity(quiet, decimals: 0, .second)
            if let value { return try content(applied, value, reading.observed, [seat], colour, turn) }
        }
        if isRaise, let finding = try standing(applied, seat, at: turn.now, turn) {
            return try content(applied, finding.value, finding.observed, finding.stations, colour, turn)
        }
        var content = kept
        content.clearColourByHand()
        if let band = applied.rule.bands.first(where: { $0.colour == colour }) {
            content.threshold = WireQuantity(band.threshold)
        }
        return content
    }

    private func content(
        _ applied: AppliedRule,
        _ value: Quantity,
        _ observed: Instant,
        _ stations: [StationID],
        _ colour: WarningColour,
        _ turn: Turn
    ) throws -> WarningContent {
        var content = WarningContent()
        content.value = WireQuantity(value)
        content.threshold = WireQuantity(applied.rule.bands.first { $0.colour == colour }?.threshold ?? value)
        content.observedUs = observed.microseconds
        content.stations = stations.map(\.value)
        for station in stations {
            guard let (reading, series) = try last(applied, station, since: nil, turn) else { continue }
            let window = try window(applied.rule, station, series, reading.observed, turn)
            let evidence = RuleWindow(window, applied.unit).evidence(for: applied.rule.measure)
            content.evidence += evidence.map { window[$0].record.bytes }
        }
        return content
    }

    // MARK: what is compared

    /// What the rule of that name compares; the reading itself where the configuration has no such rule any more.
    func measure(of rule: String) -> WarningRule.Measure {
        rules.first { $0.rule.id.value == rule }?.rule.measure ?? .level
    }

    /// The value that the rule compares; nil where it is out of range.
    private func measure(
        _ rule: WarningRule,
        _ station: StationID,
        _ series: ReadingSeries,
        _ reading: Observation,
        _ turn: Turn
    ) throws -> Quantity? {
        // The reading is what is compared: nothing is looked up.
        if rule.measure == .level || rule.measure == .low { return reading.value }
        let window = try window(rule, station, series, reading.observed, turn)
        return RuleWindow(window, reading.value.unit).value(of: rule.measure)
    }

    /// The usable readings of the rule's window that ends at `instant`, in order.
    private func window(
        _ rule: WarningRule,
        _ station: StationID,
        _ series: ReadingSeries,
        _ instant: Instant,
        _ turn: Turn
    ) throws -> [ReadingSeries.Reading] {
        let start = rule.measure.start(of: instant) ?? instant
        return try series.readings(from: start, through: instant).value {
            try series.key.map {
                try ReadingRepository.readings($0, from: start, through: instant, turn.database)[...]
            } ?? []
        }.filter(\.isUsable)
    }

    /// The newest usable reading of the rule's element there, with its series; nil where there is none since then.
    private func last(_ applied: AppliedRule, _ station: StationID, since: Instant?, _ turn: Turn) throws
        -> (Observation, ReadingSeries)?
    {
        let place = Place(station: station, element: applied.element)
        guard let (reading, series) = try last(place, turn), reading.observed >= since ?? reading.observed,
            let value = Quantity(reading.millionths, decimals: 6, applied.unit)
        else { return nil }
        return (Observation(element: applied.element, value: value, observed: reading.observed), series)
    }

    /// The newest usable reading of a place.
    func last(_ place: Place, _ turn: Turn) throws -> (ReadingSeries.Reading, ReadingSeries)? {
        let series = try series(place, turn)
        guard let newest = series.newest else { return nil }
        let after = newest.observed + .microseconds(1)
        let usable = try series.lastUsable(before: after).value {
            try series.key.flatMap { try ReadingRepository.lastUsable($0, before: after, turn.database) }
        }
        return usable.map { ($0, series) }
    }

    /// What enough of the rule's stations agree on at `instant`; nil where too few say anything.
    private func agreed(_ applied: AppliedRule, at instant: Instant, _ turn: Turn) throws -> RuleFinding? {
        guard let agreement = applied.agreement else { return nil }
        let sign: Int64 = applied.rule.measure.isDownward ? -1 : 1
        var said: [AreaAgreement.Station] = []
        for id in applied.stations {
            guard let station = stations[id] else { continue }
            var value: Int64?
            if let (reading, series) = try last(applied, id, since: instant - agreement.fresh, turn) {
                value = try measure(applied.rule, id, series, reading, turn)?.millionths
            }
            said.append(
                AreaAgreement.Station(
                    id: id,
                    position: station.position,
                    basin: station.basin,
                    value: value.map { $0 * sign }
                )
            )
        }
        let unit = applied.rule.measure.unit(of: applied.unit)
        guard let finding = agreement.area.finding(said),
            let value = Quantity(finding.value * sign, decimals: 6, unit)
        else { return nil }
        return RuleFinding(value: value, observed: instant, stations: finding.stations)
    }
}

extension RuleWindow {
    fileprivate init(_ readings: [ReadingSeries.Reading], _ unit: Unit) {
        self.init(readings.map { Reading(observed: $0.observed, millionths: $0.millionths) }, unit)
    }
}
