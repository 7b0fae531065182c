import FoundationEssentials

/// A point in time, in whole microseconds since 1970-01-01T00:00:00Z.
///
/// Everything in the record is UTC. A sender's local time is converted once, where it enters (`BeijingTime`).
/// The resolution is that of the record: two instants that print alike are equal. Times beyond what 64 bits hold, as a hostile
/// message may name them, are the first and the last instant: no arithmetic on instants and durations traps.
package struct Instant: Hashable, Comparable, Sendable {
    /// Whole microseconds since 1970-01-01T00:00:00Z; negative before.
    package let microseconds: Int64

    /// Microseconds since 1970-01-01T00:00:00Z.
    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// Whole seconds since 1970-01-01T00:00:00Z.
    package init(seconds: Int64) { microseconds = Int64(clamping: Int128(seconds) * 1_000_000) }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards the past.
    package var seconds: Int64 {
        microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0)
    }

    package static func < (one: Instant, other: Instant) -> Bool { one.microseconds < other.microseconds }
}

extension Instant: InstantProtocol {
    /// This instant moved by `duration`, rounded towards zero to whole microseconds.
    package func advanced(by duration: Duration) -> Instant {
        Instant(microseconds: Int64(clamping: Int128(microseconds) + Int128(duration.inMicroseconds)))
    }

    /// The time from this instant to `other`; negative if `other` is earlier.
    package func duration(to other: Instant) -> Duration {
        .microseconds(other.microseconds) - .microseconds(microseconds)
    }

    package static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }
    package static func - (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: .zero - duration) }
    package static func - (later: Instant, earlier: Instant) -> Duration { earlier.duration(to: later) }
}

extension Instant: Codable {
    /// Reads whole microseconds since 1970-01-01T00:00:00Z.
    package init(from decoder: any Decoder) throws {
        self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes whole microseconds since 1970-01-01T00:00:00Z.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}

extension Duration {
    /// Whole microseconds, rounded towards zero; the most or the least that 64 bits hold for what is beyond.
    package var inMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return Int64(clamping: Int128(seconds) * 1_000_000 + Int128(attoseconds / 1_000_000_000_000))
    }

    /// Whole seconds, rounded towards zero.
    package var inSeconds: Int64 { components.seconds }

    package static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int64) -> Duration { .seconds(count * 3600) }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many of the six fractional digits as are not zero: `2026-10-03T04:12:00Z`.
    package var description: String {
        let whole = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
        let fraction = (microseconds % 1_000_000 + 1_000_000) % 1_000_000
        guard fraction != 0 else { return whole }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return whole.dropLast() + "." + digits + "Z"
    }

    /// Reads RFC 3339 with any offset and up to six fractional digits; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let head = parts.first else { return nil }
        guard parts.count == 2 else {
            guard let seconds = Self.seconds(text) else { return nil }
            self.init(seconds: seconds)
            return
        }
        let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
        let zone = parts[1].dropFirst(digits.count)
        guard (1...6).contains(digits.count), let fraction = Int64(digits),
            let seconds = Self.seconds(head + zone)
        else { return nil }
        let scale: [Int64] = [1, 100_000, 10_000, 1_000, 100, 10, 1]
        self = Instant(seconds: seconds) + .microseconds(fraction * scale[digits.count])
    }

    /// RFC 3339 without a fraction, in whole seconds since 1970.
    private static func seconds(_ text: some StringProtocol) -> Int64? {
        guard let date = try? Date(String(text), strategy: .iso8601) else { return nil }
        return Int64(exactly: date.timeIntervalSince1970)
    }
}
