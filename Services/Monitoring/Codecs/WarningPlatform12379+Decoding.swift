package import Foundation
package import Vocabulary

extension PlatformWarning {
    /// Reads a message. The order of elements is not judged, and elements that the suite does not know are passed over: the
    /// interface is not public.
    ///
    /// The bounds are those of `CAPDecoder`. Errors: those of its reading, and `bad-message` with the element and what should
    /// stand there.
    package static func decode(_ bytes: Data) throws(CAPError) -> PlatformWarning {
        let alert = try Markup.read(bytes)
        guard alert.name == "alert", alert.namespace.isEmpty else {
            throw CAPError(
                .badMessage,
                "<\(alert.name.prefix(60))> is no message of the platform 12379; its root is <alert>"
            )
        }
        let identifier = try NationalIdentifier(try alert.required("identifier"))
        var infos: [Info] = []
        for info in alert.all("info") { infos.append(try PlatformWarning.info(info)) }
        guard !infos.isEmpty else { throw CAPError(.badMessage, "alert/info: say what the warning is about") }
        var warning = PlatformWarning(
            identifier: identifier,
            sender: try alert.required("sender"),
            sent: try alert.time("sendTime"),
            status: try alert.word("status"),
            messageType: try alert.word("msgType"),
            infos: infos
        )
        let senderCode = try alert.required("senderCode")
        guard senderCode == identifier.senderCode else {
            throw CAPError(.badMessage, "alert/senderCode: the identifier begins with \(identifier.senderCode)")
        }
        warning.scope = try alert.word("scope")
        for method in alert.all("code").flatMap({ $0.all("method") }) {
            warning.methods.append(try PlatformWarning.method(method))
        }
        (warning.classification, warning.note) = (alert.value("secClassification"), alert.value("note"))
        for reference in alert.value("references").split(whereSeparator: { $0 == "," || $0.isXMLSpace }) {
            warning.references.append(try NationalIdentifier(String(reference)))
        }
        try warning.checkStory()
        return warning
    }

    /// CAP's rules for what updates and cancels hold here too.
    private func checkStory() throws(CAPError) {
        guard messageType == .alert || !references.isEmpty else {
            throw CAPError(
                .badMessage,
                "alert/references: name the messages that this \(messageType.rawValue) is about"
            )
        }
        guard !references.contains(identifier) else {
            throw CAPError(.badMessage, "alert/identifier: it is taken by the message that this one is about")
        }
    }

    private static func method(_ element: MarkupElement) throws(CAPError) -> Method {
        Method(
            name: try element.required("methodName"),
            message: element.value("message"),
            audienceGroups: element.list("audienceGrp"),
            audienceParts: element.list("audenceprt")
        )
    }

    private static func info(_ element: MarkupElement) throws(CAPError) -> Info {
        let code = try element.required("eventType")
        guard let event = NationalEvent(code) else {
            throw CAPError(.badMessage, "info/eventType: '\(code.prefix(60))' is no code like 11B06")
        }
        var info = Info(
            language: try element.required("language"),
            event: event,
            colour: try colour(element),
            effective: try element.time("effective"),
            headline: try element.required("headline"),
            description: element.value("description")
        )
        (info.urgency, info.certainty) = (try element.word("urgency"), try element.word("certainty"))
        (info.onset, info.expires) = (try element.optionalTime("onset"), try element.optionalTime("expires"))
        guard info.expires.map({ $0 > info.onset ?? info.effective }) ?? true else {
            throw CAPError(.badMessage, "info/expires: it is over before it begins")
        }
        (info.senderName, info.instruction) = (element.value("senderName"), element.value("instruction"))
        info.web = element.value("web")
        for place in element.all("area") { info.areas.append(try area(place)) }
        return info
    }

    private static func colour(_ element: MarkupElement) throws(CAPError) -> WarningColour? {
        let word = try element.required("severity")
        if word == "Unknown" { return nil }
        guard let colour = WarningColour.allCases.first(where: { $0.name.capitalized == word }) else {
            throw CAPError(
                .badMessage,
                "info/severity: write Blue, Yellow, Orange, Red or Unknown, not '\(word.prefix(60))'"
            )
        }
        return colour
    }

    private static func area(_ element: MarkupElement) throws(CAPError) -> Area {
        var divisions: [DivisionCode] = []
        for code in element.list("geocode") {
            guard let division = DivisionCode(code) else {
                throw CAPError(.badMessage, "area/geocode: '\(code.prefix(60))' is no division code of 2 to 12 digits")
            }
            divisions.append(division.shortest)
        }
        var area = Area(descriptions: element.list("areaDesc"), divisions: divisions)
        (area.polygon, area.circle) = (element.value("polygon"), element.value("circle"))
        do {
            if !area.polygon.isEmpty { _ = try CAPPolygon(area.polygon) }
            if !area.circle.isEmpty { _ = try CAPCircle(area.circle) }
        } catch { throw CAPError(.badMessage, "area: \(error.message)") }
        return area
    }
}

extension DivisionCode {
    /// The code without the zeros that pad it to twelve digits: 410000000000 is the province 41.
    package var shortest: DivisionCode {
        for length in [2, 4, 6, 9] where length < digits.count && digits.dropFirst(length).allSatisfy({ $0 == "0" }) {
            return DivisionCode(String(digits.prefix(length))) ?? self
        }
        return self
    }
}

extension MarkupElement {
    fileprivate func value(_ name: String) -> String { text(name).trimmedXML }

    fileprivate func required(_ name: String) throws(CAPError) -> String {
        let value = value(name)
        guard !value.isEmpty else { throw CAPError(.badMessage, "\(self.name)/\(name): it is missing or empty") }
        return value
    }

    /// The items between commas, those that are empty left out.
    fileprivate func list(_ name: String) -> [String] {
        text(name).split(separator: ",").map(\.trimmedXML).filter { !$0.isEmpty }
    }

    fileprivate func word<Word: RawRepresentable & CaseIterable>(_ name: String) throws(CAPError) -> Word
    where Word.RawValue == String {
        let text = try required(name)
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw CAPError(.badMessage, "\(self.name)/\(name): write one of \(words), not '\(text.prefix(60))'")
        }
        return word
    }

    fileprivate func time(_ name: String) throws(CAPError) -> Instant {
        guard let time = try optionalTime(name) else {
            throw CAPError(.badMessage, "\(self.name)/\(name): it is missing or empty")
        }
        return time
    }

    fileprivate func optionalTime(_ name: String) throws(CAPError) -> Instant? {
        let text = value(name)
        if text.isEmpty { return nil }
        guard text.utf8.count == 25, text.dropFirst(10).first == " ",
            let time = CAPTime(text.prefix(10) + "T" + text.dropFirst(11))
        else {
            throw CAPError(
                .badMessage,
                "\(self.name)/\(name): write 2020-02-05 10:45:00+08:00, not '\(text.prefix(60))'"
            )
        }
        return time.instant
    }
}
