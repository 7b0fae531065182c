import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

/// One value of one element at one station, as it reached us.
struct Observation {
    let element: ElementID
    let value: Quantity
    /// The instant that the value belongs to: the end of the period that it gathers over.
    let observed: Instant
    /// What its sender thinks of it, with the sender's flags.
    var trust = QualityLimits.Trust.good
    var flags: [String] = []
    /// A person gave it, and answers for it.
    var isManual = false
}

extension MonitoringCore {
    typealias Place = MonitoringRepository.Place

    /// Publishes a reading with what quality control thinks of it, and evaluates the rules that it may move.
    ///
    /// The same value again is nothing new; another value for the same instant is a correction. A reading older than the
    /// newest is LATE: it counts in later windows and evaluates nothing.
    /// Errors: `unknown-element` for one that is not in the catalogue, `unit-mismatch` for a value in another unit than the catalogue's.
    func accept(_ reading: Observation, _ station: Station, _ turn: Turn) throws {
        let element = try checked(reading)
        try watchEvents(turn)
        let place = Place(station: station.id, element: element.id)
        guard !clock.isAhead(reading.observed, turn.now) else { return try tellAhead(reading, element, station, turn) }
        let watch = watches[place] ?? Watch()
        let memory = turn.remembered
        let series = try memory.series(place, reach: watch.reach, turn.database)
        let newest = series.newest?.observed
        let stored = try series.reading(at: reading.observed).value {
            try series.number.flatMap { try MonitoringRepository.reading($0, at: reading.observed, turn.database) }
        }
        if let stored, stored.millionths == reading.value.millionths { return }
        let isLate = newest.map { reading.observed < $0 } ?? false
        let isStale = clock.isStale(reading.observed, turn.now)
        let finding = reading.isManual ? (.good, ["MAN"]) : try assess(reading, station, place, series, turn)
        let trust = max(finding.trust, reading.trust)
        var message = ObservationAccepted(reading, element, station)
        message.reliability = Reliability(trust)
        message.flags = reading.flags + finding.flags + (isLate ? ["LATE"] : [])
        if isStale { message.flags.append("STALE") }
        if let stored { message.corrects = stored.record.bytes }
        let record = try turn.send(message, subject: station.id.value, happened: reading.observed)
        let isUsable = trust != .unreliable
        let kept = ReadingSeries.Reading(
            observed: reading.observed,
            millionths: reading.value.millionths,
            isUsable: isUsable,
            record: record
        )
        try memory.keep(kept, place, in: series, turn.database)
        try review(place, element, station, series, turn)
        guard !isLate, !isStale, isUsable else { return }
        for applied in watch.rules { try evaluate(applied, station.id, place, series, reading, turn) }
        try follow(reading, place, record, turn)
    }

    /// A reading of a clock that is fast says when nothing was observed: kept, it would silence the station's later ones.
    private func tellAhead(_ reading: Observation, _ element: Element, _ station: Station, _ turn: Turn) throws {
        var message = ObservationAccepted(reading, element, station)
        (message.reliability, message.flags) = (.unreliable, ["AHEAD"])
        try turn.send(message, subject: station.id.value, happened: reading.observed)
    }

    private func checked(_ reading: Observation) throws -> Element {
        guard let element = elements[reading.element] else {
            throw InputError(
                "unknown-element",
                "'\(reading.element.value.shown(32))' is no element of the catalogue; add it to elements in monitoring.yaml"
            )
        }
        guard element.unit == reading.value.unit else {
            throw InputError(
                "unit-mismatch",
                "\(element.id) is in \(element.unit.rawValue), not \(reading.value.unit.rawValue); correct the sender"
            )
        }
        return element
    }

    func judge(
        _ reading: Observation,
        _ station: Station,
        _ place: Place,
        _ series: ReadingSeries,
        _ turn: Turn
    ) throws -> (trust: QualityLimits.Trust, flags: [String]) {
        guard let limits = limits(station, place, at: reading.observed) else { return (.good, []) }
        let value = reading.value.millionths
        let previous = try series.lastUsable(before: reading.observed).value {
            try series.number.flatMap {
                try MonitoringRepository.lastUsable($0, before: reading.observed, turn.database)
            }
        }
        var isUnchanged = false
        if let same = limits.sameReading, value > same.above {
            isUnchanged = try series.isUnchanged(value, same.duration, before: reading.observed).value {
                try series.number.map {
                    try MonitoringRepository.isUnchanged(value, $0, same.duration, reading.observed, turn.database)
                } ?? false
            }
        }
        let past = QualityLimits.Past(
            previous: previous.map { ($0.millionths, $0.observed) },
            isUnchanged: isUnchanged
        )
        return limits.judge(value, observed: reading.observed, past: past)
    }

