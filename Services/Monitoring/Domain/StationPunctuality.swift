package import Vocabulary

/// How many of a station's readings came, and how late: counters of a fixed size, in whole numbers, for a day, a month or for ever.
package struct StationPunctuality: Hashable, Sendable, Codable {
    /// Readings that came, each observation time once.
    package private(set) var received: Int64 = 0
    /// Readings that the station's interval called for, from the first observation to the last.
    package private(set) var expected: Int64 = 0
    /// How often at least one was missing between two that came.
    package private(set) var gaps: Int64 = 0
    package private(set) var longestGap: Duration = .zero
    package private(set) var lastObserved: Instant?
    /// Readings observed at or before the last one: repeated or out of order. They count in the delays only.
    package private(set) var outOfOrder: Int64 = 0
    /// Readings whose clock was ahead: observed after they came.
    package private(set) var aheadOfTime: Int64 = 0
    private var delays: [UInt32]

    /// Four steps an octave from 4 s to 97 days; the first buckets are 0, 1, 2 and 3 s.
    private static let buckets = 88

    package init() { delays = [UInt32](repeating: 0, count: Self.buckets) }

    /// Counts a reading. `interval` is the station's own; a time that is less than half an interval off still belongs to its turn.
    ///
    /// An interval below a second counts as one.
    package mutating func take(observed: Instant, received arrival: Instant, interval: Duration) {
        let late = arrival.microseconds.subtractingReportingOverflow(observed.microseconds)
        if late.overflow || late.partialValue < 0 { aheadOfTime += 1 }
        let seconds = late.overflow ? 0 : max(late.partialValue, 0) / 1_000_000
        let bucket = Self.bucket(seconds)
        if bucket < delays.count, delays[bucket] < .max { delays[bucket] += 1 }
        guard let last = lastObserved else {
            (received, expected, lastObserved) = (1, 1, observed)
            return
        }
        guard observed > last else {
            outOfOrder += 1
            return
        }
        let every = max(Int128(interval.inMicroseconds), 1_000_000)
        let passed = Int128(observed.microseconds) - Int128(last.microseconds)
        let turns = Int64(clamping: max((passed + every / 2) / every, 1))
        received += 1
        expected = expected.addingReportingOverflow(turns).overflow ? .max : expected + turns
        if turns > 1 {
            gaps += 1
            longestGap = max(longestGap, .microseconds(Int64(clamping: passed)))
        }
        lastObserved = observed
    }

    /// The share of expected readings that came, in hundredths of a percent, rounded down; nil before the first reading.
    ///
    /// `now` adds the turns that have passed since the last one; nil looks only at what came.
    package func availabilityHundredthsPercent(until now: Instant? = nil, interval: Duration) -> Int64? {
        guard let lastObserved else { return nil }
        let every = max(Int128(interval.inMicroseconds), 1_000_000)
        let passed = now.map { max(Int128($0.microseconds) - Int128(lastObserved.microseconds), 0) } ?? 0
        let all = Int128(expected) + passed / every
        return Int64(min(Int128(received) * 10_000 / all, 10_000))
    }

    /// The delay within which a share of the readings came, in seconds: the upper end of its bucket, at most a quarter too long.
    ///
    /// Nil before the first reading, and unless the share is 1 … 100 percent.
    package func delaySeconds(percentile: Int) -> Int64? {
        let count = delays.reduce(Int64(0)) { $0 + Int64($1) }
        guard count > 0, (1...100).contains(percentile) else { return nil }
        let rank = (count * Int64(percentile) + 99) / 100
        var passed: Int64 = 0
        for (bucket, number) in delays.enumerated() {
            passed += Int64(number)
            if passed >= rank { return Self.upperEnd(bucket) }
        }
        return nil
    }

    /// 0, 1, 2, 3, then four to each doubling.
    private static func bucket(_ seconds: Int64) -> Int {
        guard seconds >= 4 else { return Int(max(seconds, 0)) }
        let octave = 63 - seconds.leadingZeroBitCount
        let quarter = Int(seconds >> (octave - 2)) & 3
        return min((octave - 1) * 4 + quarter, buckets - 1)
    }

    /// The longest delay in whole seconds that falls into a bucket.
    private static func upperEnd(_ bucket: Int) -> Int64 {
        guard bucket >= 4 else { return Int64(bucket) }
        let (octave, quarter) = (bucket / 4 + 1, bucket % 4)
        return (Int64(4 + quarter + 1) << (octave - 2)) - 1
    }
}
