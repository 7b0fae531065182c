package import Vocabulary

/// When a rule demands anything: in these months, on these weekdays, in these hours, by the clock in Beijing.
package struct RuleSchedule: Hashable, Sendable {
    /// 1 … 12; empty: every month.
    private let months: Set<Int>
    /// 1 Monday … 7 Sunday (ISO 8601); empty: every day.
    private let weekdays: Set<Int>
    private let hours: Hours?

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
    package init?(months: Set<Int> = [], weekdays: Set<Int> = [], hours: Hours? = nil) {
        guard months.allSatisfy((1...12).contains), weekdays.allSatisfy((1...7).contains) else { return nil }
        (self.months, self.weekdays, self.hours) = (months, weekdays, hours)
    }

    /// Whether it holds at `instant`. After midnight, hours that began the day before are of the new day.
    package func holds(at instant: Instant) -> Bool {
        let civil = BeijingTime.civil(instant)
        return (months.isEmpty || months.contains(civil.month))
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
