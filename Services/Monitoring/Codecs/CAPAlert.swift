package import Foundation
import FoundationXML
package import Vocabulary

/// A CAP 1.2 document: OASIS Common Alerting Protocol Version 1.2 (ITU-T X.1303 bis), with the China profile's identifier
/// (GB/T 35965.1-2018). Only what the suite says is modelled.
package struct CAPAlert: Hashable, Sendable {
    /// What the document is good for. Raw values are the standard's words, 3.2.1.
    package enum Status: String, Sendable { case actual = "Actual", exercise = "Exercise" }
    /// CAP 1.2, 3.2.1 msgType.
    package enum MessageType: String, Sendable { case alert = "Alert", update = "Update", cancel = "Cancel" }
    /// CAP 1.2, 3.2.2 category.
    package enum Category: String, Sendable { case geo = "Geo", met = "Met", fire = "Fire" }
    /// CAP 1.2, 3.2.2 responseType.
    package enum Response: String, Sendable {
        case evacuate = "Evacuate"
        case prepare = "Prepare"
        case monitor = "Monitor"
        case allClear = "AllClear"
    }
    /// CAP 1.2, 3.2.2 urgency.
    package enum Urgency: String, Sendable { case immediate = "Immediate", expected = "Expected", past = "Past" }
    /// CAP 1.2, 3.2.2 severity.
    package enum Severity: String, Sendable {
        case extreme = "Extreme"
        case severe = "Severe"
        case moderate = "Moderate"
        case minor = "Minor"

        /// Blue IV, yellow III, orange II, red I (GB/T 35965.1-2018).
        package init(_ colour: WarningColour) {
            self =
                switch colour {
                case .blue: .minor
                case .yellow: .moderate
                case .orange: .severe
                case .red: .extreme
                }
        }
    }

    /// An earlier document that this one updates or cancels.
    package struct Reference: Hashable, Sendable {
        package let identifier: String
        package let sent: Instant

        package init(identifier: String, sent: Instant) { (self.identifier, self.sent) = (identifier, sent) }
    }

    /// The content in one language.
    package struct Info: Hashable, Sendable {
        /// RFC 3066: `zh-CN`, `en-US`.
        package var language: String
        package var event: String
        package var senderName: String
        package var headline: String
        package var description: String
        package var instruction: String
        package var areaDescription: String

        package init(
            language: String,
            event: String,
            senderName: String,
            headline: String,
            description: String,
            instruction: String,
            areaDescription: String
        ) {
            (self.language, self.event, self.senderName) = (language, event, senderName)
            (self.headline, self.description, self.instruction) = (headline, description, instruction)
            self.areaDescription = areaDescription
        }
    }

    package var identifier: String
    package var sender: String
    package var sent: Instant
    package var status: Status
    package var messageType: MessageType
    /// Why it is no alarm, for an exercise; empty otherwise.
    package var note: String
    /// Every earlier document of the same warning, in order; empty for an alert.
    package var references: [Reference]
    package var category: Category
    package var response: Response
    package var urgency: Urgency
    package var severity: Severity
    package var colour: WarningColour
    package var onset: Instant
    package var expires: Instant
    package var divisions: [String]
    package var infos: [Info]

    package init(identifier: String, sender: String, sent: Instant, status: Status, messageType: MessageType) {
        (self.identifier, self.sender, self.sent) = (identifier, sender, sent)
        (self.status, self.messageType) = (status, messageType)
        (note, references, divisions, infos) = ("", [], [], [])
        (category, response, urgency, severity, colour) = (.geo, .monitor, .expected, .minor, .blue)
        (onset, expires) = (sent, sent)
    }
}

