import MessageSchema
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

/// What a warning says to people, in Chinese and English. Every sentence that goes out stands here, save those that a person wrote.
struct WarningTexts {
    let sender: Name
    /// Nil where no gauge stands behind the warning.
    let station: Name?
    let areas: [Name]
    let hazard: Hazard
    let colour: WarningColour
    /// Nil where a person foretells it.
    let measured: Measured?
    /// What a person wrote in place of the sentences here.
    let words: WarningWords

    /// What is to be told, in both languages.
    func told(_ purpose: DocumentPurpose) -> [WarningText] {
        switch purpose {
        case .warning: warning
        case .allClear: allClear
        case .withdrawal(let reason): withdrawal(reason)
        }
    }

    /// The warning in both languages.
    private var warning: [WarningText] {
        let (event, name, advice) = (hazard.event, Self.colourName(colour), hazard.advice(colour))
        let measured = measured?.sentences(of: place, name)
        return [
            info(
                "zh-CN",
                \.zh,
                event.zh,
                headline: words.headlineZh.or("\(sender.zh)发布\(event.zh)\(name.zh)预警[\(Self.level(colour))级]"),
                description: words.descriptionZh.or(measured?.zh ?? ""),
                instruction: words.instructionZh.or(advice.zh)
            ),
            info(
                "en-US",
                \.en,
                event.en,
                headline: words.headlineEn.or(
                    "\(sender.en): \(event.en.lowercased()) \(name.en) warning (level \(Self.level(colour)))"
                ),
                description: words.descriptionEn.or(measured?.en ?? ""),
                instruction: words.instructionEn.or(advice.en)
            ),
        ]
    }

    /// The all-clear in both languages.
    private var allClear: [WarningText] {
        let (event, advice) = (hazard.event, hazard.adviceAfterwards)
        return [
            info(
                "zh-CN",
                \.zh,
                event.zh,
                headline: "\(sender.zh)解除\(event.zh)预警",
                description: "\(place.zh)的\(event.zh)预警解除。",
                instruction: advice.zh
            ),
            info(
                "en-US",
                \.en,
                event.en,
                headline: "\(sender.en): \(event.en.lowercased()) warning lifted",
                description: "The \(event.en.lowercased()) warning at \(place.en) is lifted.",
                instruction: advice.en
            ),
        ]
    }

    /// What takes a warning back that should not have been issued, in both languages; the reason as the person gave it.
    private func withdrawal(_ reason: String) -> [WarningText] {
        let event = hazard.event
        return [
            info(
                "zh-CN",
                \.zh,
                event.zh,
                headline: "\(sender.zh)撤销\(event.zh)预警",
                description: "\(place.zh)的\(event.zh)预警予以撤销，此前发布的内容作废。" + (reason.isEmpty ? "" : "原因：\(reason)"),
                instruction: "无需采取行动，请以最新通知为准。"
            ),
            info(
                "en-US",
                \.en,
                event.en,
                headline: "\(sender.en): \(event.en.lowercased()) warning withdrawn",
                description:
                    "The \(event.en.lowercased()) warning at \(place.en) is withdrawn; what was issued is void."
                    + (reason.isEmpty ? "" : " Reason: \(reason)"),
                instruction: "No action is needed; follow the latest notice."
            ),
        ]
    }

    /// The station; where there is none, the areas.
    private var place: Name {
        station ?? Name(zh: areas.map(\.zh).joined(separator: "、"), en: areas.map(\.en).joined(separator: ", "))
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

extension String {
    /// This text, or `other` where it is empty.
    fileprivate func or(_ other: String) -> String { isEmpty ? other : self }
}
