import Foundation
import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    /// The CAP 1.2 document of what is released, kept so that the next one can refer to it.
    func document(_ type: CAPAlert.MessageType, _ content: WarningContent, _ turn: Turn) throws
        -> (identifier: String, document: Data)
    {
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
        alert.infos = try infos(content, isEnd: type == .cancel, sent: sent)
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

    private func infos(_ content: WarningContent, isEnd: Bool, sent: Instant) throws -> [CAPAlert.Info] {
        let hazard = try content.hazard.checked()
        let colour = isEnd ? .blue : try content.colour.checked()
        let texts = WarningTexts(
            sender: sender.name,
            station: content.stations.first.flatMap { stations[StationID($0)]?.name } ?? Name(zh: "", en: ""),
            areas: content.divisions.compactMap { divisionNames[$0] },
            hazard: hazard,
            colour: colour,
            value: try content.value.checked(),
            threshold: try content.threshold.checked(),
            observed: Instant(microseconds: content.observedUs),
            measure: rules.first { $0.rule.id.value == content.rule }?.rule.measure ?? .level
        )
        let expires = max(Instant(microseconds: content.expiresUs), sent + .minutes(1))
        return (isEnd ? texts.allClear : texts.warning).map { text in
            var info = CAPAlert.Info(text, hazard, colour, isEnd: isEnd, divisions: content.divisions)
            (info.effective, info.onset, info.expires) = (CAPTime(sent), CAPTime(sent), CAPTime(expires))
            return info
        }
    }
}

extension CAPAlert.Info {
    fileprivate init(
        _ text: WarningText,
        _ hazard: Hazard,
        _ colour: WarningColour,
        isEnd: Bool,
        divisions: [String]
    ) {
        self.init(
            categories: [hazard.category],
            event: text.event,
            urgency: isEnd ? .past : colour >= .orange ? .immediate : .expected,
            severity: CAPAlert.Severity(colour),
            certainty: .observed
        )
        language = text.language
        responses = [isEnd ? .allClear : WarningTexts.response(colour)]
        eventCodes = NationalEvent(hazard).map { [CAPAlert.Pair(NationalEvent.name, $0.code)] } ?? []
        (senderName, headline) = (text.senderName, text.headline)
        (description, instruction) = (text.description, text.instruction)
        parameters = [CAPAlert.Pair(CAPAlert.colourName, colour.name)]
        var area = CAPAlert.Area(description: text.areaDescription)
        area.geocodes = divisions.map { CAPAlert.Pair(CAPAlert.divisionName, $0) }
        areas = [area]
    }
}
