import MonitoringCodecs
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
    let areas: [Name]
    let hazard: Hazard
    let colour: WarningColour
    let value: Quantity
    let threshold: Quantity
    let observed: Instant

    /// The warning in both languages.
    var warning: [WarningText] {
        let (event, name, advice) = (Self.event(hazard), Self.colourName(colour), Self.instruction(colour))
        return [
            info(
                "zh-CN",
                \.zh,
                event.zh,
                headline: "\(sender.zh)发布\(event.zh)\(name.zh)预警[\(Self.level(colour))级]",
                description: "\(station.zh)\(clock)测得\(value)，达到\(name.zh)预警阈值\(threshold)。",
                instruction: advice.zh
            ),
            info(
                "en-US",
                \.en,
                event.en,
                headline: "\(sender.en): \(event.en.lowercased()) \(name.en) warning (level \(Self.level(colour)))",
                description:
                    "\(station.en) measured \(value) at \(clock) (Beijing), at or above the \(name.en) threshold of \(threshold).",
                instruction: advice.en
            ),
        ]
    }

    /// The all-clear in both languages.
    var allClear: [WarningText] {
        let event = Self.event(hazard)
        return [
            info(
                "zh-CN",
                \.zh,
                event.zh,
                headline: "\(sender.zh)解除\(event.zh)预警",
                description: "\(station.zh)的\(event.zh)预警解除。",
                instruction: "仍请远离河道，注意次生灾害。"
            ),
            info(
                "en-US",
                \.en,
                event.en,
                headline: "\(sender.en): \(event.en.lowercased()) warning lifted",
                description: "The \(event.en.lowercased()) warning at \(station.en) is lifted.",
                instruction: "Keep away from the river and beware of secondary hazards."
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
    private var clock: String { String(CAPTime(observed).text.prefix(16).replacing("T", with: " ")) }

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

    private static func colourName(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "蓝色", en: "blue")
        case .yellow: Name(zh: "黄色", en: "yellow")
        case .orange: Name(zh: "橙色", en: "orange")
        case .red: Name(zh: "红色", en: "red")
        }
    }

    private static func event(_ hazard: Hazard) -> Name {
        switch hazard {
        case .flashFlood: Name(zh: "山洪", en: "Flash flood")
        case .riverFlood: Name(zh: "洪水", en: "River flood")
        case .rainstorm: Name(zh: "暴雨", en: "Rainstorm")
        case .landslide: Name(zh: "地质灾害", en: "Landslide")
        case .wildfire: Name(zh: "森林草原火灾", en: "Wildfire")
        case .earthquake: Name(zh: "地震", en: "Earthquake")
        }
    }

    private static func instruction(_ colour: WarningColour) -> Name {
        switch colour {
        case .blue: Name(zh: "关注水情，远离河道。", en: "Follow the situation and keep away from the river.")
        case .yellow: Name(zh: "停止涉水活动，做好转移准备。", en: "Stop all activity in or by the water and prepare to leave.")
        case .orange:
            Name(zh: "老弱病残先行转移，随时准备撤离。", en: "The old, the sick and children leave first; be ready to go at once.")
        case .red: Name(zh: "立即转移到高处。", en: "Move to higher ground immediately.")
        }
    }
}
