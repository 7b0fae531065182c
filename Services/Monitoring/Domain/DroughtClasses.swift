/// From which index on a drought has which grade: data, in millionths. Lower is drier.
package struct DroughtClasses: Hashable, Sendable {
    /// Where light, moderate, severe and extreme drought begin; the number itself belongs to the drier grade.
    private let beginnings: [Int64]

    /// The grades of meteorological drought 气象干旱等级.
    package enum Grade: Int, CaseIterable, Comparable, Sendable, Codable {
        /// 无旱.
        case none = 0
        /// 轻旱.
        case light = 1
        /// 中旱.
        case moderate = 2
        /// 重旱.
        case severe = 3
        /// 特旱.
        case extreme = 4

        package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    /// GB/T 20481-2017, grades of the standardized precipitation index: −0.5, −1.0, −1.5, −2.0.
    package static let gb20481 = DroughtClasses([-500_000, -1_000_000, -1_500_000, -2_000_000])

    private init(_ beginnings: [Int64]) { self.beginnings = beginnings }

    /// Throws `malformed` unless four beginnings descend.
    package init(beginningsMillionths: [Int64]) throws(ForecastError) {
        let descends = zip(beginningsMillionths, beginningsMillionths.dropFirst()).allSatisfy { $0 > $1 }
        guard beginningsMillionths.count == 4, descends else {
            throw ForecastError(.malformed, "drought grades need four descending numbers, got \(beginningsMillionths)")
        }
        self.init(beginningsMillionths)
    }

    /// The grade of an index in millionths.
    package func grade(indexMillionths index: Int64) -> Grade {
        Grade(rawValue: beginnings.count { index <= $0 }) ?? .extreme
    }
}