    // MARK: rules

    private func evaluate(
        _ applied: AppliedRule,
        _ station: StationID,
        _ place: Place,
        _ series: ReadingSeries,
        _ reading: Observation,
        _ turn: Turn
    ) throws {
        guard let value = try measure(applied.rule, place, series, reading, turn) else { return }
        let (before, kept) = try turn.remembered.track(applied.rule.id, station, turn.database)
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
            crossing.evidence = try evidence(applied.rule, place, series, reading, turn)
        }
        // Most readings change nothing.
        guard track != before || !effects.isEmpty else { return }
        try save(track, crossing, effects, applied, station, turn)
    }

    /// The value that the rule compares; nil where there is none, or the sum is out of range.
    private func measure(
        _ rule: WarningRule,
        _ place: Place,
        _ series: ReadingSeries,
        _ reading: Observation,
        _ turn: Turn
    ) throws -> Quantity? {
        guard let start = rule.measure.start(of: reading.observed) else { return reading.value }
        let past = try readings(place, series, from: start, through: reading.observed, turn)
        switch rule.measure {
        case .level: return reading.value
        case .rise:
            return past.least.flatMap { Quantity(reading.value.millionths - $0, decimals: 6, reading.value.unit) }
        case .accumulation: return past.sum.flatMap { Quantity($0, decimals: 6, reading.value.unit) }
        }
    }

    /// The observations that the rule's value was made of, the newest first.
    private func evidence(
        _ rule: WarningRule,
        _ place: Place,
        _ series: ReadingSeries,
        _ reading: Observation,
        _ turn: Turn
    ) throws -> [Data] {
        let start = rule.measure.start(of: reading.observed) ?? reading.observed
        let past = try readings(place, series, from: start, through: reading.observed, turn)
        let usable = past.filter(\.isUsable).reversed()
        switch rule.measure {
        case .level: return usable.prefix(1).map(\.record.bytes)
        case .rise:
            guard let lowest = usable.min(by: { $0.millionths < $1.millionths }), let newest = usable.first else {
                return []
            }
            return (lowest.record == newest.record ? [newest] : [newest, lowest]).map(\.record.bytes)
        case .accumulation: return usable.filter { $0.millionths > 0 }.map(\.record.bytes)
        }
    }

    private func readings(
        _ place: Place,
        _ series: ReadingSeries,
        from start: Instant,
        through end: Instant,
        _ turn: Turn
    ) throws -> ArraySlice<ReadingSeries.Reading> {
        try series.readings(from: start, through: end).value {
            try series.number.map {
                try MonitoringRepository.readings($0, from: start, through: end, turn.database)[...]
            } ?? []
        }
    }
}

extension ReadingSeries.Answer {
    /// The value; what the table says where it is unknown.
    fileprivate func value(table: () throws -> Value) throws -> Value {
        switch self {
        case .known(let value): value
        case .unknown: try table()
        }
    }
}

extension ArraySlice<ReadingSeries.Reading> {
    /// The least of the usable values; nil where there is none.
    fileprivate var least: Int64? {
        var least: Int64?
        for reading in self where reading.isUsable { least = Swift.min(least ?? .max, reading.millionths) }
        return least
    }

    /// The sum of the usable values in millionths; nil where there is none, or it is out of range.
    fileprivate var sum: Int64? {
        var (sum, any) = (0 as Int128, false)
        for reading in self where reading.isUsable { (sum, any) = (sum + Int128(reading.millionths), true) }
        return any ? Int64(exactly: sum) : nil
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

extension ObservationAccepted {
    /// The reading as it came, not judged yet.
    init(_ reading: Observation, _ element: Element, _ station: Station) {
        self.init()
        (self.station, division) = (station.id.value, station.division)
        (self.element, elementID) = (ObservedElement(element.id), element.id.value)
        (value, observedUs) = (WireQuantity(reading.value), reading.observed.microseconds)
        intervalSeconds = UInt32(clamping: element.period?.components.seconds ?? 0)
    }
}

extension ObservedElement {
    /// The schema's number of the element; `named` where it has none of its own.
    fileprivate init(_ element: ElementID) {
        switch element {
        case .stage: self = .stage
        case .flow: self = .flow
        case .rain1h: self = .rain1H
        case .rain5min: self = .rain5Min
        case .rainAccumulated: self = .rainAccumulated
        case .battery: self = .battery
        default: self = .named
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
