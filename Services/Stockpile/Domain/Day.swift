package import Vocabulary

/// A calendar day 日期 as a clock in Beijing shows it: the day on which goods expire is read and judged there.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// `yyyymmdd` as one number, so that days compare in order.
    private let number: Int

    private init(_ civil: CivilTime) { number = civil.year * 10_000 + civil.month * 100 + civil.day }

    /// The day that a clock in Beijing shows at `instant`.
    package init(of instant: Instant) { self.init(BeijingTime.civil(instant)) }

    /// The day written `YYYY-MM-DD`; nil for anything else, 30 February among it.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0,
            let civil = CivilTime(year: year, month: month, day: day, hour: 0, minute: 0)
        else { return nil }
        self.init(civil)
    }

    /// `YYYY-MM-DD`.
    package var description: String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        return "\(padded.prefix(4))-\(padded.dropFirst(4).prefix(2))-\(padded.suffix(2))"
    }

    package static func < (one: Day, other: Day) -> Bool { one.number < other.number }
}
