/// The four colours of a warning 预警级别, from least to most severe: blue 蓝 (IV) < yellow 黄 (III) < orange 橙 (II) < red 红 (I).
///
/// Source: Emergency Response Law of the PRC, article 42 (2007) / article 63 (2024).
package enum WarningColour: Int, CaseIterable, Comparable, Sendable, Codable {
    case blue = 1
    case yellow = 2
    case orange = 3
    case red = 4

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    /// `blue`, `yellow`, `orange`, `red`.
    package var name: String {
        switch self {
        case .blue: "blue"
        case .yellow: "yellow"
        case .orange: "orange"
        case .red: "red"
        }
    }

    /// The colour of that name; nil for any other word.
    package init?(name: String) {
        guard let colour = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = colour
    }
}

/// The level of response 响应等级: I is the highest, IV the lowest. A higher level compares greater.
package enum ResponseLevel: Int, CaseIterable, Comparable, Sendable, Codable {
    case four = 4
    case three = 3
    case two = 2
    case one = 1

    package static func < (one: Self, other: Self) -> Bool { one.rawValue > other.rawValue }

    /// `IV`, `III`, `II`, `I`.
    package var numeral: String {
        switch self {
        case .one: "I"
        case .two: "II"
        case .three: "III"
        case .four: "IV"
        }
    }

    /// The level of that numeral; nil for any other word.
    package init?(numeral: String) {
        guard let level = Self.allCases.first(where: { $0.numeral == numeral }) else { return nil }
        self = level
    }
}

/// What threatens 灾种. More kinds are added with the catalogues that define them.
package enum Hazard: String, CaseIterable, Sendable, Codable {
    /// Flash flood 山洪.
    case flashFlood = "flash-flood"
    /// River flood 河道洪水.
    case riverFlood = "river-flood"
    /// Rainstorm 暴雨.
    case rainstorm
    /// Landslide and debris flow 地质灾害.
    case landslide
    /// Forest and grassland fire 森林草原火灾.
    case wildfire
    /// Earthquake 地震.
    case earthquake
    /// Debris flow 泥石流.
    case debrisFlow = "debris-flow"
    /// Grassland fire 草原火灾.
    case grasslandFire = "grassland-fire"
    /// Drought 干旱.
    case drought
    /// Gale 大风.
    case gale
    /// Snowstorm 暴雪.
    case snowstorm
    /// Cold wave 寒潮.
    case coldWave = "cold-wave"
    /// Heat 高温.
    case heat
    /// Lightning 雷电.
    case lightning
    /// Hail 冰雹.
    case hail
    /// Hazardous chemicals 危险化学品.
    case chemical
    /// Leak of the gas network 燃气泄漏.
    case gasLeak = "gas-leak"
    /// Mines other than of coal 非煤矿山.
    case mine
    /// Stores of fireworks 烟花爆竹.
    case fireworks
    /// Outage of water, heat, power or gas 生命线中断.
    case lifelineOutage = "lifeline-outage"
    /// Bridge in danger 桥梁.
    case bridge
    /// Road cut 道路中断.
    case roadCut = "road-cut"
}
