package import Vocabulary

/// When a rule holds: in any of its spans, by the clocks and calendars of Beijing; always where there is none.
package struct RuleSchedule: Hashable, Sendable {
    package let spans: [Span]
    package static let always = RuleSchedule([])

    package init(_ spans: [Span]) { self.spans = spans }

    /// Whether the rule holds at `instant`.
    package func holds(at instant: Instant) -> Bool {
        spans.isEmpty || spans.contains { $0.has(instant) }
    }

    /// Moments that have all that is said here; what is nil is not asked.
    package struct Span: Hashable, Sendable {
        package var season: YearlySeason?
        package var months: MonthRange?
        /// ISO 8601 numbers: Monday is 1, Sunday 7.
        package var weekdays: Set<Int>?
        package var hours: HourRange?

        package init(
            season: YearlySeason? = nil,
            months: MonthRange? = nil,
            weekdays: Set<Int>? = nil,
            hours: HourRange? = nil
        ) {
            (self.season, self.months, self.weekdays, self.hours) = (season, months, weekdays, hours)
        }

        /// Whether `instant` lies within.
        package func has(_ instant: Instant) -> Bool {
            let civil = BeijingTime.civil(instant)
            return season?.has(month: civil.month, day: civil.day) ?? true && months?.has(civil.month) ?? true
                && weekdays?.contains(BeijingTime.weekday(instant)) ?? true && hours?.has(civil.hour) ?? true
        }
    }

    /// Months from `first` through `last`; 11 through 3 goes over the end of the year.
    package struct MonthRange: Hashable, Sendable {
        package let first: Int
        package let last: Int

        /// Nil unless both are 1 … 12.
        package init?(first: Int, last: Int) {
            guard (1...12).contains(first), (1...12).contains(last) else { return nil }
            (self.first, self.last) = (first, last)
        }

        func has(_ month: Int) -> Bool {
            first <= last ? (first...last).contains(month) : month >= first || month <= last
        }
    }

    /// Hours from `begin` o'clock up to `end` o'clock, which is not included; 20 to 6 goes over midnight, and the weekday is then that
    /// of the moment itself.
    package struct HourRange: Hashable, Sendable {
        package let begin: Int
        package let end: Int

        /// Nil unless the begin is 0 … 23, the end 0 … 24 and they differ.
        package init?(begin: Int, end: Int) {
            guard (0...23).contains(begin), (0...24).contains(end), begin != end else { return nil }
            (self.begin, self.end) = (begin, end)
        }

        func has(_ hour: Int) -> Bool {
            begin < end ? (begin..<end).contains(hour) : hour >= begin || hour < end
        }
    }
}

/// A part of every year, such as the flood season 汛期: from one day through another, both included.
package struct YearlySeason: Hashable, Sendable {
    /// Month and day as one number: 601 is 1 June.
    private let from: Int
    private let through: Int

    /// A season that begins after it ends goes over the end of the year. Nil unless both are `MM-DD` of a leap year.
    package init?(from: String, through: String) {
        guard let from = Self.day(from), let through = Self.day(through) else { return nil }
        (self.from, self.through) = (from, through)
    }

    private static func day(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let month = Int(parts[0]),
            let day = Int(parts[1]), CivilTime(year: 2024, month: month, day: day, hour: 0, minute: 0) != nil
        else { return nil }
        return month * 100 + day
    }

    /// Whether that day lies within.
    package func has(month: Int, day: Int) -> Bool {
        let today = month * 100 + day
        return from <= through ? (from...through).contains(today) : today >= from || today <= through
    }
}
