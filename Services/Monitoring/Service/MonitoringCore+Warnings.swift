import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

extension MonitoringCore {
    // MARK: people

    func approve(_ order: ApproveWarning, _ turn: Turn) throws {
        let actor = try authorise(turn)
        try act(on: order.warning, turn) { track, rule throws(WarningTrack.Refusal) in
            try track.approve(WarningID(order.warning), revision: order.revision, by: actor.person, rule: rule)
        }
    }

    func reject(_ order: RejectWarning, _ turn: Turn) throws {
        _ = try authorise(turn)
        try act(on: order.warning, note: order.reason, turn) { track, _ throws(WarningTrack.Refusal) in
            try track.reject(WarningID(order.warning), revision: order.revision)
        }
    }

    func cancel(_ order: CancelWarning, _ turn: Turn) throws {
        _ = try authorise(turn)
        try act(on: order.warning, note: order.note, turn) { track, rule throws(WarningTrack.Refusal) in
            try track.cancel(WarningID(order.warning), at: turn.now, rule: rule)
        }
    }

    func expire(_ turn: Turn) throws {
        try act(on: turn.subject, turn) { track, _ in track.expire(WarningID(turn.subject)) }
    }

    /// A drafter's own approval is refused by the track, with its own reason; others need the role.
    private func authorise(_ turn: Turn) throws -> Actor {
        guard let actor = turn.actor else { throw CommandRefusal("role-missing", "nobody is named") }
        let isDrafter = rules.contains { $0.rule.drafter == actor.person }
        guard approvers.contains(actor.person) || isDrafter else {
            throw CommandRefusal("role-missing", "\(actor.person) is no approver; see people in monitoring.yaml")
        }
        return actor
    }

    private func act(
        on warning: String,
        note: String = "",
        _ turn: Turn,
        _ body: (inout WarningTrack, WarningRule) throws(WarningTrack.Refusal) -> [WarningTrack.Effect]
    ) throws {
        let parts = warning.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, let applied = rules.first(where: { $0.rule.id.value == parts[1] }) else {
            throw CommandRefusal("unknown-warning", "there is no warning '\(warning.prefix(128))'")
        }
        let station = StationID(String(parts[2]))
        var (track, crossing) = try turn.remembered.track(applied.rule.id, station, turn.database)
        let before = track
        let effects: [WarningTrack.Effect]
        do {
            effects = try body(&track, applied.rule)
        } catch {
            throw CommandRefusal(error.rawValue, "warning '\(warning)' is not open to this act")
        }
        try save(track, before, crossing, effects, applied, station, note: note, turn)
    }

    // MARK: saying it

    func save(
        _ track: WarningTrack,
        _ before: WarningTrack,
        _ crossing: WarningContent,
        _ effects: [WarningTrack.Effect],
        _ applied: AppliedRule,
        _ station: StationID,
        note: String = "",
        _ turn: Turn
    ) throws {
        try turn.remembered.keep(track, crossing, applied.rule.id, station, turn.database)
        var content = crossing
        content.rule = applied.rule.id.value
        content.hazard = WireHazard(applied.rule.hazard)
        if content.stations.isEmpty { content.stations = [station.value] }
        content.divisions = applied.divisions
        content.expiresUs = (turn.now + applied.rule.lifetime).microseconds
        for effect in effects { try tell(effect, content, note, turn) }
        try setTimer(track, before, applied, station, turn)
        try tellDependents(track, before, applied, station, turn)
    }

    /// When time acts on the track next.
    private func setTimer(
        _ track: WarningTrack,
        _ before: WarningTrack,
        _ applied: AppliedRule,
        _ station: StationID,
        _ turn: Turn
    ) throws {
        let (due, known) = (track.deadline(applied.rule), before.deadline(applied.rule))
        let subject = "\(applied.rule.id).\(station)"
        if let due, due != known || due <= turn.now {
            // One that is due already fires with the next turn, and no sooner: time never stands still.
            try turn.setTimer(Self.rule, subject: subject, due: max(due, turn.now + .seconds(1)))
        } else if due == nil, known != nil {
            try turn.cancelTimer(Self.rule, subject: subject)
        }
    }

