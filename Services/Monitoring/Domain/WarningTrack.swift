package import Vocabulary

/// The warning that one rule keeps on one station: none, or drafted → issued → updated → cancelled or expired.
///
/// A value: inputs and an instant go in, effects come out.
package struct WarningTrack: Hashable, Sendable, Codable {
    /// The live warning; nil where there is none.
    package internal(set) var live: Live?
    /// A change of colour that has begun to hold.
    package internal(set) var change: Change?
    /// The colour whose draft a person turned down: not drafted again until another one is demanded.
    var rejected: WarningColour?
    /// The warning that ended last: one that begins within the same minute needs another id.
    private var ended: WarningID?
    /// Nil where it is empty, as in tracks that were kept before there was any.
    private var memory: Past?
    /// What time may act on where no reading does: see `WarningTrack+Time.swift`.
    var past: Past {
        get { memory ?? Past() }
        set { memory = newValue == Past() ? nil : newValue }
    }

    /// A warning from draft to end.
    package struct Live: Hashable, Sendable, Codable {
        package let warning: WarningID
        package internal(set) var revision: UInt32
        /// As last drafted.
        package internal(set) var colour: WarningColour
        /// As last released; nil for a first draft.
        package internal(set) var released: WarningColour?
        /// The last revision waits for approval.
        package internal(set) var awaitsApproval: Bool
        /// Who changed what the rule drafted, and may not approve it.
        package internal(set) var editor: PersonID?
        /// A person gave the colour; nil where it is the rule's own.
        package internal(set) var hold: Hold?
        /// That of what was released, while a later revision waits.
        var releasedHold: Hold?
    }

    /// Which colour has been demanded since when; nil demands none.
    package struct Change: Hashable, Sendable, Codable {
        package let colour: WarningColour?
        package let since: Instant
    }

    /// What is to be told and done.
    package enum Effect: Hashable, Sendable {
        case drafted(warning: WarningID, revision: UInt32, colour: WarningColour, automatic: Bool)
        case rejected(warning: WarningID, revision: UInt32)
        case approved(warning: WarningID, revision: UInt32, automatic: Bool)
        case issued(warning: WarningID, revision: UInt32, colour: WarningColour)
        case updated(warning: WarningID, revision: UInt32, colour: WarningColour, previous: WarningColour)
        case cleared(warning: WarningID)
        /// Cleared because its colour had not been demanded for long enough.
        case deescalated(warning: WarningID)
        /// Cleared because nothing was read for too long.
        case silenced(warning: WarningID)
        /// A person says that the danger is over.
        case allClear(warning: WarningID)
        /// A person takes back what should not have been issued.
        case cancelled(warning: WarningID)
        case expired(warning: WarningID)
    }

    /// Whether what people outside have been told changes with it.
    package static func changesWhatStands(_ effect: Effect) -> Bool {
        switch effect {
        case .drafted, .rejected, .approved: false
        case .issued, .updated, .cleared, .deescalated, .silenced, .allClear, .cancelled, .expired: true
        }
    }

    /// Why a person's act was turned down.
    package enum Refusal: String, Error, Sendable {
        case unknownWarning = "unknown-warning"
        case staleRevision = "stale-revision"
        case notAwaitingApproval = "not-awaiting-approval"
        case approverIsDrafter = "approver-is-drafter"
        case approverIsEditor = "approver-is-editor"
        case notIssued = "not-issued"
        case alreadyIssued = "already-issued"
    }

    package init() {}

    /// Nothing is live, begins to hold or is remembered: a value that demands nothing changes nothing.
    package var isIdle: Bool { live == nil && change == nil && rejected == nil && memory == nil }

    /// Takes the newest value, observed at `observed` and taken in at `now`. `newWarning` is the id of a warning that would begin now.
    ///
    /// Where the rule is not `demanding` – out of season, or what else must hold does not – the value demands no colour.
    package mutating func evaluate(
        _ value: Quantity,
        observed: Instant,
        now: Instant? = nil,
        demanding: Bool = true,
        by rule: WarningRule,
        newWarning: @autoclosure () -> WarningID
    ) -> [Effect] {
        let target = demanding ? rule.band(for: value, current: live?.own)?.colour : nil
        let seen = Seen(target: target, observed: observed, at: now ?? observed)
        let effects = demand(target, at: seen, by: rule, newWarning: newWarning)
        remember(seen, rule)
        return effects
    }

    /// `target` is demanded, or nothing is.
    mutating func demand(
        _ target: WarningColour?,
        at seen: Seen,
        by rule: WarningRule,
        newWarning: () -> WarningID
    ) -> [Effect] {
        if isMuted(target, at: seen.at) || isRejected(target) {
            change = nil
            return []
        }
        rejected = nil
        guard target != live?.own else {
            change = nil
            return []
        }
        let raise = target.rank > (live?.own).rank
        let since = holdsSince(target, raise: raise, seen.observed)
        change = Change(colour: target, since: since)
        guard seen.observed - since >= (raise ? rule.duration : rule.clearAfter) else { return [] }
        change = nil
        return follow(target, by: rule, newWarning: newWarning) { .cleared(warning: $0) }
    }

    /// Whether a person turned that colour's draft down.
    func isRejected(_ target: WarningColour?) -> Bool { rejected != nil && target == rejected }

    /// A raise holds while at least that colour is demanded, a lowering while at most that colour is.
    private func holdsSince(_ target: WarningColour?, raise: Bool, _ observed: Instant) -> Instant {
        guard let change else { return observed }
        let (rank, wanted, current) = (change.colour.rank, target.rank, (live?.own).rank)
        let sameWay = raise ? rank > current && wanted >= rank : rank < current && wanted <= rank
        return sameWay ? change.since : observed
    }

    /// The rule's own colour is `own` from now on, or none: what is told of it. Where a person gave the colour, nothing while that holds.
    mutating func follow(
        _ own: WarningColour?,
        by rule: WarningRule,
        newWarning: () -> WarningID,
        ending: (WarningID) -> Effect
    ) -> [Effect] {
        guard let live else { return own.map { draft($0, by: rule, newWarning: newWarning) } ?? [] }
        if live.holds(against: own) {
            self.live?.hold?.own = own
            return []
        }
        guard let own else {
            end(live)
            return [ending(live.warning)]
        }
        // The rule came to what a person gave; what it releases by itself does not wait for anybody.
        guard own != live.colour || live.awaitsApproval && rule.automaticRelease.contains(own) else {
            self.live?.hold = nil
            return []
        }
        return draft(own, by: rule, newWarning: newWarning)
    }

    private mutating func draft(_ colour: WarningColour, by rule: WarningRule, newWarning: () -> WarningID) -> [Effect]
    {
        var next =
            live
            ?? Live(warning: unused(newWarning()), revision: 0, colour: colour, released: nil, awaitsApproval: true)
        if !next.awaitsApproval { next.releasedHold = next.hold }
        next.revision += 1
        next.colour = colour
        next.awaitsApproval = true
        (next.editor, next.hold) = (nil, nil)
        live = next
        let automatic = rule.automaticRelease.contains(colour)
        let drafted = Effect.drafted(
            warning: next.warning,
            revision: next.revision,
            colour: colour,
            automatic: automatic
        )
        return automatic ? [drafted] + release(next, automatic: true) : [drafted]
    }

    /// The id, numbered on where the warning that ended last had it: `…-2`, `…-3`.
    private func unused(_ id: WarningID) -> WarningID {
        guard let ended else { return id }
        if ended == id { return WarningID("\(id)-2") }
        guard ended.value.hasPrefix("\(id)-"), let number = Int(ended.value.dropFirst(id.value.utf8.count + 1)) else {
            return id
        }
        return WarningID("\(id)-\(number + 1)")
    }

    /// There is no warning any more.
    mutating func end(_ ended: Live) {
        self.ended = ended.warning
        live = nil
    }

    private mutating func release(_ draft: Live, automatic: Bool) -> [Effect] {
        var draft = draft
        let previous = draft.released
        draft.released = draft.colour
        (draft.awaitsApproval, draft.releasedHold) = (false, nil)
        live = draft
        let (warning, revision) = (draft.warning, draft.revision)
        let approved = Effect.approved(warning: warning, revision: revision, automatic: automatic)
        guard let previous else {
            return [approved, .issued(warning: warning, revision: revision, colour: draft.colour)]
        }
        return [approved, .updated(warning: warning, revision: revision, colour: draft.colour, previous: previous)]
    }

    /// A person approves the revision that waits. Release needs two people: the drafter may not.
    package mutating func approve(_ warning: WarningID, revision: UInt32, by person: PersonID, rule: WarningRule)
        throws(Refusal) -> [Effect]
    {
        guard let live, live.warning == warning else { throw .unknownWarning }
        guard live.revision == revision else { throw .staleRevision }
        guard live.awaitsApproval else { throw .notAwaitingApproval }
        guard person != rule.drafter else { throw .approverIsDrafter }
        guard person != live.editor else { throw .approverIsEditor }
        return release(live, automatic: false)
    }

    /// A person takes the warning back, at `now`.
    package mutating func cancel(_ warning: WarningID, at now: Instant, rule: WarningRule) throws(Refusal) -> [Effect] {
        guard let live, live.warning == warning else { throw .unknownWarning }
        mute(live.own, at: now, rule)
        end(live)
        change = nil
        return [.cancelled(warning: live.warning)]
    }

    /// A person says that the danger is over. Readings that demand a colour after it begin another warning, as after `cancel`.
    package mutating func clear(_ warning: WarningID, at now: Instant, rule: WarningRule) throws(Refusal) -> [Effect] {
        guard let live, live.warning == warning else { throw .unknownWarning }
        guard live.released != nil else { throw .notIssued }
        mute(live.own, at: now, rule)
        end(live)
        change = nil
        return [.allClear(warning: live.warning)]
    }

    /// The lifetime ran out without an update.
    package mutating func expire(_ warning: WarningID) -> [Effect] {
        guard let live, live.warning == warning else { return [] }
        end(live)
        change = nil
        return [.expired(warning: live.warning)]
    }
}
