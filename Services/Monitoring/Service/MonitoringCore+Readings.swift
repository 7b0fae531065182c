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
        let memory = turn.remembered
        let series = try series(place, turn)
        let newest = series.newest?.observed
        let stored = try series.reading(at: reading.observed).value {
            try series.key.flatMap { try ReadingRepository.reading($0, at: reading.observed, turn.database) }
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
        for applied in series.watch.rules { try evaluate(applied, station, series, reading, turn) }
        for applied in series.watch.dependents { try evaluateAnew(applied, at: reading.observed, turn) }
        try follow(reading, place, record, turn)
    }

    /// The last readings of the place.
    func series(_ place: Place, _ turn: Turn) throws -> ReadingSeries {
        try turn.remembered.series(place, turn.database) { try watch(place, turn) }
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
            try series.key.flatMap {
                try ReadingRepository.lastUsable($0, before: reading.observed, turn.database)
            }
        }
        var isUnchanged = false
        if let same = limits.sameReading, value > same.above {
            isUnchanged = try series.isUnchanged(value, same.duration, before: reading.observed).value {
                try series.key.map {
                    try ReadingRepository.isUnchanged(
                        value,
                        $0,
                        same.duration,
                        before: reading.observed,
                        turn.database
                    )
                } ?? false
            }
        }
        let past = QualityLimits.Past(
            previous: previous.map { ($0.millionths, $0.observed) },
            isUnchanged: isUnchanged
        )
        return limits.judge(value, observed: reading.observed, past: past)
    }
}

extension ReadingSeries.Answer {
    /// The value; what the table says where it is unknown.
    func value(table: () throws -> Value) throws -> Value {
        switch self {
        case .known(let value): value
        case .unknown: try table()
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
