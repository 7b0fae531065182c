package import Vocabulary

/// What a rule makes of the readings of its window.
package struct RuleWindow: Sendable {
    /// A usable reading: its value in millionths of the element's unit.
    package struct Reading: Hashable, Sendable {
        package let observed: Instant
        package let millionths: Int64

        package init(observed: Instant, millionths: Int64) { (self.observed, self.millionths) = (observed, millionths) }
    }

    /// In order of observation; the last one is the reading that is judged.
    private let readings: [Reading]
    private let unit: Unit

    /// `readings` in order of observation, in `unit`, none of them unusable; the last one is the one that is judged.
    package init(_ readings: [Reading], _ unit: Unit) { (self.readings, self.unit) = (readings, unit) }

    /// The value that is compared with the thresholds; nil without a reading, for a silence, and where it is out of range.
    ///
    /// A mean is rounded to a millionth of the unit, half away from zero.
    package func value(of measure: WarningRule.Measure) -> Quantity? {
        guard let last = readings.last else { return nil }
        let values = readings.lazy.map(\.millionths)
        return switch measure {
        case .level, .low: Quantity(last.millionths, decimals: 6, unit)
        case .rise: values.min().flatMap { difference(last.millionths, $0) }
        case .fall: values.max().flatMap { difference($0, last.millionths) }
        case .mean: mean
        case .accumulation: Int64(exactly: sum).flatMap { Quantity($0, decimals: 6, unit) }
        case .repeats(_, let over): Quantity(Int64(values.count { $0 >= over.millionths }), decimals: 0, .one)
        case .silence: nil
        }
    }

    /// The readings that the value was made of, by position and the newest first: of a rise its two ends, of a sum what adds to it.
    package func evidence(for measure: WarningRule.Measure) -> [Int] {
        guard let newest = readings.indices.last else { return [] }
        let backward = readings.indices.reversed()
        return switch measure {
        case .level, .low, .silence: [newest]
        case .rise: ends(backward.min { readings[$0].millionths < readings[$1].millionths }, newest)
        case .fall: ends(backward.max { readings[$0].millionths < readings[$1].millionths }, newest)
        case .mean: Array(backward)
        case .accumulation: backward.filter { readings[$0].millionths > 0 }
        case .repeats(_, let over): backward.filter { readings[$0].millionths >= over.millionths }
        }
    }

    private func ends(_ extreme: Int?, _ newest: Int) -> [Int] {
        guard let extreme, extreme != newest else { return [newest] }
        return [newest, extreme]
    }

    private func difference(_ high: Int64, _ low: Int64) -> Quantity? {
        let (difference, isOver) = high.subtractingReportingOverflow(low)
        return isOver ? nil : Quantity(difference, decimals: 6, unit)
    }

    private var sum: Int128 { readings.reduce(0) { $0 + Int128($1.millionths) } }

    private var mean: Quantity? {
        let (count, sum) = (Int128(readings.count), sum)
        let half = sum < 0 ? -count : count
        return Int64(exactly: (2 * sum + half) / (2 * count)).flatMap { Quantity($0, decimals: 6, unit) }
    }
}
