import MessageSchema
import MonitoringCodecs
import Vocabulary

/// What a risk report says to people, in Chinese and English: one sentence a line.
struct RiskReportTexts {
    let zh: String
    let en: String

    init(
        _ report: RiskReportDrafted,
        _ event: GreatEvent,
        _ divisions: [String: Name],
        _ stations: [StationID: Station]
    ) throws {
        let clock = Self.clock(report.dueUs)
        var zh = ["《\(event.name.zh)》风险研判（\(clock)，保障等级：\(event.level.zh)）"]
        var en = ["Risk report for \(event.name.en), \(clock) Beijing time, secured as: \(event.level.en)"]
        let isQuiet = report.warnings.isEmpty && report.foreignWarnings.isEmpty
        if isQuiet || !report.warnings.isEmpty {
            zh.append(isQuiet ? "活动区域内无生效预警。" : "生效预警\(report.warnings.count)条：")
            en.append(isQuiet ? "No warning stands in its places." : "Warnings that stand: \(report.warnings.count).")
        }
        for warning in report.warnings {
            let (hazard, colour) = (try warning.hazard.checked(), try warning.colour.checked())
            let places = warning.divisions.compactMap { divisions[$0] }
            let name = WarningTexts.colourName(colour)
            zh.append("· \(hazard.event.zh)\(name.zh)预警：\(places.map(\.zh).joined(separator: "、"))")
            en.append("- \(hazard.event.en), \(name.en): \(places.map(\.en).joined(separator: ", "))")
            for picture in warning.pictures {
                let name = Self.name(of: picture.station, stations)
                let taken = Self.clock(picture.observedUs)
                let start = picture.sha256.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                zh.append("  \(name.zh)现场图片：\(taken)，\(start)…")
                en.append("  Picture of \(name.en): \(taken), \(start)…")
            }
        }
        if !report.foreignWarnings.isEmpty {
            zh.append("其他单位生效预警\(report.foreignWarnings.count)条：")
            en.append("Warnings of others that stand: \(report.foreignWarnings.count).")
        }
        for warning in report.foreignWarnings {
            let told = try Self.told(warning, divisions)
            zh.append(told.zh)
            en.append(told.en)
        }
        if !report.forecasts.isEmpty {
            zh.append("预报：")
            en.append("Forecasts:")
        }
        for forecast in report.forecasts {
            let name = Self.name(of: forecast.station, stations)
            let value = try forecast.value.checked()
            zh.append("· \(name.zh) \(forecast.element)：\(value)")
            en.append("- \(name.en) \(forecast.element): \(value)")
        }
        zh.append(report.dangers.isEmpty ? "无未销号的重大隐患。" : "未销号的重大隐患\(report.dangers.count)处：")
        en.append(
            report.dangers.isEmpty
                ? "No major danger is open." : "Major dangers that are open: \(report.dangers.count)."
        )
        for danger in report.dangers {
            zh.append("· \(danger.danger)（\(danger.kind)）")
            en.append("- \(danger.danger) (\(danger.kind), \(danger.state))")
        }
        zh.append("措施：\(report.measuresZh)")
        en.append("Measures: \(report.measuresEn)")
        (self.zh, self.en) = (zh.joined(separator: "\n"), en.joined(separator: "\n"))
    }

    /// The date, the hour and the minute in Beijing.
    private static func clock(_ microseconds: Int64) -> String {
        String(CAPTime(Instant(microseconds: microseconds)).text.prefix(16).replacing("T", with: " "))
    }

    private static func name(of station: String, _ stations: [StationID: Station]) -> Name {
        stations[StationID(station)]?.name ?? Name(zh: station, en: station)
    }

    /// A division without a name here is told by its code.
    private static func told(_ warning: ReportedForeignWarning, _ divisions: [String: Name]) throws -> Name {
        let places = warning.divisions.map { divisions[$0] ?? Name(zh: $0, en: $0) }
        let event =
            warning.hazard == .unspecified
            ? Name(zh: warning.event, en: warning.event) : try warning.hazard.checked().event
        let colour =
            warning.colour == .unspecified
            ? Name(zh: "（未分级）", en: "of no colour") : WarningTexts.colourName(try warning.colour.checked())
        return Name(
            zh: "· \(event.zh)\(colour.zh)预警（\(warning.sender)发布）：\(places.map(\.zh).joined(separator: "、"))",
            en: "- \(event.en), \(colour.en), by \(warning.sender): \(places.map(\.en).joined(separator: ", "))"
        )
    }
}
