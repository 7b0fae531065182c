import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

/// What a document tells people.
enum DocumentPurpose {
    case warning
    /// The danger is over 解除: CAP's response AllClear, "the subject event no longer poses a threat" (CAP 1.2, 3.2.2).
    case allClear
    /// It should not have been issued 撤销: nobody says that a danger is over, for there may have been none. With the reason.
    case withdrawal(String)

    var isEnd: Bool {
        switch self {
        case .warning: false
        case .allClear, .withdrawal: true
        }
    }
}

extension MonitoringCore {
    /// The CAP 1.2 document of what is released, kept so that the next one can refer to it.
    ///
    /// All-clear and withdrawal are CAP's Cancel, as in GB/T 35965.1-2018; a warning that lapses has no document, for its
    /// last one says when it ends.
    func document(
        _ type: CAPAlert.MessageType,
        _ content: WarningContent,
        _ purpose: DocumentPurpose,
        _ turn: Turn
    ) throws -> (identifier: String, document: Data) {
        let (sent, number) = try place(turn)
        let isLive = turn.realm == .live
        guard let identifier = NationalIdentifier(senderCode: sender.code, time: sent, number: number) else {
            // The configuration was checked for a code of 14 digits, and `place` gives a digit.
            preconditionFailure("no identifier of \(sender.code) and \(number)")
        }
        var alert = CAPAlert(
            identifier: identifier.text,
            sender: sender.code,
            sent: CAPTime(sent),
            status: isLive ? .actual : .exercise,
            messageType: type
        )
        alert.note = isLive ? "" : "演练 Exercise: \(turn.realm)"
        alert.references = CAPReference.text(
            try MonitoringRepository.documents(of: content.warning, turn.database).map {
                CAPReference(sender: sender.code, identifier: $0.identifier, sent: CAPTime($0.sent))
            }
        )
        alert.infos = try infos(content, purpose, sent: sent, turn)
        // Every violation is our own mistake: the configuration was checked, and times only grow.
        let violations = alert.faults(.china).filter { $0.gravity == .violation }
        precondition(violations.isEmpty, "CAP document of \(content.warning): \(violations)")
        let kept = MonitoringRepository.SentDocument(identifier: alert.identifier, sent: sent)
        try MonitoringRepository.keep(kept, of: content.warning, turn.database)
        return (alert.identifier, alert.encoded())
    }

    /// The first second from now on in which fewer than ten documents went out: the identifier has one digit for them.
    private func place(_ turn: Turn) throws -> (sent: Instant, number: Int) {
        // They go out in order: before the last one every second from now on is full.
        let last = try MonitoringRepository.lastSent(turn.database)
        let sent = max(Instant(seconds: turn.now.seconds), last ?? Instant(seconds: 0))
        let count = try MonitoringRepository.documents(sent: sent, turn.database)
        return count < 10 ? (sent, count) : (sent + .seconds(1), 0)
    }

    private func infos(_ content: WarningContent, _ purpose: DocumentPurpose, sent: Instant, _ turn: Turn) throws
        -> [CAPAlert.Info]
    {
        let hazard = try content.hazard.checked()
        let colour = purpose.isEnd ? .blue : try content.colour.checked()
        let expires = max(Instant(microseconds: content.expiresUs), sent + .minutes(1))
        return try texts(content, purpose, turn).map { text in
            var info = CAPAlert.Info(text, hazard, colour, purpose, area: area(text, content.divisions))
            // What a person foretells is likely; what a gauge measured is there.
            if !purpose.isEnd, !content.drafter.isEmpty { info.certainty = .likely }
            (info.effective, info.onset, info.expires) = (CAPTime(sent), CAPTime(sent), CAPTime(expires))
            return info
        }
    }

    /// What is said of it to people, in every language.
    func texts(_ content: WarningContent, _ purpose: DocumentPurpose, _ turn: Turn) throws -> [WarningText] {
        let texts = WarningTexts(
            sender: sender.name,
            station: try content.stations.first.flatMap { try station(StationID($0), turn)?.name },
            areas: content.divisions.compactMap { divisionNames[$0] },
            hazard: try content.hazard.checked(),
            colour: purpose.isEnd ? .blue : try content.colour.checked(),
            measured: try content.drafter.isEmpty ? .init(content, measure(of: content.rule)) : nil,
            words: content.words
        )
        return texts.told(purpose)
    }

    /// The divisions by code, and by the polygons that the configuration has of them.
    private func area(_ text: WarningText, _ divisions: [String]) -> CAPAlert.Area {
        var area = CAPAlert.Area(description: text.areaDescription)
        area.geocodes = divisions.map { CAPAlert.Pair(CAPAlert.divisionName, $0) }
        area.polygons = divisions.flatMap { divisionAreas[$0] ?? [] }.map { CAPPolygon($0.closed).text }
        return area
    }
}

extension CAPAlert.Info {
    fileprivate init(
        _ text: WarningText,
        _ hazard: Hazard,
        _ colour: WarningColour,
        _ purpose: DocumentPurpose,
        area: CAPAlert.Area
    ) {
        self.init(
            categories: [hazard.category],
            event: text.event,
            urgency: purpose.isEnd ? .past : colour >= .orange ? .immediate : .expected,
            severity: CAPAlert.Severity(colour),
            certainty: .observed
        )
        language = text.language
        switch purpose {
        case .warning: responses = [WarningTexts.response(colour)]
        case .allClear: responses = [.allClear]
        case .withdrawal: (responses, certainty) = ([.nothing], .unlikely)
        }
        eventCodes = NationalEvent(hazard).map { [CAPAlert.Pair(NationalEvent.name, $0.code)] } ?? []
        (senderName, headline) = (text.senderName, text.headline)
        (description, instruction) = (text.description, text.instruction)
        parameters = [CAPAlert.Pair(CAPAlert.colourName, colour.name)]
        areas = [area]
    }
}
