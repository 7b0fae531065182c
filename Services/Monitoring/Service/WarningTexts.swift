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
    let areas: [Name]
    let hazard: Hazard
    let colour: WarningColour
    let value: Quantity
    let threshold: Quantity
    let observed: Instant
    /// What of the readings was compared.
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
                description:
                    "\(station.zh)\(finding.zh)，\(isDownward ? "低至" : "达到")\(name.zh)预警阈值\(shown(threshold).zh)。",
                instruction: advice.zh
            ),
            info(
                "en-US",
                \.en,
                event.en,
                headline: "\(sender.en): \(event.en.lowercased()) \(name.en) warning (level \(Self.level(colour)))",
                description: """
                    \(station.en) \(finding.en), at or \(isDownward ? "below" : "above") the \(name.en) threshold of \
                    \(shown(threshold).en).
                    """,
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

    private var isDownward: Bool { measure.isDownward }

    /// What was found, as it follows the station's name.
    private var finding: Name {
        let (value, span) = (shown(value), Self.span(measure.window))
        let at = (zh: "截至\(clock)", en: "by \(clock) (Beijing)")
        return switch measure {
        case .level, .low: Name(zh: "\(clock)测得\(value.zh)", en: "measured \(value.en) at \(clock) (Beijing)")
        case .rise: Name(zh: "\(at.zh)\(span.zh)内上升\(value.zh)", en: "rose \(value.en) within \(span.en) \(at.en)")
        case .fall: Name(zh: "\(at.zh)\(span.zh)内下降\(value.zh)", en: "fell \(value.en) within \(span.en) \(at.en)")
        case .mean:
            Name(zh: "\(at.zh)\(span.zh)平均\(value.zh)", en: "averaged \(value.en) over \(span.en) \(at.en)")
        case .accumulation:
            Name(zh: "\(at.zh)\(span.zh)累计\(value.zh)", en: "summed up to \(value.en) within \(span.en) \(at.en)")
        case .repeats(_, let over):
            Name(
                zh: "\(at.zh)\(span.zh)内\(value.zh)不低于\(over)",
                en: "reached \(over) \(value.en) within \(span.en) \(at.en)"
            )
        case .silence:
            Name(zh: "自\(clock)起已\(value.zh)无读数", en: "has given no reading for \(value.en) since \(clock) (Beijing)")
        }
    }

    /// A count as times, a silence as a span, and what was worked out without the zeros that say nothing.
    private func shown(_ quantity: Quantity) -> Name {
        switch measure {
        case .repeats: return Name(zh: "\(quantity.number)次", en: "\(quantity.number) times")
        case .silence: return Self.span(.microseconds(quantity.millionths))
        case .level, .low: return Name(zh: "\(quantity)", en: "\(quantity)")
        case .rise, .fall, .mean, .accumulation:
            var (amount, decimals) = (quantity.amount, quantity.decimals)
            while decimals > threshold.decimals, amount % 10 == 0 { (amount, decimals) = (amount / 10, decimals - 1) }
            let text = Quantity(amount, decimals: decimals, quantity.unit)?.description ?? quantity.description
            return Name(zh: text, en: text)
        }
    }

    /// `3 小时`, `90 分钟`.
    private static func span(_ duration: Duration) -> Name {
        let seconds = duration.components.seconds
        if seconds >= 3_600, seconds % 3_600 == 0 {
            return Name(zh: "\(seconds / 3_600)小时", en: "\(seconds / 3_600) h")
        }
        if seconds % 60 == 0 { return Name(zh: "\(seconds / 60)分钟", en: "\(seconds / 60) min") }
        return Name(zh: "\(seconds)秒", en: "\(seconds) s")
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
}
