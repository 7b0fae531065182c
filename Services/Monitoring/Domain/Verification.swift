import Vocabulary

/// Warnings against what happened, as a 2×2 table, and its scores. What is undefined is nil, never 0.
///
/// Source: Wilks, "Statistical methods in the atmospheric sciences", chapter 8; World Meteorological Organization, WWRP 2009-1.
package struct VerificationTable: Hashable, Sendable, Codable {
    /// Events that were warned of.
    package private(set) var hits: Int
    /// Warnings without an event.
    package private(set) var falseAlarms: Int
    /// Events without a warning.
    package private(set) var misses: Int
    /// Neither; nil where nobody counts the quiet times.
    package private(set) var correctNegatives: Int?

    /// Throws `out-of-range` unless every count is 0 … 10¹².
    package init(hits: Int = 0, falseAlarms: Int = 0, misses: Int = 0, correctNegatives: Int? = nil)
        throws(ForecastError)
    {
        guard [hits, falseAlarms, misses, correctNegatives ?? 0].allSatisfy({ (0...1_000_000_000_000).contains($0) })
        else { throw ForecastError(.outOfRange, "counts of a verification are 0 to 10¹²") }
        (self.hits, self.falseAlarms, self.misses) = (hits, falseAlarms, misses)
        self.correctNegatives = correctNegatives
    }

    /// POD: the share of events that were warned of.
    package var probabilityOfDetection: Double? { Self.share(hits, of: hits + misses) }
    /// FAR: the share of warnings without an event.
    package var falseAlarmRatio: Double? { Self.share(falseAlarms, of: hits + falseAlarms) }
    /// CSI: hits among all that was warned of or happened.
    package var criticalSuccessIndex: Double? { Self.share(hits, of: hits + falseAlarms + misses) }
    /// How many warnings there are for each event; 1 is unbiased.
    package var frequencyBias: Double? { Self.share(hits + falseAlarms, of: hits + misses) }
    /// POFD: the share of quiet times with a warning.
    package var probabilityOfFalseDetection: Double? {
        correctNegatives.flatMap { Self.share(falseAlarms, of: falseAlarms + $0) }
    }
    /// The share of right statements.
    package var accuracy: Double? {
        correctNegatives.flatMap { Self.share(hits + $0, of: hits + falseAlarms + misses + $0) }
    }
    /// ETS: the critical success index without the hits of chance.
    package var equitableThreatScore: Double? {
        guard let all = total, all > 0 else { return nil }
        let chance = Double(hits + misses) * Double(hits + falseAlarms) / all
        let rest = Double(hits + falseAlarms + misses) - chance
        return rest == 0 ? nil : (Double(hits) - chance) / rest
    }
    /// HSS: the accuracy without that of chance.
    package var heidkeSkillScore: Double? {
        guard let all = total, let quiet = correctNegatives, all > 0 else { return nil }
        let (yes, no) = (Double(hits + misses), Double(falseAlarms + quiet))
        let chance = (yes * Double(hits + falseAlarms) + no * Double(misses + quiet)) / all
        return all == chance ? nil : (Double(hits + quiet) - chance) / (all - chance)
    }
    /// PSS: detection minus false detection.
    package var peirceSkillScore: Double? {
        guard let found = probabilityOfDetection, let wrong = probabilityOfFalseDetection else { return nil }
        return found - wrong
    }

    private var total: Double? { correctNegatives.map { Double(hits + falseAlarms + misses + $0) } }

    private static func share(_ part: Int, of whole: Int) -> Double? {
        whole == 0 ? nil : Double(part) / Double(whole)
    }
}

/// How long before the events the warnings came.
package struct LeadTimes: Hashable, Sendable {
    private let sorted: [Duration]

    init(_ leads: [Duration]) { sorted = leads.sorted() }

    package var count: Int { sorted.count }
    package var shortest: Duration? { sorted.first }
    package var longest: Duration? { sorted.last }

    /// The middle one; of an even number the mean of both, in whole microseconds. Nil without a lead.
    package var median: Duration? {
        guard let upper = sorted.isEmpty ? nil : sorted[sorted.count / 2] else { return nil }
        guard sorted.count.isMultiple(of: 2) else { return upper }
        return .microseconds(
            Int64((Int128(sorted[sorted.count / 2 - 1].inMicroseconds) + Int128(upper.inMicroseconds)) / 2)
        )
    }

    /// In whole microseconds. Nil without a lead.
    package var mean: Duration? {
        guard !sorted.isEmpty else { return nil }
        let sum = sorted.reduce(Int128(0)) { $0 + Int128($1.inMicroseconds) }
        return .microseconds(Int64(clamping: sum / Int128(sorted.count)))
    }
}
