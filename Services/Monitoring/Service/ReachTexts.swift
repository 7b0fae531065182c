import Foundation
import MessageSchema
import MonitoringCodecs
import ServiceKit
import Vocabulary

// What a channel's gateway is told of a warning: the body of its request.

extension MonitoringCore {
    /// The text for those places of one division, in the channel's languages: JSON with its names in order.
    func text(
        _ document: ReachRepository.Document,
        _ type: CAPAlert.MessageType,
        _ purpose: DocumentPurpose,
        _ channel: ReachChannel,
        _ places: [ReachPlace],
        _ turn: Turn
    ) throws -> Data {
        let texts = try texts(document.content, purpose, turn).filter {
            channel.languages.contains($0.language)
        }
        return try Data.sorted(
            ReachText(
                warning: document.warning,
                document: document.identifier,
                type: type.rawValue,
                realm: turn.realm.description,
                channel: channel.id.value,
                kind: channel.kind.rawValue,
                colour: document.isEnd ? nil : try document.content.colour.checked().name,
                hazard: try document.content.hazard.checked().rawValue,
                division: places.first?.division ?? "",
                places: places.map { ReachText.Place(id: $0.id.value, zh: $0.name.zh, en: $0.name.en) },
                expires: Instant(microseconds: document.content.expiresUs).description,
                texts: texts.map { ReachText.Words($0, isReal: turn.realm == .live) }
            )
        )
    }
}

private struct ReachText: Encodable {
    struct Place: Encodable { let id, zh, en: String }

    struct Words: Encodable {
        let language, headline, description, instruction: String

        /// An exercise says so first, so that nobody takes it for real.
        init(_ text: WarningText, isReal: Bool) {
            let prefix = isReal ? "" : text.language.hasPrefix("zh") ? "【演练】" : "EXERCISE: "
            (language, headline) = (text.language, prefix + text.headline)
            (description, instruction) = (prefix + text.description, prefix + text.instruction)
        }
    }

    let warning: String
    /// CAP identifier.
    let document: String
    /// CAP message type: Alert, Update, Cancel.
    let type: String
    let realm: String
    let channel: String
    let kind: String
    /// None in an all-clear.
    let colour: String?
    let hazard: String
    let division: String
    let places: [Place]
    let expires: String
    let texts: [Words]
}
