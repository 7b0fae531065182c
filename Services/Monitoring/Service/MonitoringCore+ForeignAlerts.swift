import Foundation
import MessageSchema
import MonitoringCodecs
import ServiceKit
import Vocabulary

// Warnings of other services: taken as they stand, followed through their updates to their end.

extension MonitoringCore {
    /// The alerts of a document. One that is sound is taken; one that is not is kept aside with its faults, and so is the whole
    /// document where none is sound.
    func take(alerts bytes: Data, _ feed: Feed, _ turn: Turn) throws {
        let alerts = try Self.alerts(bytes)
        if let kept = keeping?.foreignAlerts {
            try InletRepository.forgetAlerts(before: turn.now - kept, now: turn.now, turn.database)
        }
        if alerts.allSatisfy({ $0.refusal != nil }), let refusal = alerts.first?.refusal { throw refusal }
        var verdicts: [Verdict] = []
        for item in alerts {
            if let alert = item.alert, item.refusal == nil { try take(alert, item.cautions, feed, turn) }
            verdicts.append(
                item.refusal.map { .refused(about: item.alert?.identifier.shown(128) ?? "", $0) } ?? .accepted
            )
        }
        try refuse(verdicts, of: feed.id, batch: "", turn)
    }

    /// One alert with what is said against it.
    private struct JudgedAlert {
        let alert: CAPAlert?
        let refusal: InputError?
        let cautions: [String]

        init(_ alert: CAPAlert?, schema: [CAPFault] = []) {
            self.alert = alert
            let faults = schema + (alert?.faults(.standard) ?? [])
            let violations = faults.filter { $0.gravity == .violation }.map(\.description)
            cautions = faults.filter { $0.gravity == .doubt }.prefix(50).map { $0.description.shown(256) }
            if !violations.isEmpty {
                let code = schema.isEmpty ? "faulty-meaning" : "faulty-schema"
                refusal = InputError(code, violations.joined(separator: "; "))
            } else if let alert, !alert.isOfBearableSize {
                refusal = InputError(
                    "too-large",
                    "a name of more than 256 bytes, 5,000 codes or 10,000 points; send a coarser area"
                )
            } else {
                refusal = nil
            }
        }
    }

    private static func alerts(_ bytes: Data) throws(InputError) -> [JudgedAlert] {
        do throws(CAPError) {
            return try CAPDecoder.decode(bytes).map { JudgedAlert($0.alert, schema: $0.schemaFaults) }
        } catch  where error.code == .platformForm {
            do throws(CAPError) {
                return [JudgedAlert(try PlatformWarning.decode(bytes).alert().alert)]
            } catch {
                throw InputError(error.code.rawValue, error.message)
            }
        } catch {
            throw InputError(error.code.rawValue, error.message)
        }
    }

    private func take(_ alert: CAPAlert, _ cautions: [String], _ feed: Feed, _ turn: Turn) throws {
        if let reason = try reasonToIgnore(alert, turn) { return try ignore(alert, reason, feed, turn) }
        let references = Self.references(alert)
        switch alert.messageType {
        case .alert: try receive(alert, cautions, feed, turn)
        case .update, .cancel:
            let own = references.filter { $0.sender == alert.sender }
            guard !own.isEmpty else { return try ignore(alert, .foreignReference, feed, turn) }
            let warnings = try standing(own, turn)
            if alert.messageType == .cancel {
                try cancel(warnings, alert, feed, turn)
            } else {
                try update(warnings, alert, cautions, feed, turn)
            }
        case .acknowledgement, .error: try ignore(alert, .answer, feed, turn)
        }
    }

    private static func references(_ alert: CAPAlert) -> [CAPReference] {
        alert.references.split(whereSeparator: \.isWhitespace).compactMap { CAPReference($0) }
    }

    private func reasonToIgnore(_ alert: CAPAlert, _ turn: Turn) throws -> IgnoredBecause? {
        if alert.sender == sender.code { return .own }
        // An exercise sees exercises only, and what is live sees only what is real.
        guard alert.status == (turn.realm == .live ? .actual : .exercise) else { return .status }
        if let warning = try InletRepository.warning(of: alert.identifier, by: alert.sender, turn.database) {
            return warning.isEmpty ? .overtaken : .repeated
        }
        if alert.messageType.warns, Instant(microseconds: ForeignWarning(alert).expiresUs) <= turn.now {
            return .expired
        }
        return nil
    }

    private func ignore(_ alert: CAPAlert, _ reason: IgnoredBecause, _ feed: Feed, _ turn: Turn) throws {
        var message = ForeignAlertIgnored()
        (message.feed, message.sender, message.reason) = (feed.id, alert.sender.shown(128), reason)
        message.identifier = alert.identifier.shown(128)
        try turn.send(message, subject: feed.id, happened: alert.sent.instant)
    }

