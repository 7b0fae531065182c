package import Vocabulary

/// The regular reports of one unit during a watch 值守: one in each interval, counted from the watch's beginning.
///
/// A value: the beginning, reports and the ends of intervals go in, what is missing comes out.
package struct GridDuty: Hashable, Sendable, Codable {
    /// The end of the running interval.
    package private(set) var due: Instant
    package private(set) var until: Instant
    /// When the unit reported last during this watch.
    package private(set) var last: Instant?
    /// Intervals without a report, in a row.
    package private(set) var missed = 0
    private var hasReported = false

    /// What is to be told and done at the end of an interval.
    package enum Effect: Hashable, Sendable {
        /// No report came in the interval that ended at `due`; `missed` in a row.
        case missing(due: Instant, last: Instant?, missed: Int)
        case awaits(until: Instant)
        /// The watch is over.
        case ended
    }

    /// `every` is at least a minute.
    package init(begins now: Instant, every: Duration, until: Instant) {
        due = now + max(every, .minutes(1))
        self.until = until
    }

    /// The watch goes on until then; the intervals stay where they are.
    package mutating func extend(until: Instant) { self.until = max(self.until, until) }

    /// A report came.
    package mutating func report(at now: Instant) {
        (hasReported, last, missed) = (true, now, 0)
    }

    /// The running interval is over. An interval that the watch's end cuts short is not asked for.
    package mutating func lapse(every: Duration) -> [Effect] {
        var effects: [Effect] = []
        if !hasReported {
            if missed < .max { missed += 1 }
            effects = [.missing(due: due, last: last, missed: missed)]
        }
        hasReported = false
        due = due + max(every, .minutes(1))
        return effects + (due <= until ? [.awaits(until: due)] : [.ended])
    }
}
