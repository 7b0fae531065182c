/// From which fire weather index each danger level begins: data of the place, in millionths.
package struct FireDangerClasses: Hashable, Sendable {
    /// Where levels two to five begin (以上 includes the number).
    private let beginnings: [Int64]

    /// The five levels of forest fire danger weather 森林火险气象等级, after GB/T 36743-2018: level five is the worst.
    package enum Level: Int, CaseIterable, Comparable, Sendable, Codable {
        case one = 1
        case two = 2
        case three = 3
        case four = 4
        case five = 5

        package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    /// Throws `malformed` unless four beginnings ascend from above 0.
    package init(beginningsMillionths: [Int64]) throws(ForecastError) {
        let ascends = zip([0] + beginningsMillionths, beginningsMillionths).allSatisfy { $0 < $1 }
        guard beginningsMillionths.count == 4, ascends else {
            throw ForecastError(.malformed, "danger levels need four ascending beginnings, got \(beginningsMillionths)")
        }
        beginnings = beginningsMillionths
    }

    /// The level of an index in millionths.
    package func level(fireWeatherMillionths index: Int64) -> Level {
        Level(rawValue: 1 + beginnings.count { $0 <= index }) ?? .five
    }
}
