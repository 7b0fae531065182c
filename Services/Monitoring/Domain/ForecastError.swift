/// Why a forecast gave no number.
///
/// A forecast refuses input outside its published range and is not used before it is fitted; the message says what to do.
package struct ForecastError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Code
    package let message: String

    /// What went wrong, as a word that programs compare.
    package enum Code: String, Sendable {
        /// A value lies outside the range for which the formula was published, or is no number.
        case outOfRange = "out-of-range"
        /// The model has no parameters that may be used yet.
        case notFitted = "not-fitted"
        /// Not fitted: the record has too few complete pairs of what is known and what came.
        case tooFewPairs = "not-fitted-too-few-pairs"
        /// Not fitted: the terms do not tell each other apart, as where a gauge stands still.
        case singular = "not-fitted-singular"
        /// Not fitted: on the part of the record kept for the check it was wrong by too much.
        case residualsTooLarge = "not-fitted-residuals-too-large"
        /// Coefficients, thresholds or series do not fit together.
        case malformed
    }

    /// Whether a longer or better record may make the forecast usable.
    package var isNotFitted: Bool {
        switch code {
        case .notFitted, .tooFewPairs, .singular, .residualsTooLarge: true
        case .outOfRange, .malformed: false
        }
    }

    package init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    package var description: String { "\(code.rawValue): \(message)" }

    /// Passes where every value lies in its range; a value that is no number lies in none.
    static func check(_ values: (name: String, value: Double, range: ClosedRange<Double>)...) throws(ForecastError) {
        for (name, value, range) in values where !range.contains(value) {
            throw ForecastError(
                .outOfRange,
                "\(name) is \(value), allowed are \(range.lowerBound) to \(range.upperBound); correct or leave out the reading"
            )
        }
    }
}

extension Double {
    /// This forecast in whole millionths of its unit, rounded to nearest, ties away from zero: the resolution of `Quantity`.
    ///
    /// Throws `out-of-range` for what is no number or above 9.2 · 10¹² units.
    package func roundedToMillionths() throws(ForecastError) -> Int64 {
        let scaled = (self * 1_000_000).rounded()
        guard let whole = Int64(exactly: scaled) else {
            throw ForecastError(.outOfRange, "\(self) cannot be told in millionths; correct the forecast's input")
        }
        return whole
    }
}
