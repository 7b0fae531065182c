package import Vocabulary

/// The grade of a danger by likelihood, exposure and consequence: D = L · E · C.
///
/// Source: Graham and Kinney 1976, "Practical risk analysis for safety management"; the LEC method 作业条件危险性分析法.
package struct LikelihoodExposureConsequence: Hashable, Sendable {
    /// L in tenths: 10, 6, 3, 1, 0.5, 0.2 or 0.1.
    package let likelihoodTenths: Int
    /// E in tenths: 10, 6, 3, 2, 1 or 0.5.
    package let exposureTenths: Int
    /// C: 100, 40, 15, 7, 3 or 1.
    package let consequence: Int

    package static let likelihoods = [100, 60, 30, 10, 5, 2, 1]
    package static let exposures = [100, 60, 30, 20, 10, 5]
    package static let consequences = [100, 40, 15, 7, 3, 1]

    /// Throws `out-of-range` for a number that is not in the method's tables.
    package init(likelihoodTenths: Int, exposureTenths: Int, consequence: Int) throws(ForecastError) {
        guard Self.likelihoods.contains(likelihoodTenths) else {
            throw ForecastError(.outOfRange, "L is 10, 6, 3, 1, 0.5, 0.2 or 0.1, not \(likelihoodTenths) tenths")
        }
        guard Self.exposures.contains(exposureTenths) else {
            throw ForecastError(.outOfRange, "E is 10, 6, 3, 2, 1 or 0.5, not \(exposureTenths) tenths")
        }
        guard Self.consequences.contains(consequence) else {
            throw ForecastError(.outOfRange, "C is 100, 40, 15, 7, 3 or 1, not \(consequence)")
        }
        (self.likelihoodTenths, self.exposureTenths) = (likelihoodTenths, exposureTenths)
        self.consequence = consequence
    }

    /// D in hundredths.
    package var dangerHundredths: Int { likelihoodTenths * exposureTenths * consequence }

    /// How bad it is, from what must stop at once to what may be accepted.
    package enum Band: Int, CaseIterable, Comparable, Sendable, Codable {
        /// D up to 20.
        case slight = 1
        /// D above 20 up to 70.
        case possible = 2
        /// D above 70 up to 160.
        case substantial = 3
        /// D above 160 up to 320.
        case high = 4
        /// D above 320.
        case extreme = 5

        package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    /// The band of D; a number that is an edge belongs to the lower one (1 · 0.5 · 40 = 20 is slight).
    package var band: Band {
        switch dangerHundredths {
        case ...2000: .slight
        case ...7000: .possible
        case ...16_000: .substantial
        case ...32_000: .high
        default: .extreme
        }
    }
}

/// Which of the four colours 红橙黄蓝 a risk point shows for each band: data of the place.
package struct RiskColours: Hashable, Sendable {
    private let byBand: [WarningColour]

    /// One colour a band, from slight to extreme; throws `malformed` unless there are five that never descend.
    package init(fromSlightToExtreme colours: [WarningColour]) throws(ForecastError) {
        guard colours.count == LikelihoodExposureConsequence.Band.allCases.count,
            zip(colours, colours.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw ForecastError(.malformed, "give five colours, none milder than the one before") }
        byBand = colours
    }

    /// The colour that a risk point of this band shows.
    package func colour(_ band: LikelihoodExposureConsequence.Band) -> WarningColour { byBand[band.rawValue - 1] }
}

/// A risk matrix 风险矩阵: a colour for each likelihood and consequence, as data.
///
/// Source: GB/T 27921-2023 (IEC 31010), consequence and likelihood matrix.
package struct RiskMatrix: Hashable, Sendable {
    /// By likelihood from the least, then by consequence from the slightest.
    private let colours: [[WarningColour]]

    /// Throws `malformed` unless it is a full table of 2 … 10 likelihoods and consequences, and more likely or worse is never milder.
    package init(byLikelihoodThenConsequence colours: [[WarningColour]]) throws(ForecastError) {
        let width = colours.first?.count ?? 0
        guard (2...10).contains(colours.count), (2...10).contains(width), colours.allSatisfy({ $0.count == width })
        else { throw ForecastError(.malformed, "a risk matrix is a full table of 2 to 10 rows and columns") }
        for row in colours.indices {
            for column in 0..<width {
                let milder =
                    row > 0 && colours[row][column] < colours[row - 1][column]
                    || column > 0 && colours[row][column] < colours[row][column - 1]
                guard !milder else {
                    throw ForecastError(.malformed, "cell \(row + 1), \(column + 1) is milder than a lesser risk")
                }
            }
        }
        self.colours = colours
    }

    /// Both count from 1. Throws `out-of-range` outside of the table.
    package func colour(likelihood: Int, consequence: Int) throws(ForecastError) -> WarningColour {
        guard (1...colours.count).contains(likelihood), (1...colours[0].count).contains(consequence) else {
            throw ForecastError(
                .outOfRange,
                "the matrix has no likelihood \(likelihood) with consequence \(consequence)"
            )
        }
        return colours[likelihood - 1][consequence - 1]
    }
}
