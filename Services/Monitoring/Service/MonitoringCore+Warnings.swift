import MessageSchema
import MonitoringCodecs
import MonitoringDomain
import ServiceKit
import Vocabulary

/// What a person says with an act on a warning.
struct WarningAct {
    /// Why, in his words.
    var note = ""
    /// When an approved warning is to be issued; nil: at once.
    var issueAt: Instant?
    /// A person drafted or changed it.
    var isByHand = false
}

extension MonitoringCore {
    // MARK: people

    func approve(_ order: ApproveWarning, _ turn: Turn) throws {
        let actor = try authorise(turn)
        if try isByHand(order.warning, turn) { return try approveByHand(order, actor, turn) }
        try act(on: order.warning, turn) { track, rule throws(WarningTrack.Refusal) in
            try track.approve(WarningID(order.warning), revision: order.revision, by: actor.person, rule: rule)
        }
    }

    func reject(_ order: RejectWarning, _ turn: Turn) throws {
        _ = try authorise(turn)
        if try isByHand(order.warning, turn) { return try rejectByHand(order, turn) }
        try act(on: order.warning, saying: .init(note: order.reason), turn) { track, _ throws(WarningTrack.Refusal) in
            try track.reject(WarningID(order.warning), revision: order.revision)
        }
    }

    func cancel(_ order: CancelWarning, _ turn: Turn) throws {
        _ = try authorise(turn)
        if try isByHand(order.warning, turn) {
            return try actByHand(on: order.warning, saying: .init(note: order.note), turn) {
                track throws(HandWarning.Refusal) in
                try track.cancel()
            }
        }
        try act(on: order.warning, saying: .init(note: order.note), turn) { track, rule throws(WarningTrack.Refusal) in
            try track.cancel(WarningID(order.warning), at: turn.now, rule: rule)
        }
    }

    func clear(_ order: ClearWarning, _ turn: Turn) throws {
        _ = try authorise(turn)
        if try isByHand(order.warning, turn) {
            return try actByHand(on: order.warning, saying: .init(note: order.note), turn) {
                track throws(HandWarning.Refusal) in
                try track.clear()
            }
        }
        try act(on: order.warning, saying: .init(note: order.note), turn) { track, rule throws(WarningTrack.Refusal) in
            try track.clear(WarningID(order.warning), at: turn.now, rule: rule)
        }
    }

