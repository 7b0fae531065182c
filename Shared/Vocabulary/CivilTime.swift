/// A date and a time of day as a clock on the wall shows them, in the proleptic Gregorian calendar.
///
/// Devices of the trade send such times without a zone; `BeijingTime` gives them one.
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    /// Nil where the fields name no such moment (month 13, 30 February, hour 24).
    package init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int = 0) {
        guard (1...12).contains(month), (1...Self.daysIn(month: month, year: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// China Standard Time, UTC+8 all year since 1992: the clock of SL 651, HJ 212 and the people who read the screens.
package enum BeijingTime {
    static let offsetSeconds: Int64 = 8 * 3600

    /// The instant at which a clock in Beijing shows `civil`.
    package static func instant(_ civil: CivilTime) -> Instant {
        let days = daysSinceEpoch(year: civil.year, month: civil.month, day: civil.day)
        let secondOfDay = Int64(civil.hour * 3600 + civil.minute * 60 + civil.second)
        return Instant(seconds: days * 86_400 + secondOfDay - offsetSeconds)
    }

    /// What a clock in Beijing shows at `instant`; fractions of a second are dropped.
    package static func civil(_ instant: Instant) -> CivilTime {
        let local = instant.seconds + offsetSeconds
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let secondOfDay = Int(local - days * 86_400)
        let (year, month, day) = date(daysSinceEpoch: days)
        guard
            let civil = CivilTime(
                year: year,
                month: month,
                day: day,
                hour: secondOfDay / 3600,
                minute: secondOfDay / 60 % 60,
                second: secondOfDay % 60
            )
        else {
            // The algorithm below yields only dates that exist.
            preconditionFailure("no civil time for \(instant.seconds)")
        }
        return civil
    }

    /// Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
    static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    /// Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    static func date(daysSinceEpoch: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(daysSinceEpoch) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
