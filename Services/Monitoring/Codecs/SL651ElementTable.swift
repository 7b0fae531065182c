import Vocabulary

// SL 651-2014, annex C, table C.1: identifier, symbol, element, unit, digits and decimals, and the length of a period. Read from the
// standard's text; F0 … F3 and FD introduce what is no element and are read by `SL651Report`.

extension SL651Element {
    /// The annex by lead byte; nil where it leaves the byte to users.
    static let table: [Definition?] = {
        var table = [Definition?](repeating: nil, count: 256)
        for (lead, definition) in special + weatherAndRain + water + families.flatMap({ $0 }) {
            table[lead] = definition
        }
        return table
    }()

    private typealias Row = (lead: Int, definition: Definition)

    private static func row(
        _ lead: Int,
        _ symbol: String,
        _ name: String,
        _ unit: Unit,
        _ digits: Int,
        _ decimals: Int,
        minutes: Int64? = nil
    ) -> Row {
        let kind = Kind.number(digits: digits, decimals: decimals)
        return (
            lead,
            Definition(symbol: symbol, name: name, unit: unit, kind: kind, period: minutes.map { .minutes($0) })
        )
    }

    /// Eight in a row, numbered 1 … 8.
    private static func eight(
        _ lead: Int,
        _ symbol: String,
        _ name: String,
        _ unit: Unit,
        _ digits: Int,
        _ decimals: Int
    ) -> [Row] {
        (1...8).map { row(lead + $0 - 1, "\(symbol)\($0)", "\(name)\($0)", unit, digits, decimals) }
    }

    private static func special(_ symbol: String, _ name: String, _ unit: Unit, _ kind: Kind, minutes: Int64? = nil)
        -> Definition
    {
        Definition(symbol: symbol, name: name, unit: unit, kind: kind, period: minutes.map { .minutes($0) })
    }

    private static let special: [Row] =
        [
            (0x04, special("DRxnn", "时间步长码", .minute, .step)),
            (0x05, special("DT", "时段长，降水、引排水、抽水历时", .minute, .duration)),
            (0x32, special("SW", "输沙量", .tonne, .tenThousands(digits: 11, decimals: 3))),
            (0x45, special("ZT", "遥测站状态及报警信息", .one, .status)),
            (0xF4, special("DRP", "1小时内每5分钟时段雨量", .millimetre, .twelveRains, minutes: 5)),
        ]
        + (1...8).map { (0xF4 + $0, special("DRZ\($0)", "1小时内5分钟间隔相对水位\($0)", .metre, .twelveStages)) }

    private static let weatherAndRain: [Row] = [
        row(0x01, "AC", "断面面积", .squareMetre, 8, 2),
        row(0x02, "AI", "瞬时气温", .celsius, 3, 1),
        row(0x03, "C", "瞬时水温", .celsius, 3, 1),
        row(0x06, "ED", "日蒸发量", .millimetre, 5, 1, minutes: 1440),
        row(0x07, "EJ", "当前蒸发", .millimetre, 5, 1),
        row(0x08, "FL", "气压", .hectopascal, 5, 0),
        row(0x09, "GH", "闸坝、水库闸门开启高度", .metre, 5, 2),
        row(0x0A, "GN", "输水设备、闸门(组)编号", .one, 3, 0),
        row(0x0B, "GS", "输水设备类别", .one, 1, 0),
        row(0x0C, "GT", "水库、闸坝闸门开启孔数", .one, 3, 0),
        row(0x0D, "GTP", "地温", .celsius, 3, 1),
        row(0x0E, "H", "地下水瞬时埋深", .metre, 6, 2),
        row(0x0F, "HW", "波浪高度", .metre, 5, 2),
        row(0x10, "M10", "10厘米处土壤含水量", .percent, 4, 1),
        row(0x11, "M20", "20厘米处土壤含水量", .percent, 4, 1),
        row(0x12, "M30", "30厘米处土壤含水量", .percent, 4, 1),
        row(0x13, "M40", "40厘米处土壤含水量", .percent, 4, 1),
        row(0x14, "M50", "50厘米处土壤含水量", .percent, 4, 1),
        row(0x15, "M60", "60厘米处土壤含水量", .percent, 4, 1),
        row(0x16, "M80", "80厘米处土壤含水量", .percent, 4, 1),
        row(0x17, "M100", "100厘米处土壤含水量", .percent, 4, 1),
        row(0x18, "MST", "湿度", .percent, 4, 1),
        row(0x19, "NS", "开机台数", .one, 2, 0),
        row(0x1A, "P1", "1小时时段降水量", .millimetre, 5, 1, minutes: 60),
        row(0x1B, "P2", "2小时时段降水量", .millimetre, 5, 1, minutes: 120),
        row(0x1C, "P3", "3小时时段降水量", .millimetre, 5, 1, minutes: 180),
        row(0x1D, "P6", "6小时时段降水量", .millimetre, 5, 1, minutes: 360),
        row(0x1E, "P12", "12小时时段降水量", .millimetre, 5, 1, minutes: 720),
        row(0x1F, "PD", "日降水量", .millimetre, 5, 1, minutes: 1440),
        row(0x20, "PJ", "当前降水量", .millimetre, 5, 1),
        row(0x21, "PN01", "1分钟时段降水量", .millimetre, 5, 1, minutes: 1),
        row(0x22, "PN05", "5分钟时段降水量", .millimetre, 5, 1, minutes: 5),
        row(0x23, "PN10", "10分钟时段降水量", .millimetre, 5, 1, minutes: 10),
        row(0x24, "PN30", "30分钟时段降水量", .millimetre, 5, 1, minutes: 30),
        row(0x25, "PR", "暴雨量", .millimetre, 5, 1),
        row(0x26, "PT", "降水量累计值", .millimetre, 6, 1),
        row(0x27, "Q", "瞬时流量、抽水流量", .cubicMetrePerSecond, 9, 3),
        row(0x30, "QA", "总出库流量、过闸总流量", .cubicMetrePerSecond, 9, 3),
        row(0x31, "QZ", "输水设备流量、过闸(组)流量", .cubicMetrePerSecond, 9, 3),
        row(0x33, "UC", "风向", .one, 2, 0),
        row(0x34, "UE", "风力(级)", .one, 2, 0),
        row(0x35, "US", "风速", .metrePerSecond, 4, 1),
        row(0x36, "VA", "断面平均流速", .metrePerSecond, 5, 3),
        row(0x37, "VJ", "当前瞬时流速", .metrePerSecond, 5, 3),
        row(0x38, "VT", "电源电压", .volt, 4, 2),
        row(0x39, "Z", "瞬时河道水位、潮位", .metre, 7, 3),
        row(0x3A, "ZB", "库(闸、站)下水位", .metre, 7, 3),
        row(0x3B, "ZU", "库(闸、站)上水位", .metre, 7, 3),
        row(0x44, "SQ", "含沙量", .kilogramPerCubicMetre, 9, 3),
    ]

