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
        var alert = CAPAlert(
            identifier: CAPAlert.identifier(senderCode: sender.code, sent: sent, number: number),
            sender: sender.code,
            sent: sent,
            status: isLive ? .actual : .exercise,
            messageType: type
        )
        alert.note = isLive ? "" : "演练 Exercise: \(turn.realm)"
        alert.references = try MonitoringRepository.documents(of: content.warning, turn.database).map {
            CAPAlert.Reference(identifier: $0.identifier, sent: $0.sent)
        }
        try describe(content, isEnd: type == .cancel, in: &alert)
        // Every fault is our own mistake: the configuration was checked, and times only grow.
        precondition(alert.faults.isEmpty, "CAP document of \(content.warning): \(alert.faults)")
        let kept = MonitoringRepository.SentDocument(identifier: alert.identifier, sent: sent)
        try MonitoringRepository.keep(kept, of: content.warning, turn.database)
        return (alert.identifier, alert.encoded())
    }

    /// The first second from now on in which fewer than ten documents went out: the identifier has one digit for them.
    private func place(_ turn: Turn) throws -> (sent: Instant, number: Int) {
        var sent = Instant(seconds: turn.now.seconds)
        while true {
            let count = try MonitoringRepository.documents(sent: sent, turn.database)
            if count < 10 { return (sent, count) }
            sent = sent + .seconds(1)
        }
    }

    private func describe(_ content: WarningContent, isEnd: Bool, in alert: inout CAPAlert) throws {
        let hazard = try content.hazard.checked()
        alert.colour = isEnd ? .blue : try content.colour.checked()
        alert.category = hazard.category
        alert.severity = CAPAlert.Severity(alert.colour)
        alert.urgency = isEnd ? .past : alert.colour >= .orange ? .immediate : .expected
        alert.response = isEnd ? .allClear : WarningTexts.response(alert.colour)
        alert.onset = alert.sent
        alert.expires = max(Instant(microseconds: content.expiresUs), alert.sent + .minutes(1))
        alert.divisions = content.divisions
        let texts = WarningTexts(
            sender: sender.name,
            station: content.stations.first.flatMap { stations[StationID($0)]?.name } ?? Name(zh: "", en: ""),
            areas: content.divisions.compactMap { divisionNames[$0] },
            hazard: hazard,
            colour: alert.colour,
            value: try content.value.checked(),
            threshold: try content.threshold.checked(),
            observed: Instant(microseconds: content.observedUs)
        )
        alert.infos = isEnd ? texts.allClear : texts.warning
    }
}

extension Hazard {
    fileprivate var category: CAPAlert.Category {
        switch self {
        case .flashFlood, .riverFlood, .rainstorm: .met
        case .landslide, .earthquake: .geo
        case .wildfire: .fire
        }
    }
}
