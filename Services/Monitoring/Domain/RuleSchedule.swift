package import Vocabulary

/// When a rule demands anything: in this season, these months, on these weekdays, in these hours, by the clock in Beijing.
package struct RuleSchedule: Hashable, Sendable {
    /// 1 … 12; empty: every month.
    private let months: Set<Int>
    /// 1 Monday … 7 Sunday (ISO 8601); empty: every day.
    private let weekdays: Set<Int>
    private let hours: Hours?
    private let season: Season?

    /// From a day of the year through another one; over the end of the year where it ends before it begins.
    package struct Season: Hashable, Sendable {
        private let first: Int
        private let last: Int

        /// `06-01` and `09-30`: month and day. Nil for a day that no year has.
        package init?(from: String, until: String) {
            guard let first = Self.day(from), let last = Self.day(until) else { return nil }
            (self.first, self.last) = (first, last)
        }

        private static func day(_ text: String) -> Int? {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2,
                parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
                let month = Int(parts[0]), let day = Int(parts[1]), (1...12).contains(month),
                (1...[31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]).contains(day)
            else { return nil }
            return month * 100 + day
        }

        func has(month: Int, day: Int) -> Bool {
            let today = month * 100 + day
            return first <= last ? (first...last).contains(today) : today >= first || today <= last
        }
    }

    /// From a minute of the day up to another, which is not included; over midnight where it ends before it begins.
    package struct Hours: Hashable, Sendable {
        private let from: Int
        private let until: Int

        /// Nil unless both are minutes of a day, 0 … 1440, and differ.
        package init?(from: Int, until: Int) {
            guard (0...1_440).contains(from), (0...1_440).contains(until), from != until else { return nil }
            (self.from, self.until) = (from, until)
        }

        func hold(_ minute: Int) -> Bool {
            from < until ? (from..<until).contains(minute) : minute >= from || minute < until
        }
    }

    /// Nil for a month or a weekday that there is not.
    package init?(
        months: Set<Int> = [],
        weekdays: Set<Int> = [],
        hours: Hours? = nil,
        season: Season? = nil
    ) {
        guard months.allSatisfy((1...12).contains), weekdays.allSatisfy((1...7).contains) else { return nil }
        (self.months, self.weekdays, self.hours, self.season) = (months, weekdays, hours, season)
    }

    /// Whether it holds at `instant`. After midnight, hours that began the day before are of the new day.
    package func holds(at instant: Instant) -> Bool {
        let civil = BeijingTime.civil(instant)
        return season?.has(month: civil.month, day: civil.day) ?? true
            && (months.isEmpty || months.contains(civil.month))
            && (weekdays.isEmpty || weekdays.contains(Self.weekday(instant)))
            && (hours?.hold(civil.hour * 60 + civil.minute) ?? true)
    }

    /// 1 Monday … 7 Sunday in Beijing; 1 January 1970 was a Thursday.
    private static func weekday(_ instant: Instant) -> Int {
        let local = instant.seconds + 8 * 3_600
        let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        return Int((day % 7 + 7 + 3) % 7) + 1
    }
}