extension CAPAlert {
    /// What is wrong in meaning though the schema allows it; empty when nothing is (CAP 1.2, 3.2.1 and 3.2.2).
    package var faults: [String] {
        var faults: [String] = []
        func check(_ holds: Bool, _ fault: String) { if !holds { faults.append(fault) } }
        check(sent <= onset && onset < expires, "times: sent ≤ onset < expires")
        check(
            (messageType == .alert) == references.isEmpty,
            "references: an alert has none, an update or a cancel at least one"
        )
        check(!references.contains { $0.identifier == identifier }, "identifier: an update needs a new one")
        check(references.allSatisfy { $0.sent <= sent }, "references: none is later than this document")
        check(status != .exercise || !note.isEmpty, "note: an exercise says so")
        check(!infos.isEmpty && !divisions.isEmpty, "info and area: who is warned of what")
        for text in [identifier, sender] {
            check(
                !text.isEmpty && !text.contains { " ,<&".contains($0) },
                "identifier and sender: no space, comma, < or &"
            )
        }
        return faults
    }

    /// The document in UTF-8. Elements stand in the order of the schema; times carry the offset of Beijing, never `Z`.
    package func encoded() -> Data {
        let alert = Self.element("alert")
        alert.addNamespace(Self.namespace)
        alert.add("identifier", identifier)
        alert.add("sender", sender)
        alert.add("sent", Self.time(sent))
        alert.add("status", status.rawValue)
        alert.add("msgType", messageType.rawValue)
        alert.add("scope", "Public")
        if !note.isEmpty { alert.add("note", note) }
        if !references.isEmpty {
            alert.add(
                "references",
                references.map { "\(sender),\($0.identifier),\(Self.time($0.sent))" }.joined(separator: " ")
            )
        }
        for info in infos { alert.addChild(element(of: info)) }
        let document = XMLDocument(rootElement: alert)
        (document.version, document.characterEncoding) = ("1.0", "UTF-8")
        return document.xmlData
    }

    private func element(of info: Info) -> XMLElement {
        let element = Self.element("info")
        element.add("language", info.language)
        element.add("category", category.rawValue)
        element.add("event", info.event)
        element.add("responseType", response.rawValue)
        element.add("urgency", urgency.rawValue)
        element.add("severity", severity.rawValue)
        element.add("certainty", "Observed")
        element.add("effective", Self.time(sent))
        element.add("onset", Self.time(onset))
        element.add("expires", Self.time(expires))
        element.add("senderName", info.senderName)
        element.add("headline", info.headline)
        element.add("description", info.description)
        element.add("instruction", info.instruction)
        element.addChild(Self.pair("parameter", "colour", colour.name))
        let area = Self.element("area")
        area.add("areaDesc", info.areaDescription)
        for division in divisions { area.addChild(Self.pair("geocode", "GB/T 2260", division)) }
        element.addChild(area)
        return element
    }

    private static func pair(_ name: String, _ valueName: String, _ value: String) -> XMLElement {
        let element = element(name)
        element.add("valueName", valueName)
        element.add("value", value)
        return element
    }

    private static func element(_ name: String) -> XMLElement { XMLElement(name: name) }

    private static var namespace: XMLNode {
        let node = XMLNode(kind: .namespace)
        (node.name, node.stringValue) = ("", "urn:oasis:names:tc:emergency:cap:1.2")
        return node
    }

    /// `2026-10-03T12:00:41+08:00`, whole seconds (CAP 1.2, 3.3.2).
    package static func time(_ instant: Instant) -> String {
        let civil = BeijingTime.civil(instant)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let date = "\(civil.year)-\(two(civil.month))-\(two(civil.day))"
        return "\(date)T\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second))+08:00"
    }

    /// `ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`: the sender's code of 14 digits, Beijing time, and a digit that tells documents of
    /// one second apart (GB/T 35965.1-2018).
    package static func identifier(senderCode: String, sent: Instant, number: Int) -> String {
        "\(senderCode)_\(time(sent).prefix(19).filter(\.isNumber))_\(number)"
    }
}

extension XMLElement {
    fileprivate func add(_ name: String, _ text: String) { addChild(XMLElement(name: name, stringValue: text)) }
}
