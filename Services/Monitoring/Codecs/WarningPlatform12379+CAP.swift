import Vocabulary

extension PlatformWarning {
    /// What one form says and the other cannot.
    package enum Loss: String, CaseIterable, Sendable {
        /// The words for each channel.
        case methods
        case classification
        /// The platform's senderName, a person.
        case person
        /// The platform names earlier messages without the time at which they were sent; that of the identifier is taken.
        case referenceTimes = "reference-times"
        /// Languages other than the Chinese.
        case languages
        case responses
        /// Source, restriction, addresses, codes, incidents, audience, contact, resources.
        case details
        /// Event codes, parameters and geocodes other than those of China.
        case codes
        /// Polygons and circles beyond the first of an area; altitudes.
        case places
        /// A last part of identifiers that the platform does not write.
        case numbers
    }

    /// The CAP alert that says the same, and what it does not say.
    ///
    /// The sender is the 14-digit code, since a name with blanks or commas is no sender; the office's name is senderName. The
    /// colour gives the severity and stands as a parameter.
    package func alert() -> (alert: CAPAlert, losses: [Loss]) {
        var alert = CAPAlert(
            identifier: identifier.text,
            sender: senderCode,
            sent: CAPTime(sent),
            status: status,
            messageType: messageType
        )
        (alert.scope, alert.note) = (scope, note)
        alert.references = CAPReference.text(
            references.map { CAPReference(sender: $0.senderCode, identifier: $0.text, sent: CAPTime($0.time)) }
        )
        alert.infos = infos.map { $0.info(office: sender) }
        let losses: [(Bool, Loss)] = [
            (!methods.isEmpty, .methods), (classification != "None", .classification),
            (infos.contains { !$0.senderName.isEmpty }, .person), (!references.isEmpty, .referenceTimes),
        ]
        return (alert, losses.filter(\.0).map(\.1))
    }

    /// The message of the platform that says the same as a CAP alert of the China profile, and what it does not say.
    ///
    /// `office` is the sender's name; `channels` are those that should carry it, each with the description as its words.
    /// Errors: `not-expressible` where the alert is not of the China profile, with the first fault, has no event code, was
    /// sent in the second of one that it refers to, or the office or a channel has no name.
    package static func message(_ alert: CAPAlert, office: String, channels: [String]) throws(CAPError)
        -> (message: PlatformWarning, losses: [Loss])
    {
        if let fault = alert.faults(.china).first(where: { $0.gravity == .violation }) {
            throw CAPError(.notExpressible, fault.description)
        }
        guard !office.trimmedXML.isEmpty, channels.allSatisfy({ !$0.trimmedXML.isEmpty }) else {
            throw CAPError(.notExpressible, "name the office and every channel")
        }
        let identifier = try NationalIdentifier(alert.identifier)
        guard let info = alert.infos.first(where: { $0.language.lowercased() == "zh-cn" }) else {
            throw CAPError(.notExpressible, "the platform speaks Chinese; add zh-CN")
        }
        var message = PlatformWarning(
            identifier: identifier.platformForm,
            sender: office.trimmedXML,
            sent: alert.sent.instant,
            status: alert.status,
            messageType: alert.messageType,
            infos: [try PlatformWarning.Info(info, sent: alert.sent.instant)]
        )
        (message.scope, message.note) = (alert.scope, alert.note.trimmedXML)
        for text in alert.references.split(whereSeparator: \.isXMLSpace) {
            guard let reference = CAPReference(text) else { continue }
            message.references.append(try NationalIdentifier(reference.identifier).platformForm)
        }
        guard !message.references.contains(message.identifier) else {
            throw CAPError(
                .notExpressible,
                "the platform's identifiers tell no two documents of one second apart; send it later"
            )
        }
        message.methods = channels.map { Method(name: $0.trimmedXML, message: info.description.trimmedXML) }
        return (message, losses(alert, info))
    }

