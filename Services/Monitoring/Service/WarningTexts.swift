import MonitoringCodecs
import MonitoringDomain
import Vocabulary

/// What a document says in one language.
struct WarningText {
    /// RFC 3066: `zh-CN`, `en-US`.
    let language: String
    let event: String
    let senderName: String
    let headline: String
    let description: String
    let instruction: String
    let areaDescription: String
}

/// What a warning says to people, in Chinese and English. Every sentence that goes out stands here.
struct WarningTexts {
    let sender: Name
    let station: Name
    /// Several stations agree, each with the value or a worse one.
    let isShared: Bool
    let areas: [Name]
    let hazard: Hazard
    let colour: WarningColour
    let value: Quantity
    let threshold: Quantity
    let observed: Instant
    /// What was compared with the threshold.
    let measure: WarningRule.Measure

    /// The warning in both languages.
    var warning: [WarningText] {
        let (event, name, advice) = (hazard.event, Self.colourName(colour), hazard.advice(colour))
        return [
            info(
                "zh-CN",
                \.zh,
                event.zh,
                headline: "\(sender.zh)发布\(event.zh)\(name.zh)预警[\(Self.level(colour))级]",
                description: finding.zh,
                instruction: advice.zh
            ),
            info(
                "en-US",
                \.en,
                event.en,
                headline: "\(sender.en): \(event.en.lowercased()) \(name.en) warning (level \(Self.level(colour)))",
                description: finding.en,
                instruction: advice.en
            ),
        ]
    }

    /// The all-clear in both languages.
    var allClear: [WarningText] {
        let (event, advice) = (hazard.event, hazard.adviceAfterwards)
        return [
            info(
                "zh-CN",
                \.zh,
                event.zh,
                headline: "\(sender.zh)解除\(event.zh)预警",
                description: "\(station.zh)的\(event.zh)预警解除。",
                instruction: advice.zh
            ),
            info(
                "en-US",
                \.en,
                event.en,
                headline: "\(sender.en): \(event.en.lowercased()) warning lifted",
                description: "The \(event.en.lowercased()) warning at \(station.en) is lifted.",
                instruction: advice.en
            ),
        ]
    }

    private func info(
        _ language: String,
        _ tongue: KeyPath<Name, String>,
        _ event: String,
        headline: String,
        description: String,
        instruction: String
    ) -> WarningText {
        WarningText(
            language: language,
            event: event,
            senderName: sender[keyPath: tongue],
            headline: headline,
            description: description,
            instruction: instruction,
            areaDescription: areas.map { $0[keyPath: tongue] }.joined(separator: language == "zh-CN" ? "、" : ", ")
        )
    }

    /// `2026-10-03 12:00`, Beijing.
    var clock: String { String(CAPTime(observed).text.prefix(16).replacing("T", with: " ")) }

    /// What people in the area should do.
    static func response(_ colour: WarningColour) -> CAPAlert.Response {
        switch colour {
        case .blue: .monitor
        case .yellow, .orange: .prepare
        case .red: .evacuate
        }
    }

    private static func level(_ colour: WarningColour) -> String {
        switch colour {
        case .blue: "IV"
        case .yellow: "III"
        case .orange: "II"
        case .red: "I"
        }
    }

    static func colourName(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "蓝色", en: "blue")
        case .yellow: Name(zh: "黄色", en: "yellow")
        case .orange: Name(zh: "橙色", en: "orange")
        case .red: Name(zh: "红色", en: "red")
        }
    }
}
