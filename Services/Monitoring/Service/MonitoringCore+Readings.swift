import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    /// Publishes a reading with what quality control thinks of it, and evaluates the rules that it may move.
    ///
    /// The same value again is nothing new; another value for the same instant is a correction. A reading older than the
    /// newest is LATE: it counts in later windows and evaluates nothing.
    func accept(_ reading: SL651Reading, _ station: Station, _ turn: Turn) throws {
        guard let element = ObservedElement(reading.element) else { return }
        let place = MonitoringRepository.Place(station: station.id, element: element)
        let newest = try MonitoringRepository.newest(place, turn.database)
        let isNew = newest.map { reading.observed > $0.observed } ?? true
        let stored = try isNew ? nil : MonitoringRepository.reading(place, at: reading.observed, turn.database)
        if let stored, stored.millionths == reading.value.millionths { return }
        let isLate = newest.map { reading.observed < $0.observed } ?? false
        let finding = try judge(reading, station, place, after: isNew ? newest : nil, turn)
        var message = ObservationAccepted()
        (message.station, message.element, message.division) = (station.id.value, element, station.division)
        (message.value, message.observedUs) = (WireQuantity(reading.value), reading.observed.microseconds)
        message.intervalSeconds = element == .rain1H ? 3600 : element == .rain5Min ? 300 : 0
        (message.reliability, message.flags) = (Reliability(finding.trust), finding.flags + (isLate ? ["LATE"] : []))
        if let stored { message.corrects = stored.record }
        let record = try turn.send(message, subject: station.id.value, happened: reading.observed)
        let isUsable = finding.trust != .unreliable
        let kept = MonitoringRepository.Kept(value: reading.value.millionths, isUsable: isUsable, record: record)
        try MonitoringRepository.keep(kept, place, at: reading.observed, turn.database)
        guard !isLate, isUsable else { return }
        for applied in rules where applied.element == element && applied.stations.contains(station.id) {
            try evaluate(applied, station.id, place, reading, turn)
        }
    }

    /// `newest` is the stored reading just before this one, where that is known.
    private func judge(
        _ reading: SL651Reading,
        _ station: Station,
        _ place: MonitoringRepository.Place,
        after newest: MonitoringRepository.Newest?,
        _ turn: Turn
    ) throws -> (trust: QualityLimits.Trust, flags: [String]) {
        guard let limits = station.limits[place.element] else { return (.good, []) }
        let value = reading.value.millionths
        let previous = newest.flatMap { $0.isUsable ? (value: $0.millionths, observed: $0.observed) : nil }
        let past = QualityLimits.Past(
            previous: try previous
                ?? MonitoringRepository.lastUsable(place, before: reading.observed, turn.database),
            isUnchanged: try limits.sameReading.map {
                try MonitoringRepository.isUnchanged(value, place, $0.duration, reading.observed, turn.database)
            } ?? false
        )
        return limits.judge(value, observed: reading.observed, past: past)
    }

    // MARK: rules

    private func evaluate(
        _ applied: AppliedRule,
        _ station: StationID,
        _ place: MonitoringRepository.Place,
        _ reading: SL651Reading,
        _ turn: Turn
    ) throws {
        guard let value = try measure(applied.rule, place, reading, turn) else { return }
        let (before, kept) = try MonitoringRepository.track(applied.rule.id, station, turn.database)
        var (track, crossing) = (before, kept)
        let effects = track.evaluate(
            value,
            observed: reading.observed,
            by: applied.rule,
            newWarning: .derived(rule: applied.rule.id, station: station, observed: reading.observed)
        )
        if !effects.isEmpty, let live = track.live {
            crossing = WarningContent()
            crossing.value = WireQuantity(value)
            crossing.threshold = WireQuantity(
                applied.rule.bands.first { $0.colour == live.colour }?.threshold ?? value
            )
            crossing.observedUs = reading.observed.microseconds
            crossing.evidence = try evidence(applied.rule, place, reading, turn)
        }
        // Most readings change nothing.
        guard track != before || !effects.isEmpty else { return }
        try save(track, crossing, effects, applied, station, turn)
    }

    /// The value that the rule compares; nil where there is none, or the sum is out of range.
    private func measure(
        _ rule: WarningRule,
        _ place: MonitoringRepository.Place,
        _ reading: SL651Reading,
        _ turn: Turn
    ) throws -> Quantity? {
        guard let start = rule.measure.start(of: reading.observed) else { return reading.value }
        let past = try MonitoringRepository.summary(place, from: start, through: reading.observed, turn.database)
        guard let past else { return nil }
        switch rule.measure {
        case .level: return reading.value
        case .rise: return Quantity(reading.value.millionths - past.least, decimals: 6, reading.value.unit)
        case .accumulation: return past.sum.flatMap { Quantity($0, decimals: 6, reading.value.unit) }
        }
    }

    /// The observations that the rule's value was made of, the newest first.
    private func evidence(
        _ rule: WarningRule,
        _ place: MonitoringRepository.Place,
        _ reading: SL651Reading,
        _ turn: Turn
    ) throws -> [Data] {
        let start = rule.measure.start(of: reading.observed) ?? reading.observed
        let readings = try MonitoringRepository.usable(place, from: start, through: reading.observed, turn.database)
        switch rule.measure {
        case .level: return readings.prefix(1).map(\.record)
        case .rise:
            guard let lowest = readings.min(by: { $0.value < $1.value }), let newest = readings.first else { return [] }
            return lowest.record == newest.record ? [newest.record] : [newest.record, lowest.record]
        case .accumulation: return readings.filter { $0.value > 0 }.map(\.record)
        }
    }
}

extension WarningRule.Measure {
    /// The first instant whose reading counts at `instant`; nil where only the reading of that instant does.
    fileprivate func start(of instant: Instant) -> Instant? {
        switch self {
        case .level: nil
        case .rise(let window): instant - window
        case .accumulation(let window): instant - window + .microseconds(1)
        }
    }
}

extension ObservedElement {
    /// Nil for an element that no stream carries.
    init?(_ element: SL651Element) {
        switch element {
        case .stage: self = .stage
        case .flow: self = .flow
        case .rain1h: self = .rain1H
        case .rain5min: self = .rain5Min
        case .rainAccumulated: self = .rainAccumulated
        case .battery: self = .battery
        default: return nil
        }
    }
}

extension Reliability {
    fileprivate init(_ trust: QualityLimits.Trust) {
        self =
            switch trust {
            case .good: .good
            case .doubtful: .doubtful
            case .unreliable: .unreliable
            }
    }
}

extension WarningID {
    /// `W.<rule>.<station>.<yyyyMMddHHmm>`, in UTC, of the observation that first triggered it.
    static func derived(rule: RuleID, station: StationID, observed: Instant) -> WarningID {
        let digits = observed.description.filter { $0.isNumber }.prefix(12)
        return WarningID("W.\(rule).\(station).\(digits)")
    }
}