    /// The warnings that stand of those documents, each once; documents that did not come yet are overtaken.
    private func standing(_ references: [CAPReference], _ turn: Turn) throws -> [String] {
        var warnings: [String] = []
        for reference in references {
            let known = try InletRepository.warning(of: reference.identifier, by: reference.sender, turn.database)
            guard let known else {
                try InletRepository.keep(
                    alert: reference.identifier,
                    by: reference.sender,
                    of: "",
                    needed: turn.now,
                    turn.database
                )
                continue
            }
            guard !known.isEmpty, !warnings.contains(known),
                try InletRepository.standing(known, turn.database) != nil
            else { continue }
            warnings.append(known)
        }
        return warnings
    }

    // MARK: the life of a warning

    private func receive(_ alert: CAPAlert, _ cautions: [String], _ feed: Feed, _ turn: Turn) throws {
        let content = Data("\(alert.sender)\n\(alert.identifier)".utf8)
        let warning = "F.\(RecordID.input(channel: "foreign-warning", content: content))"
        var message = ForeignWarningReceived()
        (message.warning, message.feed) = (warning, feed.id)
        (message.content, message.cautions) = (ForeignWarning(alert), cautions)
        try keep(message.content, alert, of: warning, turn)
        try turn.send(message, subject: warning, happened: alert.sent.instant)
        try follow(message.content, of: warning, turn)
    }

    private func update(_ warnings: [String], _ alert: CAPAlert, _ cautions: [String], _ feed: Feed, _ turn: Turn)
        throws
    {
        guard let warning = warnings.first, let before = try InletRepository.standing(warning, turn.database) else {
            return try receive(alert, cautions, feed, turn)
        }
        var message = ForeignWarningUpdated()
        (message.warning, message.feed, message.replaces) = (warning, feed.id, before.identifier)
        (message.content, message.cautions) = (ForeignWarning(alert), cautions)
        try keep(message.content, alert, of: warning, turn)
        try turn.send(message, subject: warning, happened: alert.sent.instant)
        try follow(message.content, of: warning, turn)
        try askAnew(before.hazard == message.content.hazard ? nil : before.hazard, turn)
        for other in warnings.dropFirst() { try end(other, .superseded, by: alert, turn) }
    }

    private func cancel(_ warnings: [String], _ alert: CAPAlert, _ feed: Feed, _ turn: Turn) throws {
        guard !warnings.isEmpty else { return try ignore(alert, .nothingToEnd, feed, turn) }
        try InletRepository.keep(
            alert: alert.identifier,
            by: alert.sender,
            of: warnings[0],
            needed: turn.now,
            turn.database
        )
        for warning in warnings { try end(warning, .cancelled, by: alert, turn) }
    }

    private func keep(_ content: ForeignWarning, _ alert: CAPAlert, of warning: String, _ turn: Turn) throws {
        try InletRepository.keep(
            alert: alert.identifier,
            by: alert.sender,
            of: warning,
            needed: max(turn.now, Instant(microseconds: content.expiresUs)),
            turn.database
        )
        try InletRepository.keep(content, of: warning, turn.database)
        try turn.setTimer(Self.foreignExpiry, subject: warning, due: Instant(microseconds: content.expiresUs))
    }

    private func end(_ warning: String, _ reason: ForeignEnd, by alert: CAPAlert?, _ turn: Turn) throws {
        let hazard = try InletRepository.standing(warning, turn.database)?.hazard
        try InletRepository.end(warning, turn.database)
        try turn.cancelTimer(Self.foreignExpiry, subject: warning)
        var message = ForeignWarningEnded()
        (message.warning, message.reason, message.identifier) = (warning, reason, alert?.identifier ?? "")
        try turn.send(message, subject: warning, happened: alert?.sent.instant)
        try liftSuspensions(of: WarningID(warning), alert == nil ? .warningExpired : .warningCancelled, turn)
        try askAnew(hazard, turn)
    }

    // MARK: what follows

    /// What stops because of it now; and rules that wait for it are asked anew.
    private func follow(_ content: ForeignWarning, of warning: String, _ turn: Turn) throws {
        let cause = SuspensionCause(
            warning: warning,
            sender: content.sender,
            hazard: content.hazard,
            colour: content.colour,
            warned: content.warned
        )
        try suspend(cause, turn)
        try askAnew(content.hazard, turn)
    }

    private func askAnew(_ hazard: Hazard?, _ turn: Turn) throws {
        for dependent in hazard.flatMap({ dependents.byForeign[$0] }) ?? [] {
            try evaluateAnew(dependent, at: turn.now, turn)
        }
    }

    /// The warning's time came.
    func expireForeign(_ turn: Turn) throws {
        guard try InletRepository.standing(turn.subject, turn.database) != nil else { return }
        try end(turn.subject, .expired, by: nil, turn)
    }
}
