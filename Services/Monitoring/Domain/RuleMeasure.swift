package import Vocabulary

extension WarningRule {
    /// What of the element is compared with the thresholds. A window ends with the reading.
    package enum Measure: Hashable, Sendable {
        /// The reading itself.
        case level
        /// The reading itself, which is to be below the threshold.
        case low
        /// The reading minus the lowest one of the window, both ends included.
        case rise(window: Duration)
        /// The highest reading of the window, both ends included, minus the reading.
        case fall(window: Duration)
        /// The sum of the readings of the window; a reading at its very beginning belongs to the interval before.
        case accumulation(window: Duration)
        /// The mean of the readings of the window, without its very beginning; there is none of fewer than `least` readings.
        case mean(window: Duration, least: Int)
        /// How many readings of the window, without its very beginning, are at or above `exceeds`.
        case repeated(window: Duration, exceeds: Quantity)
        /// For how long no reading came, in minutes. No reading has it: timers do.
        case silence
    }
}

extension WarningRule.Measure {
    /// Whether a colour applies below its threshold.
    package var isBelow: Bool {
        switch self {
        case .low: true
        case .level, .rise, .fall, .accumulation, .mean, .repeated, .silence: false
        }
    }

    /// How far back it looks.
    package var window: Duration {
        switch self {
        case .level, .low, .silence: .zero
        case .rise(let window), .fall(let window), .accumulation(let window), .mean(let window, _),
            .repeated(let window, _):
            window
        }
    }

    /// The first instant whose reading counts at `instant`; nil where only the reading of that instant does.
    package func start(of instant: Instant) -> Instant? {
        switch self {
        case .level, .low, .silence: nil
        case .rise(let window), .fall(let window): instant - window
        case .accumulation(let window), .mean(let window, _), .repeated(let window, _):
            instant - window + .microseconds(1)
        }
    }

    /// The mean of `count` values with that sum, in millionths, rounded to the nearest, halves away from zero; nil without a value or
    /// where 64 bits do not hold it.
    package static func mean(sum: Int128, count: Int) -> Int64? {
        guard count > 0 else { return nil }
        let half = Int128(count) / 2
        return Int64(exactly: (sum < 0 ? sum - half : sum + half) / Int128(count))
    }
}
