package import Vocabulary

// HJ 212-2017, annex B (codes of HJ 524 and HJ 525): the factors whose units the suite has and that two public tables agree on. Others,
// fine dust in ambient air among them, take their unit from the catalogue.

/// A row of annex B.
package struct HJ212FactorDefinition: Hashable, Sendable {
    package let code: String
    /// The code of HJ/T 212-2005.
    package let formerCode: String?
    package let name: String
    /// Of concentrations and other momentary values.
    package let unit: Unit
    /// Of what was discharged in a period (Cou).
    package let totalUnit: Unit?

    /// The factor with this code, new or former; nil where the table has none.
    package static func named(_ code: String) -> HJ212FactorDefinition? { byCode[code] }

    private static let byCode: [String: HJ212FactorDefinition] = {
        var byCode: [String: HJ212FactorDefinition] = [:]
        for row in water + air + fluegas + noise {
            byCode[row.code] = row
            if let former = row.formerCode { byCode[former] = row }
        }
        return byCode
    }()

    private static func row(_ code: String, _ name: String, _ unit: Unit, total: Unit? = nil, formerly: String? = nil)
        -> HJ212FactorDefinition
    {
        HJ212FactorDefinition(code: code, formerCode: formerly, name: name, unit: unit, totalUnit: total)
    }

    private static let water: [HJ212FactorDefinition] = [
        row("w00000", "污水", .litrePerSecond, total: .cubicMetre, formerly: "B01"),
        row("w01001", "pH值", .one, formerly: "001"),
        row("w01009", "溶解氧", .milligramPerLitre),
        row("w01010", "水温", .celsius),
        row("w01012", "悬浮物", .milligramPerLitre, total: .kilogram, formerly: "003"),
        row("w01014", "电导率", .microsiemensPerCentimetre),
        row("w01017", "五日生化需氧量", .milligramPerLitre, total: .kilogram, formerly: "010"),
        row("w01018", "化学需氧量", .milligramPerLitre, total: .kilogram, formerly: "011"),
        row("w01019", "高锰酸盐指数", .milligramPerLitre, total: .kilogram),
        row("w01020", "总有机碳", .milligramPerLitre, total: .kilogram, formerly: "015"),
        row("w20116", "总铬", .milligramPerLitre, total: .kilogram, formerly: "023"),
        row("w20121", "总镍", .milligramPerLitre, total: .kilogram, formerly: "028"),
        row("w20122", "总铜", .milligramPerLitre, total: .kilogram, formerly: "029"),
        row("w20123", "总锌", .milligramPerLitre, total: .kilogram, formerly: "030"),
        row("w20124", "总锰", .milligramPerLitre, total: .kilogram, formerly: "031"),
        row("w20125", "总铁", .milligramPerLitre, total: .kilogram, formerly: "032"),
        row("w20126", "总银", .milligramPerLitre, total: .kilogram, formerly: "033"),
        row("w21001", "总氮", .milligramPerLitre, total: .kilogram, formerly: "065"),
        row("w21003", "氨氮", .milligramPerLitre, total: .kilogram, formerly: "060"),
        row("w21011", "总磷", .milligramPerLitre, total: .kilogram, formerly: "101"),
        row("w21016", "氰化物", .milligramPerLitre, total: .kilogram, formerly: "070"),
        row("w21017", "氟化物", .milligramPerLitre, total: .kilogram, formerly: "072"),
        row("w21019", "硫化物", .milligramPerLitre, total: .kilogram, formerly: "071"),
        row("w22001", "石油类", .milligramPerLitre, total: .kilogram, formerly: "080"),
        row("w23002", "挥发酚", .milligramPerLitre, total: .kilogram, formerly: "110"),
    ]

    private static let air: [HJ212FactorDefinition] = [
        row("a00000", "废气", .cubicMetrePerSecond, total: .cubicMetre, formerly: "B02"),
        row("a01001", "温度", .celsius),
        row("a01002", "湿度", .percent),
        row("a01006", "气压", .kilopascal),
        row("a01007", "风速", .metrePerSecond),
        row("a01008", "风向", .degree),
        row("a01010", "林格曼黑度", .one, formerly: "37"),
        row("a01011", "烟气流速", .metrePerSecond, formerly: "S02"),
        row("a01012", "烟气温度", .celsius, formerly: "S03"),
        row("a01013", "烟气压力", .kilopascal, formerly: "S08"),
        row("a01014", "烟气湿度", .percent, formerly: "S05"),
        row("a01015", "制冷温度", .celsius, formerly: "S06"),
        row("a01016", "烟道截面积", .squareMetre, formerly: "S07"),
        row("a01017", "烟气动压", .kilopascal, formerly: "S04"),
        row("a19001", "氧气含量", .percent, formerly: "S01"),
    ]

    private static let fluegas: [HJ212FactorDefinition] = [
        row("a20025", "镉及其化合物", .milligramPerCubicMetre, total: .kilogram, formerly: "33"),
        row("a20043", "铅及其化合物", .milligramPerCubicMetre, total: .kilogram, formerly: "32"),
        row("a20057", "汞及其化合物", .milligramPerCubicMetre, total: .kilogram, formerly: "31"),
        row("a21002", "氮氧化物", .milligramPerCubicMetre, total: .kilogram, formerly: "03"),
        row("a21003", "一氧化氮", .milligramPerCubicMetre, total: .kilogram),
        row("a21004", "二氧化氮", .milligramPerCubicMetre, total: .kilogram),
        row("a21005", "一氧化碳", .milligramPerCubicMetre, total: .kilogram, formerly: "04"),
        row("a21017", "氰化物", .milligramPerCubicMetre, total: .kilogram, formerly: "07"),
        row("a21018", "氟化物", .milligramPerCubicMetre, total: .kilogram, formerly: "06"),
        row("a21022", "氯气", .milligramPerCubicMetre, total: .kilogram, formerly: "11"),
        row("a21024", "氯化氢", .milligramPerCubicMetre, total: .kilogram, formerly: "08"),
        row("a21026", "二氧化硫", .milligramPerCubicMetre, total: .kilogram, formerly: "02"),
        row("a21028", "硫化氢", .milligramPerCubicMetre, total: .kilogram, formerly: "05"),
        row("a24046", "氯乙烯", .milligramPerCubicMetre, total: .kilogram, formerly: "29"),
        row("a24087", "碳氢化合物", .milligramPerCubicMetre, total: .kilogram, formerly: "25"),
        row("a24088", "非甲烷总烃", .milligramPerCubicMetre, total: .kilogram),
        row("a25002", "苯", .milligramPerCubicMetre, total: .kilogram),
        row("a25003", "甲苯", .milligramPerCubicMetre, total: .kilogram, formerly: "17"),
        row("a25005", "二甲苯", .milligramPerCubicMetre, total: .kilogram, formerly: "18"),
        row("a25010", "氯苯", .milligramPerCubicMetre, total: .kilogram, formerly: "23"),
        row("a30001", "甲醇", .milligramPerCubicMetre, total: .kilogram, formerly: "28"),
        row("a31001", "甲醛", .milligramPerCubicMetre, total: .kilogram, formerly: "19"),
        row("a34013", "烟尘", .milligramPerCubicMetre, total: .kilogram, formerly: "01"),
        row("a34038", "沥青烟", .milligramPerCubicMetre, total: .kilogram, formerly: "09"),
        row("a34039", "硫酸雾", .milligramPerCubicMetre, total: .kilogram, formerly: "14"),
        row("a34040", "铬酸雾", .milligramPerCubicMetre, total: .kilogram, formerly: "15"),
        row("a99049", "光气", .milligramPerCubicMetre, total: .kilogram, formerly: "24"),
        row("a99051", "二硫化碳", .milligramPerCubicMetre, total: .kilogram, formerly: "12"),
    ]

    private static let noise: [HJ212FactorDefinition] = [
        row("LA", "A权声级", .decibel),
        row("Leq", "等效声级", .decibel),
        row("Ldn", "昼夜等效声级", .decibel),
        row("Ld", "昼间等效声级", .decibel),
        row("Ln", "夜间等效声级", .decibel),
        row("LMx", "最大的瞬时声级", .decibel),
        row("LMn", "最小的瞬时声级", .decibel),
        row("L5", "累计百分声级L5", .decibel),
        row("L10", "累计百分声级L10", .decibel),
        row("L50", "累计百分声级L50", .decibel),
        row("L90", "累计百分声级L90", .decibel),
        row("L95", "累计百分声级L95", .decibel),
    ]
}

extension HJ212Factor {
    /// The values with their units: annex B's for factors, 1 and hours for equipment. Left out where no number or unit is known.
    package var quantities: [(statistic: HJ212Statistic, value: Quantity)] {
        let definition = HJ212FactorDefinition.named(code)
        return values.compactMap { value in
            guard let unit = value.statistic.unit(definition), let number = value.number?.quantity(unit) else {
                return nil
            }
            return (value.statistic, number)
        }
    }
}

extension HJ212Statistic {
    fileprivate func unit(_ definition: HJ212FactorDefinition?) -> Unit? {
        switch self {
        case .realTime, .minimum, .average, .maximum, .convertedRealTime, .convertedMinimum, .convertedAverage,
            .convertedMaximum, .level, .dayLevel, .nightLevel:
            definition?.unit
        case .total: definition?.totalUnit
        case .runningState: .one
        case .runningTime: .hour
        }
    }
}

extension HJ212Statistic {
    /// The unit of that statistic of a factor, or of equipment; nil where annex B does not say it.
    package func unit(of code: String) -> Unit? { unit(HJ212FactorDefinition.named(code)) }
}
