/// A CAP 1.2 alert: OASIS Common Alerting Protocol Version 1.2 (ITU-T X.1303 bis), the whole of it.
///
/// A value holds what the schema holds: texts that have a form of their own (`references`, polygons, circles) are kept as
/// written, and `CAPReference`, `CAPPolygon` and `CAPCircle` read and write them. An empty text stands for an absent element;
/// senders write either for nothing. `CAPDecoder` reads a document, `encoded` writes one, `faults` judges the meaning.
package struct CAPAlert: Hashable, Sendable {
    /// 3.2.1 status.
    package enum Status: String, CaseIterable, Sendable {
        case actual = "Actual"
        case exercise = "Exercise"
        case system = "System"
        case test = "Test"
        case draft = "Draft"
    }

    /// 3.2.1 msgType.
    package enum MessageType: String, CaseIterable, Sendable {
        case alert = "Alert"
        case update = "Update"
        case cancel = "Cancel"
        case acknowledgement = "Ack"
        case error = "Error"

        /// Whether the document warns by itself, so that it needs content, places and an end.
        package var warns: Bool { self == .alert || self == .update }
    }

    /// 3.2.1 scope.
    package enum Scope: String, CaseIterable, Sendable {
        case everyone = "Public"
        case restricted = "Restricted"
        case personal = "Private"
    }

    package var identifier: String
    package var sender: String
    package var sent: CAPTime
    package var status: Status
    package var messageType: MessageType
    package var source = ""
    package var scope = Scope.everyone
    /// Who may have a Restricted alert.
    package var restriction = ""
    /// The receivers of a Private alert, separated by spaces; names of several words in double quotes.
    package var addresses = ""
    package var codes: [String] = []
    /// Why it is no alarm, for an exercise or an error.
    package var note = ""
    /// Every earlier document that this one is about: `CAPReference.text`.
    package var references = ""
    /// Names of incidents, separated by spaces; names of several words in double quotes.
    package var incidents = ""
    package var infos: [Info] = []

    package init(identifier: String, sender: String, sent: CAPTime, status: Status, messageType: MessageType) {
        (self.identifier, self.sender, self.sent) = (identifier, sender, sent)
        (self.status, self.messageType) = (status, messageType)
    }

    /// The version that the document's namespace names.
    package enum Version: String, CaseIterable, Sendable {
        case v1_1 = "urn:oasis:names:tc:emergency:cap:1.1"
        case v1_2 = "urn:oasis:names:tc:emergency:cap:1.2"
    }
}

/// One earlier document, as `references` names it: `sender,identifier,sent` (CAP 1.2, 3.2.1).
package struct CAPReference: Hashable, Sendable {
    package let sender: String
    package let identifier: String
    package let sent: CAPTime

    package init(sender: String, identifier: String, sent: CAPTime) {
        (self.sender, self.identifier, self.sent) = (sender, identifier, sent)
    }

    /// Reads one triple; nil unless it has three parts that are not empty and the last is a time.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, let sent = CAPTime(parts[2]) else { return nil }
        self.init(sender: String(parts[0]), identifier: String(parts[1]), sent: sent)
    }

    /// The triple.
    package var text: String { "\(sender),\(identifier),\(sent.text)" }

    /// The text of the element for these documents.
    package static func text(_ references: [CAPReference]) -> String {
        references.map(\.text).joined(separator: " ")
    }
}
