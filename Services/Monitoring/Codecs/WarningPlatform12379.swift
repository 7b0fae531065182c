package import Foundation
package import Vocabulary

/// A message of the national warning platform 12379 国家突发事件预警信息发布系统, the form that looks like CAP and is not:
/// no namespace, a blank in times, the colour as severity, the words for each channel in `code`.
///
/// The interface (GB/T 34283-2017) is not public; the form is that of messages seen. Empty elements are absent values.
package struct PlatformWarning: Hashable, Sendable {
    /// The words for one channel.
    package struct Method: Hashable, Sendable {
        /// `SPEAKER`, `SMS` and others.
        package var name: String
        package var message: String
        /// Groups of receivers, by the platform's own keys.
        package var audienceGroups: [String]
        /// `audenceprt`, as the platform spells it: what the groups are called there is not public.
        package var audienceParts: [String]

        package init(name: String, message: String, audienceGroups: [String] = [], audienceParts: [String] = []) {
            (self.name, self.message) = (name, message)
            (self.audienceGroups, self.audienceParts) = (audienceGroups, audienceParts)
        }
    }

    /// Where.
    package struct Area: Hashable, Sendable {
        package var descriptions: [String]
        /// As CAP writes it; empty for none.
        package var polygon = ""
        /// As CAP writes it; empty for none.
        package var circle = ""
        package var divisions: [DivisionCode]

        package init(descriptions: [String], divisions: [DivisionCode]) {
            (self.descriptions, self.divisions) = (descriptions, divisions)
        }
    }

    /// The content.
    package struct Info: Hashable, Sendable {
        package var language: String
        package var event: NationalEvent
        package var urgency = CAPAlert.Urgency.unknown
        /// Nil where the platform's severity is Unknown.
        package var colour: WarningColour?
        package var certainty = CAPAlert.Certainty.unknown
        package var effective: Instant
        package var onset: Instant?
        package var expires: Instant?
        /// A person, in the messages seen.
        package var senderName = ""
        package var headline: String
        package var description: String
        package var instruction = ""
        package var web = ""
        package var areas: [Area] = []

        package init(
            language: String,
            event: NationalEvent,
            colour: WarningColour?,
            effective: Instant,
            headline: String,
            description: String
        ) {
            (self.language, self.event, self.colour) = (language, event, colour)
            (self.effective, self.headline, self.description) = (effective, headline, description)
        }
    }

    package var identifier: NationalIdentifier
    /// The office that warns.
    package var sender: String
    /// 14 digits, as in the identifier.
    package var senderCode: String
    package var sent: Instant
    package var status: CAPAlert.Status
    package var messageType: CAPAlert.MessageType
    package var scope = CAPAlert.Scope.everyone
    package var methods: [Method] = []
    /// `None` for no secret.
    package var classification = "None"
    package var note = ""
    package var references: [NationalIdentifier] = []
    package var infos: [Info]

    package init(
        identifier: NationalIdentifier,
        sender: String,
        sent: Instant,
        status: CAPAlert.Status,
        messageType: CAPAlert.MessageType,
        infos: [Info]
    ) {
        (self.identifier, self.sender, self.senderCode) = (identifier, sender, identifier.senderCode)
        (self.sent, self.status, self.messageType, self.infos) = (sent, status, messageType, infos)
    }
}

// MARK: Encoding

extension PlatformWarning {
    /// The document in UTF-8, times in Beijing and whole seconds, division codes with zeros up to twelve digits.
    ///
    /// What `decode` reads from the form of an alert (`message`) is that value again. Other values lose what the form cannot
    /// hold: white space around texts, commas within items of lists, fractions of a second.
    package func encoded() -> Data {
        var writer = MarkupWriter()
        writer.element("alert") { writer in
            writer.element("identifier", identifier.text)
            writer.element("sender", sender)
            writer.element("senderCode", senderCode)
            writer.element("sendTime", Self.time(sent))
            writer.element("status", status.rawValue)
            writer.element("msgType", messageType.rawValue)
            writer.element("scope", scope.rawValue)
            writer.element("code") { for method in methods { method.write(to: &$0) } }
            writer.element("secClassification", classification)
            writer.element("note", note)
            writer.element("references", references.map(\.text).joined(separator: ","))
            for info in infos { writer.element("info") { info.write(to: &$0) } }
        }
        return writer.bytes
    }

    /// `2020-02-05 10:45:00+08:00`.
    fileprivate static func time(_ instant: Instant) -> String { CAPTime(instant).text.replacing("T", with: " ") }
}

extension PlatformWarning.Method {
    fileprivate func write(to writer: inout MarkupWriter) {
        writer.element("method") { writer in
            writer.element("methodName", name)
            writer.element("message", message)
            writer.element("audienceGrp", audienceGroups.joined(separator: ","))
            writer.element("audenceprt", audienceParts.joined(separator: ","))
        }
    }
}

extension PlatformWarning.Info {
    fileprivate func write(to writer: inout MarkupWriter) {
        writer.element("language", language)
        writer.element("eventType", event.code)
        writer.element("urgency", urgency.rawValue)
        writer.element("severity", colour?.name.capitalized ?? "Unknown")
        writer.element("certainty", certainty.rawValue)
        writer.element("effective", PlatformWarning.time(effective))
        writer.element("onset", onset.map(PlatformWarning.time) ?? "")
        writer.element("expires", expires.map(PlatformWarning.time) ?? "")
        writer.element("senderName", senderName)
        writer.element("headline", headline)
        writer.element("description", description)
        writer.element("instruction", instruction)
        writer.element("web", web)
        for area in areas { writer.element("area") { area.write(to: &$0) } }
    }
}

extension PlatformWarning.Area {
    fileprivate func write(to writer: inout MarkupWriter) {
        writer.element("areaDesc", descriptions.joined(separator: ","))
        writer.element("polygon", polygon)
        writer.element("circle", circle)
        writer.element("geocode", divisions.map(\.padded).joined(separator: ","))
    }
}

extension DivisionCode {
    /// The code with zeros up to twelve digits, as the platform writes it.
    fileprivate var padded: String { digits + String(repeating: "0", count: 12 - digits.count) }
}
