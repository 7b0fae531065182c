package import Vocabulary

/// A kind of event 事件类型 as the national platform 12379 codes it: `11B06` gale.
///
/// The first digits name the class: 11 natural disasters (A water and drought, B weather, C earthquake, D geology, E sea,
/// G forest and grassland fire), 12 accidents, 13 public health, 14 public security. The standard's own table is not public.
/// The rows are those on which published clients of the platform agree: the warning centre of Xiaomi's MIUI (its lists of
/// icons and titles), a map of the China Meteorological Administration's events, and style sheets of provincial displays; 11B06
/// stands in a message of the platform itself. Codes of other events are read and kept, without a name.
package struct NationalEvent: Hashable, Sendable {
    /// The valueName of an eventCode that holds such a code.
    package static let name = "12379 eventType"

    /// Two digits, a capital letter, two digits.
    package let code: String

    /// Nil unless the code has that form.
    package init?(_ code: String) {
        let bytes = Array(code.utf8)
        guard bytes.count == 5, (65...90).contains(bytes[2]),
            [0, 1, 3, 4].allSatisfy({ CAPLexical.isDigit(bytes[$0]) })
        else { return nil }
        self.code = code
    }

    /// The event of one of the suite's hazards; nil for accidents, whose codes no published client shows.
    package init?(_ hazard: Hazard) {
        switch hazard {
        case .flashFlood: code = "11A51"
        case .riverFlood: code = "11A01"
        case .rainstorm: code = "11B03"
        case .snowstorm: code = "11B04"
        case .coldWave: code = "11B05"
        case .gale: code = "11B06"
        case .heat: code = "11B09"
        case .lightning: code = "11B14"
        case .hail: code = "11B15"
        case .drought: code = "11B22"
        case .landslide: code = "11D01"
        case .debrisFlow: code = "11D02"
        case .wildfire: code = "11G01"
        case .grasslandFire: code = "11G05"
        case .earthquake: code = "11C02"
        case .chemical, .gasLeak, .mine, .fireworks, .lifelineOutage, .bridge, .roadCut: return nil
        }
    }

    /// The event's name; nil for a code that is not in the table.
    package var chinese: String? { Self.table.first { $0.code == code }?.chinese }

    /// The category of CAP: floods and the sea are Met, as 3.2.2 counts them.
    package var category: CAPAlert.Category {
        switch code.prefix(3) {
        case "11A", "11B", "11E": .met
        case "11C", "11D": .geo
        case "11G": .fire
        default:
            switch code.prefix(2) {
            case "12": .safety
            case "13": .health
            case "14": .security
            default: .other
            }
        }
    }

    private static let table: [(code: String, chinese: String)] = [
        ("11A01", "洪水"), ("11A02", "内涝"), ("11A51", "山洪"),
        ("11B01", "台风"), ("11B03", "暴雨"), ("11B04", "暴雪"), ("11B05", "寒潮"), ("11B06", "大风"),
        ("11B07", "沙尘暴"), ("11B09", "高温"), ("11B14", "雷电"), ("11B15", "冰雹"), ("11B16", "霜冻"),
        ("11B17", "大雾"), ("11B19", "霾"), ("11B20", "雷雨大风"), ("11B21", "道路结冰"), ("11B22", "干旱"),
        ("11B25", "森林火险"), ("11B29", "重污染"), ("11B37", "地质灾害气象风险"),
        ("11C02", "地震"),
        ("11D01", "滑坡"), ("11D02", "泥石流"),
        ("11E02", "风暴潮"), ("11E06", "海浪"),
        ("11G01", "森林火灾"), ("11G05", "草原火灾"),
    ]
}
