package import Vocabulary

/// A warning that a person drafted: drafted → approved → issued → redrafted → issued …, and in the end cancelled, cleared or expired.
///
/// A value: acts and an instant go in, effects come out. Whoever drafted it, and whoever changed it last, does not approve it;
/// what is changed after its approval is a draft again.
package struct HandWarning: Hashable, Sendable, Codable {
    /// What is to be told and done: as of a rule's warning.
    package typealias Effect = WarningTrack.Effect
    /// Why a person's act was turned down: as of a rule's warning.
    package typealias Refusal = WarningTrack.Refusal

    package let warning: WarningID
    /// 1 for the first draft; each change adds one.
    package private(set) var revision: UInt32 = 1
    /// As last drafted.
    package private(set) var colour: WarningColour
    /// As last released; nil until it is issued.
    package private(set) var released: WarningColour?
    package let drafter: PersonID
    /// Who changed it last; nil where nobody did since it was drafted.
    package private(set) var editor: PersonID?
    package private(set) var state = State.drafted
    /// Not issued before it, though approved; nil: with the approval.
    package private(set) var issueAt: Instant?

    /// Where it is in its life.
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// Waits for approval; nobody outside has heard of it.
        case drafted
        /// Approved, and waits for its time.
        case approved
        /// Holds.
        case issued
        /// Holds as it was last released, and a change waits for approval.
        case redrafted
        /// Over, or never issued.
        case ended
    }

    /// What a change says of the time of issue.
    package enum IssueTime: Hashable, Sendable {
        case unchanged
        case withApproval
        case at(Instant)
    }

    /// A person drafts it.
    package static func draft(_ warning: WarningID, _ colour: WarningColour, by drafter: PersonID, issueAt: Instant?)
        -> (warning: HandWarning, effects: [Effect])
    {
        let draft = HandWarning(warning: warning, colour: colour, drafter: drafter, issueAt: issueAt)
        return (draft, [draft.drafted])
    }

    private init(warning: WarningID, colour: WarningColour, drafter: PersonID, issueAt: Instant?) {
        (self.warning, self.colour, self.drafter, self.issueAt) = (warning, colour, drafter, issueAt)
    }

    private var drafted: Effect {
        .drafted(warning: warning, revision: revision, colour: colour, automatic: false)
    }

    private func require(_ revision: UInt32) throws(Refusal) {
        guard state != .ended else { throw .unknownWarning }
        guard self.revision == revision else { throw .staleRevision }
    }

    /// A person changes it. What holds already is not put off.
    package mutating func edit(
        _ revision: UInt32,
        to colour: WarningColour,
        issue time: IssueTime = .unchanged,
        by person: PersonID
    ) throws(Refusal) -> [Effect] {
        try require(revision)
        guard time == .unchanged || released == nil else { throw .alreadyIssued }
        switch time {
        case .unchanged: break
        case .withApproval: issueAt = nil
        case .at(let instant): issueAt = instant
        }
        self.revision += 1
        (self.colour, editor) = (colour, person)
        state = released == nil ? .drafted : .redrafted
        return [drafted]
    }

    /// Another person approves that revision: it is released, or waits for its time.
    package mutating func approve(_ revision: UInt32, by person: PersonID, at now: Instant) throws(Refusal) -> [Effect]
    {
        try require(revision)
        guard state == .drafted || state == .redrafted else { throw .notAwaitingApproval }
        guard person != drafter else { throw .approverIsDrafter }
        guard person != editor else { throw .approverIsEditor }
        let approved = Effect.approved(warning: warning, revision: revision, automatic: false)
        if released == nil, let issueAt, issueAt > now {
            state = .approved
            return [approved]
        }
        return [approved, release()]
    }

    /// The time of an approved warning came.
    package mutating func issue() -> [Effect] { state == .approved ? [release()] : [] }

    private mutating func release() -> Effect {
        defer { (released, state, issueAt) = (colour, .issued, nil) }
        guard let previous = released else { return .issued(warning: warning, revision: revision, colour: colour) }
        return .updated(warning: warning, revision: revision, colour: colour, previous: previous)
    }

    /// A person turns that revision down: what holds goes on as it was released, and what was never issued is gone.
    package mutating func reject(_ revision: UInt32) throws(Refusal) -> [Effect] {
        try require(revision)
        guard state == .drafted || state == .redrafted else { throw .notAwaitingApproval }
        if let released { (colour, editor, state) = (released, nil, .issued) } else { state = .ended }
        return [.rejected(warning: warning, revision: revision)]
    }

    /// A person takes it back, whether it was issued or not.
    package mutating func cancel() throws(Refusal) -> [Effect] {
        guard state != .ended else { throw .unknownWarning }
        state = .ended
        return [.cancelled(warning: warning)]
    }

    /// A person says that the danger is over.
    package mutating func clear() throws(Refusal) -> [Effect] {
        guard state != .ended else { throw .unknownWarning }
        guard released != nil else { throw .notIssued }
        state = .ended
        return [.allClear(warning: warning)]
    }

    /// Its lifetime ran out.
    package mutating func expire() -> [Effect] {
        guard state != .ended else { return [] }
        state = .ended
        return [.expired(warning: warning)]
    }
}
