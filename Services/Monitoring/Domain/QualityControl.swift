package import Vocabulary

/// What one element of a station may read, in millionths of its unit. A limit that is absent checks nothing.
///
/// Checks and flags after Delft-FEWS: soft limit → doubtful (SN, SX); hard limit (HN, HX), rate of rise and fall (ROR, ROF) and
/// same reading (SR) → unreliable.
package struct QualityLimits: Hashable, Sendable {
    package var hard: ClosedRange<Int64>?
    package var soft: ClosedRange<Int64>?
    /// A faster rise within an hour is no water.
    package var risePerHour: Int64?
    package var fallPerHour: Int64?
    package var sameReading: SameReading?

    /// A value above `above` that stays the same for `duration` is a stuck gauge. Low water may well stand still.
    package struct SameReading: Hashable, Sendable {
        package let duration: Duration
        package let above: Int64

        package init(duration: Duration, above: Int64) { (self.duration, self.above) = (duration, above) }
    }

    package init() {}

    /// What came before a reading.
    package struct Past: Sendable {
        /// The last reading that was not unreliable.
        package let previous: (value: Int64, observed: Instant)?
        /// Every reading within the same-reading check's duration has the same value, and there is one at its far end.
        package let isUnchanged: Bool

        package init(previous: (value: Int64, observed: Instant)?, isUnchanged: Bool) {
            (self.previous, self.isUnchanged) = (previous, isUnchanged)
        }
    }

    /// How far a reading may be trusted.
    package enum Trust: Int, Comparable, Sendable {
        case good
        case doubtful
        case unreliable

        package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    /// The worst finding, and every flag that was raised.
    package func judge(_ value: Int64, observed: Instant, past: Past) -> (trust: Trust, flags: [String]) {
        var (trust, flags) = (Trust.good, [String]())
        func raise(_ flag: String, _ found: Trust) { (trust, flags) = (max(trust, found), flags + [flag]) }
        if let hard, !hard.contains(value) {
            raise(value < hard.lowerBound ? "HN" : "HX", .unreliable)
        } else if let soft, !soft.contains(value) {
            raise(value < soft.lowerBound ? "SN" : "SX", .doubtful)
        }
        if let previous = past.previous {
            let (change, time) = (value - previous.value, observed - previous.observed)
            if let risePerHour, Self.exceeds(change, time, perHour: risePerHour) { raise("ROR", .unreliable) }
            if let fallPerHour, Self.exceeds(-change, time, perHour: fallPerHour) { raise("ROF", .unreliable) }
        }
        if let sameReading, value > sameReading.above, past.isUnchanged { raise("SR", .unreliable) }
        return (trust, flags)
    }

    /// change / time > limit / 1 h, without dividing.
    private static func exceeds(_ change: Int64, _ time: Duration, perHour limit: Int64) -> Bool {
        Int128(change) * Int128(Duration.hours(1).inMicroseconds) > Int128(limit) * Int128(time.inMicroseconds)
    }
}

/// Limits that hold in some months, in place of those of the whole year. What is absent here is as in the whole year.
package struct SeasonalLimits: Hashable, Sendable {
    /// Calendar months 1 … 12.
    package let months: Set<Int>
    package var hard: ClosedRange<Int64>?
    package var soft: ClosedRange<Int64>?
    package var risePerHour: Int64?
    package var fallPerHour: Int64?

    package init(months: Set<Int>) { self.months = months }
}

extension QualityLimits {
    /// These limits as they are in `month`: the first of `seasons` that has it counts.
    package func inMonth(_ month: Int, _ seasons: [SeasonalLimits]) -> QualityLimits {
        guard let season = seasons.first(where: { $0.months.contains(month) }) else { return self }
        var limits = self
        limits.hard = season.hard ?? hard
        limits.soft = season.soft ?? soft
        limits.risePerHour = season.risePerHour ?? risePerHour
        limits.fallPerHour = season.fallPerHour ?? fallPerHour
        return limits
    }
}
