import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// What a rule makes of the readings of its window.

extension MonitoringCore {
    /// The value that the rule compares at `observed`, whose usable reading is `value`; nil where there is none, or it is out of range.
    func measure(
        _ measure: WarningRule.Measure,
        _ place: Place,
        _ series: ReadingSeries,
        _ value: Quantity,
        at observed: Instant,
        _ turn: Turn
    ) throws -> Quantity? {
        guard let start = measure.start(of: observed) else { return value }
        let past = try readings(place, series, from: start, through: observed, turn)
        func made(_ millionths: Int64) -> Quantity? { Quantity(millionths, decimals: 6, value.unit) }
        switch measure {
        case .level, .low, .silence: return value
        case .rise: return past.least.flatMap { made(value.millionths - $0) }
        case .fall: return past.most.flatMap { made($0 - value.millionths) }
        case .accumulation: return past.sum.flatMap { Int64(exactly: $0) }.flatMap(made)
        case .mean(_, let least):
            let count = past.count { $0.isUsable }
            guard count >= least, let sum = past.sum else { return nil }
            return WarningRule.Measure.mean(sum: sum, count: count).flatMap(made)
        case .repeated(_, let exceeds):
            let count = past.count { $0.isUsable && $0.millionths >= exceeds.millionths }
            return Quantity(Int64(count), decimals: 0, .one)
        }
    }

    /// The observations that the rule's value at `observed` was made of, the newest first.
    func evidence(
        _ measure: WarningRule.Measure,
        _ place: Place,
        _ series: ReadingSeries,
        at observed: Instant,
        _ turn: Turn
    ) throws -> [Data] {
        let start = measure.start(of: observed) ?? observed
        let past = try readings(place, series, from: start, through: observed, turn)
        let usable = past.filter(\.isUsable).reversed()
        switch measure {
        case .level, .low, .silence: return usable.prefix(1).map(\.record.bytes)
        case .rise: return Self.ends(usable, usable.min { $0.millionths < $1.millionths })
        case .fall: return Self.ends(usable, usable.max { $0.millionths < $1.millionths })
        case .accumulation: return usable.filter { $0.millionths > 0 }.map(\.record.bytes)
        case .mean: return usable.map(\.record.bytes)
        case .repeated(_, let exceeds):
            return usable.filter { $0.millionths >= exceeds.millionths }.map(\.record.bytes)
        }
    }

    /// The newest reading, and the one that it is compared with.
    private static func ends(_ usable: some Sequence<ReadingSeries.Reading>, _ other: ReadingSeries.Reading?) -> [Data]
    {
        guard let other, let newest = usable.first(where: { _ in true }) else { return [] }
        return newest.observed == other.observed ? [newest.record.bytes] : [newest.record.bytes, other.record.bytes]
    }

    func readings(
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

extension ArraySlice<ReadingSeries.Reading> {
    /// The least of the usable values; nil where there is none.
    fileprivate var least: Int64? {
        var least: Int64?
        for reading in self where reading.isUsable { least = Swift.min(least ?? .max, reading.millionths) }
        return least
    }

    /// The greatest of the usable values; nil where there is none.
    fileprivate var most: Int64? {
        var most: Int64?
        for reading in self where reading.isUsable { most = Swift.max(most ?? .min, reading.millionths) }
        return most
    }

    /// The sum of the usable values in millionths; nil where there is none.
    fileprivate var sum: Int128? {
        var (sum, any) = (0 as Int128, false)
        for reading in self where reading.isUsable { (sum, any) = (sum + Int128(reading.millionths), true) }
        return any ? sum : nil
    }
}