    private static let water: [Row] = [
        row(0x46, "pH", "pH值", .one, 4, 2),
        row(0x47, "DO", "溶解氧", .milligramPerLitre, 4, 1),
        row(0x48, "COND", "电导率", .microsiemensPerCentimetre, 5, 0),
        row(0x49, "TURB", "浊度", .turbidity, 3, 0),
        row(0x4A, "CODMN", "高锰酸盐指数", .milligramPerLitre, 4, 1),
        row(0x4B, "REDOX", "氧化还原电位", .millivolt, 5, 1),
        row(0x4C, "NH4N", "氨氮", .milligramPerLitre, 6, 2),
        row(0x4D, "TP", "总磷", .milligramPerLitre, 5, 3),
        row(0x4E, "TN", "总氮", .milligramPerLitre, 5, 2),
        row(0x4F, "TOC", "总有机碳", .milligramPerLitre, 4, 2),
        row(0x50, "CU", "铜", .milligramPerLitre, 7, 4),
        row(0x51, "ZN", "锌", .milligramPerLitre, 6, 4),
        row(0x52, "SE", "硒", .milligramPerLitre, 7, 5),
        row(0x53, "AS", "砷", .milligramPerLitre, 7, 5),
        row(0x54, "THG", "总汞", .milligramPerLitre, 7, 5),
        row(0x55, "CD", "镉", .milligramPerLitre, 7, 5),
        row(0x56, "PB", "铅", .milligramPerLitre, 7, 5),
        row(0x57, "CHLA", "叶绿素a", .milligramPerLitre, 4, 2),
        row(0x70, "VTA", "交流A相电压", .volt, 4, 1),
        row(0x71, "VTB", "交流B相电压", .volt, 4, 1),
        row(0x72, "VTC", "交流C相电压", .volt, 4, 1),
        row(0x73, "VIA", "交流A相电流", .ampere, 4, 1),
        row(0x74, "VIB", "交流B相电流", .ampere, 4, 1),
        row(0x75, "VIC", "交流C相电流", .ampere, 4, 1),
    ]

    private static let families: [[Row]] = [
        eight(0x28, "Q", "取(排)水口流量", .cubicMetrePerSecond, 9, 3),
        eight(0x3C, "Z", "取(排)水口水位", .metre, 7, 3),
        eight(0x58, "WP", "水压", .kilopascal, 5, 2),
        eight(0x60, "SYL", "水表剩余水量", .cubicMetre, 11, 3),
        eight(0x68, "SBL", "水表每小时水量", .cubicMetrePerHour, 10, 2),
    ]
}
