import Vocabulary

// SL 651-2014, annex D, tables D.1 and D.4: identifier, name and unit. A unit of nil marks what is no number in a unit of
// the suite (26 is in centimetres).

extension SL651Parameter {
    static func name(_ lead: Int) -> String? { table[lead]?.name }
    static func unit(_ lead: Int) -> Unit? { table[lead]?.unit }

    /// Which function tells the parameter; nil for a reserved identifier.
    package static func function(reading lead: UInt8) -> SL651Function? {
        name(Int(lead)) == nil ? nil : lead < 0x20 ? .readBasics : .readRunning
    }

    /// The parameter that the table calls so, or that has these two digits as its identifier. Nil where there is none.
    package static func lead(named word: String) -> UInt8? {
        if let bytes = Hexadecimal.bytes(word, count: 1) { return function(reading: bytes[0]) == nil ? nil : bytes[0] }
        return (UInt8.min...UInt8.max).first { name(Int($0)) == word }
    }

    /// The identifier's second byte in a question, where a frame of others shows it; a station goes by the first. 00 where the length
    /// is the value's own.
    static func usualForm(_ lead: UInt8) -> UInt8 { forms[lead] ?? 0 }

    /// Source: the questions of functions 41 and 43 in the tests of novrain/SL-0x028B.
    private static let forms: [UInt8: UInt8] = [
        0x01: 0x20, 0x02: 0x28, 0x03: 0x10, 0x0C: 0x08, 0x0D: 0x40, 0x20: 0x08, 0x21: 0x08, 0x22: 0x08, 0x23: 0x10,
        0x24: 0x08, 0x25: 0x09, 0x26: 0x09, 0x27: 0x08, 0x28: 0x23, 0x30: 0x1B, 0x38: 0x12, 0x40: 0x12, 0x41: 0x12,
    ]

    private typealias Row = (name: String, unit: Unit?)

    /// The annex by lead byte.
    private static let table: [Row?] = {
        var table = [Row?](repeating: nil, count: 256)
        for (lead, name) in basic.enumerated() { table[lead + 0x01] = (name, lead == 0x0B ? .one : nil) }
        for (lead, name, unit) in single { table[lead] = (name, unit) }
        for (lead, name, unit) in eight { for n in 1...8 { table[lead + n - 1] = ("\(name)\(n)", unit) } }
        for (start, unit, what) in [(0x49, Unit.metre, "水位"), (0x59, Unit.kilopascal, "水压")] {
            for n in 1...8 {
                table[start + 2 * n - 2] = ("取(排)水口\(n)上限\(what)", unit)
                table[start + 2 * n - 1] = ("取(排)水口\(n)下限\(what)", unit)
            }
        }
        for (index, (name, unit)) in limits.enumerated() {
            table[0x69 + 2 * index] = (name + "上限", unit)
            table[0x6A + 2 * index] = (name + "下限", unit)
        }
        return table
    }()

    private static let basic = [
        "中心站地址",
        "遥测站地址",
        "密码",
        "中心站1主信道类型及地址",
        "中心站1备用信道类型及地址",
        "中心站2主信道类型及地址",
        "中心站2备用信道类型及地址",
        "中心站3主信道类型及地址",
        "中心站3备用信道类型及地址",
        "中心站4主信道类型及地址",
        "中心站4备用信道类型及地址",
        "工作方式",
        "遥测站采集要素设置",
        "中继站(集合转发站)服务地址范围",
        "遥测站通信设备识别号",
    ]

    private static let single: [(Int, String, Unit?)] = [
        (0x20, "定时报时间间隔", .hour),
        (0x21, "加报时间间隔", .minute),
        (0x22, "降水量日起始时间", .hour),
        (0x23, "采样间隔", .second),
        (0x24, "水位数据存储间隔", .minute),
        (0x25, "雨量计分辨力", .millimetre),
        (0x26, "水位计分辨力", nil),
        (0x27, "雨量加报阈值", .millimetre),
        (0x40, "加报水位以上加报阈值", .metre),
        (0x41, "加报水位以下加报阈值", .metre),
        (0x42, "流量加报阈值", .cubicMetrePerSecond),
        (0x43, "流速加报阈值", .metrePerSecond),
        (0x44, "闸位加报阈值", .metre),
        (0x45, "功率加报阈值", .kilowatt),
        (0x46, "气压加报阈值", .hectopascal),
        (0x47, "风速加报阈值", .metrePerSecond),
        (0x48, "水温加报阈值", .celsius),
        (0x8D, "流量上限", .cubicMetrePerSecond),
        (0x96, "水量定值量", .cubicMetre),
        (0x97, "固态存储数据初始化", nil),
        (0x98, "遥测终端参数恢复出厂设置", nil),
    ]

    /// Eight in a row, numbered 1 … 8.
    private static let eight: [(Int, String, Unit)] = [
        (0x28, "水位基值", .metre),
        (0x30, "水位修正基值", .metre),
        (0x38, "加报水位", .metre),
        (0x8E, "水表充值水量", .cubicMetre),
        (0x99, "水表水量表底(初始)值", .cubicMetre),
        (0xA1, "水表剩余水量报警值", .cubicMetre),
    ]

    /// An upper and a lower limit each, from 69.
    private static let limits: [(String, Unit)] = [
        ("水温", .celsius),
        ("pH值", .one),
        ("溶解氧", .milligramPerLitre),
        ("高锰酸盐指数", .milligramPerLitre),
        ("电导率", .microsiemensPerCentimetre),
        ("氧化还原电位", .millivolt),
        ("浊度", .turbidity),
        ("氨氮", .milligramPerLitre),
        ("总氮", .milligramPerLitre),
        ("铜", .milligramPerLitre),
        ("锌", .milligramPerLitre),
        ("氟化物", .milligramPerLitre),
        ("硒", .milligramPerLitre),
        ("砷", .milligramPerLitre),
        ("汞", .milligramPerLitre),
        ("镉", .milligramPerLitre),
        ("总有机碳", .milligramPerLitre),
        ("叶绿素", .milligramPerLitre),
    ]
}
