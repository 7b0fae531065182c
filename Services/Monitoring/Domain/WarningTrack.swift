package import Vocabulary

/// The warning that one rule keeps on one station: none, or drafted → issued → updated → cancelled or expired.
///
/// A value: inputs and an instant go in, effects come out.
package struct WarningTrack: Hashable, Sendable, Codable {
    /// The live warning; nil where there is none.
    package private(set) var live: Live?
    /// A change of colour that has begun to hold.
    package private(set) var change: Change?
    /// The colour whose draft a person turned down: not drafted again until another one is demanded.
    private var rejected: WarningColour?

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
        /// A person says that the danger is over.
        case allClear(warning: WarningID)
        /// A person takes back what should not have been issued.
        case cancelled(warning: WarningID)
        case expired(warning: WarningID)
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

    /// Takes the newest value, observed at `observed`. `newWarning` is the id of a warning that would begin now.
    package mutating func evaluate(
        _ value: Quantity,
        observed: Instant,
        by rule: WarningRule,
        newWarning: @autoclosure () -> WarningID
    ) -> [Effect] {
        let target = rule.band(for: value, current: live?.colour)?.colour
        if let rejected, target == rejected { return [] }
        rejected = nil
        guard target != live?.colour else {
            change = nil
            return []
        }
        let raise = live.map { current in target.map { $0 > current.colour } ?? false } ?? true
        let since = holdsSince(target, raise: raise, observed)
        change = Change(colour: target, since: since)
        guard observed - since >= (raise ? rule.duration : rule.clearAfter) else { return [] }
        change = nil
        guard let target else { return clear() }
        return draft(target, by: rule, newWarning: newWarning())
    }

    /// A raise holds while at least that colour is demanded, a lowering while at most that colour is.
    private func holdsSince(_ target: WarningColour?, raise: Bool, _ observed: Instant) -> Instant {
        guard let change else { return observed }
        let (rank, wanted) = (change.colour?.rawValue ?? 0, target?.rawValue ?? 0)
        let current = live?.colour.rawValue ?? 0
        let sameWay = raise ? rank > current && wanted >= rank : rank < current && wanted <= rank
        return sameWay ? change.since : observed
    }

    private mutating func draft(_ colour: WarningColour, by rule: WarningRule, newWarning: WarningID) -> [Effect] {
        var next =
            live ?? Live(warning: newWarning, revision: 0, colour: colour, released: nil, awaitsApproval: true)
        next.revision += 1
        next.colour = colour
        next.awaitsApproval = true
        next.editor = nil
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

    private mutating func release(_ draft: Live, automatic: Bool) -> [Effect] {
        var draft = draft
        let previous = draft.released
        draft.released = draft.colour
        draft.awaitsApproval = false
        live = draft
        let (warning, revision) = (draft.warning, draft.revision)
        let approved = Effect.approved(warning: warning, revision: revision, automatic: automatic)
        guard let previous else {
            return [approved, .issued(warning: warning, revision: revision, colour: draft.colour)]
        }
        return [approved, .updated(warning: warning, revision: revision, colour: draft.colour, previous: previous)]
    }

    private mutating func clear() -> [Effect] {
        guard let ended = live else { return [] }
        live = nil
        return [.cleared(warning: ended.warning)]
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

    /// A person changes the words, the places or the lifetime of that revision: another draft, which a third person approves.
    ///
    /// A later draft by the rule starts from the rule's words again.
    package mutating func edit(_ warning: WarningID, revision: UInt32, by person: PersonID) throws(Refusal) -> [Effect]
    {
        guard var draft = live, draft.warning == warning else { throw .unknownWarning }
        guard draft.revision == revision else { throw .staleRevision }
        draft.revision += 1
        (draft.awaitsApproval, draft.editor) = (true, person)
        live = draft
        return [.drafted(warning: warning, revision: draft.revision, colour: draft.colour, automatic: false)]
    }

    /// A person turns the waiting draft down: the colour falls back to the released one, or the warning is gone.
    package mutating func reject(_ warning: WarningID, revision: UInt32) throws(Refusal) -> [Effect] {
        guard var draft = live, draft.warning == warning else { throw .unknownWarning }
        guard draft.revision == revision else { throw .staleRevision }
        guard draft.awaitsApproval else { throw .notAwaitingApproval }
        rejected = draft.colour == draft.released ? nil : draft.colour
        change = nil
        if let released = draft.released {
            (draft.colour, draft.awaitsApproval, draft.editor) = (released, false, nil)
            live = draft
        } else {
            live = nil
        }
        return [.rejected(warning: warning, revision: revision)]
    }

    /// A person takes the warning back.
    package mutating func cancel(_ warning: WarningID) throws(Refusal) -> [Effect] {
        guard let live, live.warning == warning else { throw .unknownWarning }
        self.live = nil
        change = nil
        return [.cancelled(warning: live.warning)]
    }

    /// A person says that the danger is over. Readings that demand a colour after it begin another warning.
    package mutating func clear(_ warning: WarningID) throws(Refusal) -> [Effect] {
        guard let live, live.warning == warning else { throw .unknownWarning }
        guard live.released != nil else { throw .notIssued }
        self.live = nil
        change = nil
        return [.allClear(warning: live.warning)]
    }

    /// The lifetime ran out without an update.
    package mutating func expire(_ warning: WarningID) -> [Effect] {
        guard let live, live.warning == warning else { return [] }
        self.live = nil
        change = nil
        return [.expired(warning: live.warning)]
    }
}