    private static func losses(_ alert: CAPAlert, _ info: CAPAlert.Info) -> [Loss] {
        let isKnown: (CAPAlert.Pair) -> Bool = {
            [NationalEvent.name, CAPAlert.colourName, CAPAlert.divisionName].contains($0.name)
        }
        let pairs = info.eventCodes + info.parameters + info.areas.flatMap(\.geocodes)
        let details = [alert.source, alert.restriction, alert.addresses, alert.incidents, info.audience, info.contact]
        let losses: [(Bool, Loss)] = [
            (true, .numbers),
            (!alert.references.isEmpty, .referenceTimes),
            (alert.infos.count > 1, .languages),
            (!info.responses.isEmpty, .responses),
            (details.contains { !$0.isEmpty } || !alert.codes.isEmpty || !info.resources.isEmpty, .details),
            (!pairs.allSatisfy(isKnown), .codes),
            (info.areas.contains { $0.polygons.count + $0.circles.count > 1 || !$0.altitude.isEmpty }, .places),
        ]
        return losses.filter(\.0).map(\.1)
    }
}

extension NationalIdentifier {
    /// Without the last part.
    fileprivate var platformForm: NationalIdentifier {
        NationalIdentifier(senderCode: senderCode, time: time, number: nil) ?? self
    }
}

extension PlatformWarning.Info {
    fileprivate func info(office: String) -> CAPAlert.Info {
        var info = CAPAlert.Info(
            categories: [event.category],
            event: event.chinese ?? event.code,
            urgency: urgency,
            severity: colour.map(CAPAlert.Severity.init) ?? .unknown,
            certainty: certainty
        )
        (info.language, info.senderName) = (language, office)
        info.eventCodes = [CAPAlert.Pair(NationalEvent.name, event.code)]
        info.effective = CAPTime(effective)
        (info.onset, info.expires) = (onset.map(CAPTime.init), expires.map(CAPTime.init))
        (info.headline, info.description, info.instruction) = (headline, description, instruction)
        info.web = web
        info.parameters = colour.map { [CAPAlert.Pair(CAPAlert.colourName, $0.name)] } ?? []
        info.areas = areas.map(\.area)
        return info
    }

    fileprivate init(_ info: CAPAlert.Info, sent: Instant) throws(CAPError) {
        let code = info.eventCodes.first { $0.name == NationalEvent.name }?.value
        guard let event = code.flatMap(NationalEvent.init) else {
            throw CAPError(.notExpressible, "info/eventCode: add the code of the event as '\(NationalEvent.name)'")
        }
        self.init(
            language: info.language,
            event: event,
            colour: info.colour,
            effective: info.effective?.instant ?? sent,
            headline: info.headline.trimmedXML.isEmpty ? info.event.trimmedXML : info.headline.trimmedXML,
            description: info.description.trimmedXML
        )
        (urgency, certainty) = (info.urgency, info.certainty)
        (onset, expires) = (info.onset?.instant, info.expires?.instant)
        (senderName, instruction, web) = (info.senderName.trimmedXML, info.instruction.trimmedXML, info.web)
        areas = info.areas.map(PlatformWarning.Area.init)
    }
}

extension PlatformWarning.Area {
    fileprivate var area: CAPAlert.Area {
        // Messages were seen that name one place twice.
        var area = CAPAlert.Area(description: distinct(descriptions).joined(separator: "、"))
        area.polygons = polygon.isEmpty ? [] : [polygon]
        area.circles = circle.isEmpty ? [] : [circle]
        area.geocodes = distinct(divisions).map { CAPAlert.Pair(CAPAlert.divisionName, $0.digits) }
        return area
    }

    fileprivate init(_ area: CAPAlert.Area) {
        let divisions = area.geocodes.filter { $0.name == CAPAlert.divisionName }.compactMap { DivisionCode($0.value) }
        self.init(
            descriptions: area.description.split { ",、".contains($0) }.map(\.trimmedXML).filter { !$0.isEmpty },
            divisions: divisions.map(\.shortest)
        )
        (polygon, circle) = (area.polygons.first?.trimmedXML ?? "", area.circles.first?.trimmedXML ?? "")
    }
}

/// Each value once, where it stands first.
private func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
}