    func expire(_ turn: Turn) throws {
        if try isByHand(turn.subject, turn) {
            return try actByHand(on: turn.subject, turn) { track throws(HandWarning.Refusal) in track.expire() }
        }
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

    /// The rule's warning of that id: the rule, the station. Errors: `CommandRefusal`.
    func rulesWarning(_ warning: String) throws(CommandRefusal) -> (applied: AppliedRule, station: StationID) {
        let parts = warning.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, let applied = rules.first(where: { $0.rule.id.value == parts[1] }) else {
            throw CommandRefusal("unknown-warning", "there is no warning '\(warning.prefix(128))'")
        }
        return (applied, StationID(String(parts[2])))
    }

    /// `change` is what a person's edit makes of the content.
    func act(
        on warning: String,
        saying act: WarningAct = WarningAct(),
        _ turn: Turn,
        change: (inout WarningContent) -> Void = { _ in },
        _ body: (inout WarningTrack, WarningRule) throws(WarningTrack.Refusal) -> [WarningTrack.Effect]
    ) throws {
        let (applied, station) = try rulesWarning(warning)
        var (track, crossing) = try turn.remembered.track(applied.rule.id, station, turn.database)
        let before = track
        let effects: [WarningTrack.Effect]
        do {
            effects = try body(&track, applied.rule)
        } catch {
            throw CommandRefusal(error.rawValue, "warning '\(warning)' is not open to this act")
        }
        // A draft that was turned down leaves what was released.
        if case .rejected? = effects.first, track.live != nil,
            let released = try WarningRepository.released(warning, turn.database)
        {
            crossing = released
        }
        change(&crossing)
        try save(track, before, crossing, effects, applied, station, saying: act, turn)
    }

    // MARK: saying it

    func save(
        _ track: WarningTrack,
        _ before: WarningTrack,
        _ crossing: WarningContent,
        _ effects: [WarningTrack.Effect],
        _ applied: AppliedRule,
        _ station: StationID,
        saying act: WarningAct = WarningAct(),
        _ turn: Turn
    ) throws {
        try turn.remembered.keep(track, crossing, applied.rule.id, station, turn.database)
        var content = crossing
        content.rule = applied.rule.id.value
        content.hazard = WireHazard(applied.rule.hazard)
        if content.stations.isEmpty { content.stations = [station.value] }
        // Places and lifetime are the rule's unless a person set others.
        if content.divisions.isEmpty { content.divisions = try divisions(applied, station, turn) }
        let own = Int64(clamping: content.lifetimeSeconds)
        let lifetime = track.live.map { applied.rule.lifetime(of: $0.colour) } ?? applied.rule.lifetime
        content.expiresUs = (turn.now + (own == 0 ? lifetime : .seconds(own))).microseconds
        if !effects.isEmpty { content.pictures = try pictures(beside: content, turn) }
        for effect in effects { try tell(effect, content, act, turn) }
        try setTimer(track, before, applied, station, turn)
        try tellDependents(track, before, effects, applied, station, turn)
    }

    /// Where a rule warns: as it says, or in the division of its station.
    private func divisions(_ applied: AppliedRule, _ id: StationID, _ turn: Turn) throws -> [String] {
        guard applied.divisions.isEmpty else { return applied.divisions }
        return [try station(id, turn)?.division ?? jurisdiction]
    }

    func tell(_ effect: WarningTrack.Effect, _ content: WarningContent, _ act: WarningAct, _ turn: Turn) throws {
        switch effect {
        case .drafted(let warning, let revision, let colour, let automatic):
            var message = WarningDrafted()
            message.content = content.of(warning, revision, colour)
            (message.automaticRelease, message.reason) = (automatic, act.note)
            message.issueAtUs = act.issueAt?.microseconds ?? 0
            try turn.send(message, subject: warning.value)
            // The draft of an update leaves the released warning's end where it is.
            let isUnheard = try act.isByHand && isUnheard(of: warning, turn)
            if revision == 1 || isUnheard { try setExpiry(warning, content, turn) }
            if revision == 1 { try countAlarm(message.content, turn) }
        case .approved(let warning, let revision, let automatic):
            var message = WarningApproved()
            (message.warning, message.revision, message.automatic) = (warning.value, revision, automatic)
            message.issueAtUs = act.issueAt?.microseconds ?? 0
            try turn.send(message, subject: warning.value)
        case .rejected(let warning, let revision):
            var message = WarningRejected()
            (message.warning, message.revision, message.reason) = (warning.value, revision, act.note)
            try turn.send(message, subject: warning.value)
            // What was never issued is gone with its draft.
            if try isUnheard(of: warning, turn) { try turn.cancelTimer(Self.expiry, subject: warning.value) }
        case .issued(let warning, let revision, let colour):
            try issue(warning, content.of(warning, revision, colour), turn)
        case .updated(let warning, let revision, let colour, let previous):
            try update(warning, content.of(warning, revision, colour), previous, turn)
        case .cleared(let warning): try end(warning, content, .cleared, "", turn)
        case .deescalated(let warning): try end(warning, content, .deescalated, "", turn)
        case .silenced(let warning): try end(warning, content, .silence, "", turn)
        case .allClear(let warning): try end(warning, content, .allClear, act.note, turn)
        case .cancelled(let warning): try end(warning, content, .person, act.note, turn)
        case .expired(let warning):
            var message = WarningExpired()
            message.warning = warning.value
            try closeReach(of: warning.value, turn)
            message.reachSequence = try turn.position(of: .reach)
            let record = try turn.send(message, subject: warning.value)
            try hasEnded(warning, .warningExpired, record, turn)
        }
    }

    /// Nobody outside has heard of it.
    private func isUnheard(of warning: WarningID, _ turn: Turn) throws -> Bool {
        try MonitoringRepository.documents(of: warning.value, turn.database).isEmpty
    }

    private func setExpiry(_ warning: WarningID, _ content: WarningContent, _ turn: Turn) throws {
        try turn.setTimer(Self.expiry, subject: warning.value, due: Instant(microseconds: content.expiresUs))
    }

    private func issue(_ warning: WarningID, _ content: WarningContent, _ turn: Turn) throws {
        var message = WarningIssued()
        message.content = content
        (message.capIdentifier, message.capDocument) = try document(.alert, content, .warning, turn)
        message.reachSequence = try turn.position(of: .reach)
        let record = try turn.send(message, subject: warning.value)
        try tellPeople(.alert, message.capIdentifier, content, .warning, turn)
        try hasReleased(warning, content, record, turn)
    }

    private func update(_ warning: WarningID, _ content: WarningContent, _ previous: WarningColour, _ turn: Turn) throws
    {
        var message = WarningUpdated()
        message.content = content
        message.previousColour = WireWarningColour(previous)
        (message.capIdentifier, message.capDocument) = try document(.update, content, .warning, turn)
        // Whom the text before it reached is told first.
        try closeReach(of: warning.value, turn)
        message.reachSequence = try turn.position(of: .reach)
        let record = try turn.send(message, subject: warning.value)
        try tellPeople(.update, message.capIdentifier, content, .warning, turn)
        try hasReleased(warning, content, record, turn)
    }

    private func hasReleased(_ warning: WarningID, _ content: WarningContent, _ record: RecordID, _ turn: Turn) throws {
        try WarningRepository.keep(released: content, turn.database)
        try noteRelease(content, turn)
        try suspend(content, turn)
        try warnChains(content, record, turn)
        try setExpiry(warning, content, turn)
    }

    private func hasEnded(_ warning: WarningID, _ reason: SuspensionEnd, _ record: RecordID, _ turn: Turn) throws {
        try WarningRepository.end(warning.value, turn.database)
        try liftSuspensions(of: warning, reason, turn)
        try noteEnd(warning, turn)
        try endChains(of: warning, record, turn)
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
        var told: (content: WarningContent, purpose: DocumentPurpose)?
        if try !isUnheard(of: warning, turn) {
            // Whoever was warned hears of the end, whatever a draft since says.
            var last = try WarningRepository.released(warning.value, turn.database) ?? content
            (last.warning, last.expiresUs) = (warning.value, content.expiresUs)
            let purpose = reason == .person ? DocumentPurpose.withdrawal(note) : .allClear
            (message.capIdentifier, message.capDocument) = try document(.cancel, last, purpose, turn)
            told = (last, purpose)
        }
        try closeReach(of: warning.value, turn)
        message.reachSequence = try turn.position(of: .reach)
        let record = try turn.send(message, subject: warning.value)
        if let told { try tellPeople(.cancel, message.capIdentifier, told.content, told.purpose, turn) }
        try hasEnded(warning, .warningCancelled, record, turn)
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