    /// Keeps which colour is released, and asks the rules anew that wait for it. They stand after this one: it ends.
    private func tellDependents(
        _ track: WarningTrack,
        _ before: WarningTrack,
        _ applied: AppliedRule,
        _ station: StationID,
        _ turn: Turn
    ) throws {
        let released = track.live?.released
        guard released != before.live?.released else { return }
        try RuleRepository.keep(released, applied.rule.id, station, turn.database)
        for dependent in dependents[applied.rule.id] ?? [] { try evaluateAnew(dependent, at: turn.now, turn) }
    }

    private func tell(_ effect: WarningTrack.Effect, _ content: WarningContent, _ note: String, _ turn: Turn) throws {
        switch effect {
        case .drafted(let warning, let revision, let colour, let automatic):
            var message = WarningDrafted()
            message.content = content.of(warning, revision, colour)
            message.automaticRelease = automatic
            try turn.send(message, subject: warning.value)
            // The draft of an update leaves the released warning's end where it is.
            guard revision == 1 else { return }
            try setExpiry(warning, content, turn)
            try countAlarm(message.content, turn)
        case .approved(let warning, let revision, let automatic):
            var message = WarningApproved()
            (message.warning, message.revision, message.automatic) = (warning.value, revision, automatic)
            try turn.send(message, subject: warning.value)
        case .rejected(let warning, let revision):
            var message = WarningRejected()
            (message.warning, message.revision, message.reason) = (warning.value, revision, note)
            try turn.send(message, subject: warning.value)
            // What was never issued is gone with its draft.
            let isGone = try MonitoringRepository.documents(of: warning.value, turn.database).isEmpty
            if isGone { try turn.cancelTimer(Self.expiry, subject: warning.value) }
        case .issued(let warning, let revision, let colour):
            try issue(warning, content.of(warning, revision, colour), turn)
        case .updated(let warning, let revision, let colour, let previous):
            try update(warning, content.of(warning, revision, colour), previous, turn)
        case .cleared(let warning): try end(warning, content, .cleared, "", turn)
        case .deescalated(let warning): try end(warning, content, .deescalated, "", turn)
        case .silenced(let warning): try end(warning, content, .silence, "", turn)
        case .cancelled(let warning): try end(warning, content, .person, note, turn)
        case .expired(let warning):
            var message = WarningExpired()
            message.warning = warning.value
            let record = try turn.send(message, subject: warning.value)
            try endChains(of: warning, record, turn)
        }
    }

    private func setExpiry(_ warning: WarningID, _ content: WarningContent, _ turn: Turn) throws {
        try turn.setTimer(Self.expiry, subject: warning.value, due: Instant(microseconds: content.expiresUs))
    }

    private func issue(_ warning: WarningID, _ content: WarningContent, _ turn: Turn) throws {
        var message = WarningIssued()
        message.content = content
        (message.capIdentifier, message.capDocument) = try document(.alert, content, turn)
        let record = try turn.send(message, subject: warning.value)
        try warnChains(content, record, turn)
        try setExpiry(warning, content, turn)
    }

    private func update(_ warning: WarningID, _ content: WarningContent, _ previous: WarningColour, _ turn: Turn) throws
    {
        var message = WarningUpdated()
        message.content = content
        message.previousColour = WireWarningColour(previous)
        (message.capIdentifier, message.capDocument) = try document(.update, content, turn)
        let record = try turn.send(message, subject: warning.value)
        try warnChains(content, record, turn)
        try setExpiry(warning, content, turn)
    }

    /// A warning that was never issued is withdrawn without a document: nobody outside has heard of it.
    private func end(
        _ warning: WarningID,
        _ content: WarningContent,
        _ reason: EndReason,
        _ note: String,
        _ turn: Turn
    ) throws {
        var message = WarningCancelled()
        (message.warning, message.reason, message.note) = (warning.value, reason, note)
        if try !MonitoringRepository.documents(of: warning.value, turn.database).isEmpty {
            var last = content
            last.warning = warning.value
            (message.capIdentifier, message.capDocument) = try document(.cancel, last, turn)
        }
        let record = try turn.send(message, subject: warning.value)
        try endChains(of: warning, record, turn)
        try turn.cancelTimer(Self.expiry, subject: warning.value)
    }
}

extension WarningContent {
    fileprivate func of(_ warning: WarningID, _ revision: UInt32, _ colour: WarningColour) -> WarningContent {
        var content = self
        (content.warning, content.revision) = (warning.value, revision)
        content.colour = WireWarningColour(colour)
        return content
    }
}
