package import Foundation

/// One alert of a document, with the judgement of the schema and of the meaning.
package struct CAPReading: Hashable, Sendable {
    package let version: CAPAlert.Version
    /// Nil where the schema refuses the alert.
    package let alert: CAPAlert?
    /// Whether an XML signature goes with it; it is not checked here.
    package let isSigned: Bool
    package let schemaFaults: [CAPFault]
    /// Judged by the standard alone; empty where there is no alert.
    package let meaningFaults: [CAPFault]

    /// Whether the alert can be acted on: no violation of the schema or of the meaning. Doubts may remain.
    package var isSound: Bool { alert != nil && meaningFaults.allSatisfy { $0.gravity == .doubt } }
}

/// Reads CAP 1.2 and 1.1 from senders whom nobody knows.
package enum CAPDecoder {
    /// The alerts of a document, in its order: the alert itself, or those within an envelope (EDXL-DE) or a feed.
    ///
    /// At most 1 MiB, 32 elements deep and 20,000 elements, in UTF-8. A document type is refused before anything is parsed,
    /// so that no entity is expanded or fetched. An alert that the schema refuses gives a reading with its faults, and the
    /// others of the document are still read.
    /// Errors: `too-large`, `not-utf8`, `document-type`, `not-well-formed`, `too-deep`, `too-many-elements`, `no-alert`,
    /// `unknown-version`, `platform-form`.
    package static func decode(_ bytes: Data) throws(CAPError) -> [CAPReading] {
        let root = try Markup.read(bytes)
        if root.name == "alert", CAPAlert.Version(rawValue: root.namespace) == nil {
            guard root.namespace.isEmpty else {
                throw CAPError(.unknownVersion, "'\(root.namespace.prefix(80))' is no version of CAP; send 1.2")
            }
            throw CAPError(
                .platformForm,
                "an alert without CAP's namespace; read it as a message of the platform 12379"
            )
        }
        var alerts: [MarkupElement] = []
        collect(root, &alerts)
        guard !alerts.isEmpty else {
            throw CAPError(
                .noAlert,
                "<\(root.name.prefix(60))> holds no CAP alert; send the alerts themselves, or follow links with index:"
            )
        }
        return alerts.compactMap(reading)
    }

    private static func collect(_ element: MarkupElement, _ alerts: inout [MarkupElement]) {
        if element.name == "alert", CAPAlert.Version(rawValue: element.namespace) != nil {
            alerts.append(element)
        } else {
            for child in element.children { collect(child, &alerts) }
        }
    }

    private static func reading(_ element: MarkupElement) -> CAPReading? {
        guard let version = CAPAlert.Version(rawValue: element.namespace) else { return nil }
        let faults = CAPGrammar.faults(in: element, version)
        let alert = faults.isEmpty ? CAPAlert(element) : nil
        return CAPReading(
            version: version,
            alert: alert,
            isSigned: element.children.contains { $0.namespace == CAPGrammar.signature },
            schemaFaults: faults,
            meaningFaults: alert?.faults() ?? []
        )
    }
}

// The schema was judged before: what it requires is there. Nil would mean that the table and these lines disagree.

extension CAPAlert {
    fileprivate init?(_ element: MarkupElement) {
        guard let sent = element.time("sent"), let status: Status = element.word("status"),
            let messageType: MessageType = element.word("msgType"), let scope: Scope = element.word("scope")
        else { return nil }
        self.init(
            identifier: element.text("identifier"),
            sender: element.text("sender"),
            sent: sent,
            status: status,
            messageType: messageType
        )
        (self.scope, source, restriction) = (scope, element.text("source"), element.text("restriction"))
        (addresses, codes, note) = (element.text("addresses"), element.texts("code"), element.text("note"))
        (references, incidents) = (element.text("references"), element.text("incidents"))
        infos = element.all("info").compactMap(Info.init)
    }
}

extension CAPAlert.Info {
    fileprivate init?(_ element: MarkupElement) {
        guard let urgency: CAPAlert.Urgency = element.word("urgency"),
            let severity: CAPAlert.Severity = element.word("severity"),
            let certainty: CAPAlert.Certainty = element.word("certainty")
        else { return nil }
        self.init(
            categories: element.texts("category").compactMap(CAPAlert.Category.init),
            event: element.text("event"),
            urgency: urgency,
            severity: severity,
            certainty: certainty
        )
        let language = element.text("language").trimmedXML
        if !language.isEmpty { self.language = language }
        responses = element.texts("responseType").compactMap(CAPAlert.Response.init)
        (audience, eventCodes) = (element.text("audience"), element.all("eventCode").map(CAPAlert.Pair.init))
        (effective, onset, expires) = (element.time("effective"), element.time("onset"), element.time("expires"))
        (senderName, headline) = (element.text("senderName"), element.text("headline"))
        (description, instruction) = (element.text("description"), element.text("instruction"))
        (web, contact) = (element.text("web").trimmedXML, element.text("contact"))
        parameters = element.all("parameter").map(CAPAlert.Pair.init)
        resources = element.all("resource").map(CAPAlert.Resource.init)
        areas = element.all("area").map(CAPAlert.Area.init)
    }
}

extension CAPAlert.Pair {
    fileprivate init(_ element: MarkupElement) { self.init(element.text("valueName"), element.text("value")) }
}

extension CAPAlert.Resource {
    fileprivate init(_ element: MarkupElement) {
        self.init(description: element.text("resourceDesc"), mimeType: element.text("mimeType"))
        (size, uri) = (element.text("size").trimmedXML, element.text("uri").trimmedXML)
        (embedded, digest) = (element.text("derefUri"), element.text("digest"))
    }
}

extension CAPAlert.Area {
    fileprivate init(_ element: MarkupElement) {
        self.init(description: element.text("areaDesc"))
        (polygons, circles) = (element.texts("polygon"), element.texts("circle"))
        geocodes = element.all("geocode").map(CAPAlert.Pair.init)
        (altitude, ceiling) = (element.text("altitude").trimmedXML, element.text("ceiling").trimmedXML)
    }
}

extension MarkupElement {
    fileprivate func time(_ name: String) -> CAPTime? { first(name).flatMap { CAPTime($0.text.trimmedXML) } }

    fileprivate func word<Word: RawRepresentable>(_ name: String) -> Word? where Word.RawValue == String {
        first(name).flatMap { Word(rawValue: $0.text) }
    }
}
