package import Vocabulary

/// Times as senders write them for machines: RFC 3339, always with their offset from UTC.
package enum ZonedTime {
    /// Reads `2026-07-01T08:00:00+08:00`, `2026-07-01T00:00:00.250Z`; digits of a second beyond the sixth are dropped.
    ///
    /// The offset tells what clock the sender keeps, whatever its season: 02:30+02:00 and 02:30+01:00 of one night are an hour apart.
    /// Errors: `missing-time-zone` for a time without offset, `bad-time` for anything else that names no instant.
    package static func instant(_ text: some StringProtocol) throws(DocumentError) -> Instant {
        let bytes = Array(text.utf8)
        let bad = DocumentError(.badTime, "'\(text.prefix(40))' is no time; write it like 2026-07-01T08:00:00+08:00")
        guard (19...40).contains(bytes.count), [4, 7].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
            [13, 16].allSatisfy({ bytes[$0] == UInt8(ascii: ":") }), let civil = civil(bytes)
        else { throw bad }
        var rest = bytes[19...]
        var microseconds = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix(while: CAPLexical.isDigit)
            guard (1...9).contains(digits.count) else { throw bad }
            for place in 0..<6 {
                let index = digits.startIndex + place
                microseconds = microseconds * 10 + (index < digits.endIndex ? Int(digits[index] - 48) : 0)
            }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard !rest.isEmpty else {
            throw DocumentError(
                .missingZone,
                "'\(text.prefix(40))' has no offset from UTC; add it: +08:00 for Beijing, Z for UTC"
            )
        }
        guard let offset = offset(rest) else { throw bad }
        // What a clock in Beijing shows is read as if it were there, and then moved.
        return BeijingTime.instant(civil) + .hours(8) - .minutes(offset) + .microseconds(microseconds)
    }

    private static func civil(_ bytes: [UInt8]) -> CivilTime? {
        guard let year = fourDigits(bytes[0..<4]), let month = fourDigits(bytes[5..<7]),
            let day = fourDigits(bytes[8..<10]), let hour = fourDigits(bytes[11..<13]),
            let minute = fourDigits(bytes[14..<16]), let second = fourDigits(bytes[17..<19]), year > 0
        else { return nil }
        return CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// In minutes east of UTC; at most 14 hours either way.
    private static func offset(_ zone: ArraySlice<UInt8>) -> Int64? {
        let bytes = Array(zone)
        if bytes.count == 1 { return bytes[0] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = fourDigits(bytes[1..<3]),
            let minutes = fourDigits(bytes[4..<6]), minutes < 60, hours * 60 + minutes <= 14 * 60
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return Int64(hours * 60 + minutes)
        case UInt8(ascii: "-"): return -Int64(hours * 60 + minutes)
        default: return nil
        }
    }
}
