package import Vocabulary

/// A time as CAP writes it, `2026-10-03T12:00:41+08:00`: whole seconds, a numeric offset, never `Z` (CAP 1.2, 3.3.2).
///
/// The text is kept, so that a reference to a document can be compared and written as its sender wrote it.
package struct CAPTime: Hashable, Sendable {
    package let text: String
    package let instant: Instant

    /// The time in Beijing, fractions of a second dropped.
    package init(_ instant: Instant) {
        let civil = BeijingTime.civil(instant)
        let date = "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
        text = "\(date)T\(padded(civil.hour, 2)):\(padded(civil.minute, 2)):\(padded(civil.second, 2))+08:00"
        self.instant = Instant(seconds: instant.seconds)
    }

    /// Reads a time of the schema's form; nil for any other, and for one that no calendar has.
    ///
    /// Offsets reach to 14:00, and 24:00:00 is the next midnight (XML Schema part 2, 3.2.7).
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 25, bytes[19] == UInt8(ascii: "+") || bytes[19] == UInt8(ascii: "-"),
            [4, 7].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }), bytes[10] == UInt8(ascii: "T"),
            [13, 16, 22].allSatisfy({ bytes[$0] == UInt8(ascii: ":") }),
            let year = fourDigits(bytes[0..<4]), let month = fourDigits(bytes[5..<7]),
            let day = fourDigits(bytes[8..<10]),
            let hour = fourDigits(bytes[11..<13]), let minute = fourDigits(bytes[14..<16]),
            let second = fourDigits(bytes[17..<19]), let offsetHours = fourDigits(bytes[20..<22]),
            let offsetMinutes = fourDigits(bytes[23..<25]), year > 0, offsetMinutes < 60,
            offsetHours * 60 + offsetMinutes <= 14 * 60
        else { return nil }
        let isMidnight = hour == 24 && minute == 0 && second == 0
        let civil = CivilTime(
            year: year,
            month: month,
            day: day,
            hour: isMidnight ? 0 : hour,
            minute: minute,
            second: second
        )
        guard let civil else { return nil }
        let offset = Int64(offsetHours * 60 + offsetMinutes) * (bytes[19] == UInt8(ascii: "-") ? -1 : 1)
        // What a clock in Beijing shows is read as if it were there, and then moved.
        instant = BeijingTime.instant(civil) + .hours(isMidnight ? 32 : 8) - .minutes(offset)
        self.text = String(text)
    }

    /// Whether it writes UTC as `+00:00`, where 3.3.2 asks for `-00:00`.
    package var writesZeroAsEast: Bool { text.hasSuffix("+00:00") }
}

/// At least `width` digits.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// The number that these ASCII digits, four at most, write; nil for anything else.
func fourDigits(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...4).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
}
