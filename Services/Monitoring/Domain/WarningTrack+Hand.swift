package import Vocabulary

// What people make of a rule's warning: other words, another colour, or nothing of a draft.

extension WarningTrack {
    /// A colour that a person gave to a rule's warning, and what the rule says meanwhile.
    ///
    /// A raise is lowered by no reading and no silence: it ends where the rule comes to that colour, and leads on from there. A lowering holds
    /// until the rule demands more than when the person lowered it, or comes down to that colour by itself. The lifetime ends both.
    package struct Hold: Hashable, Sendable, Codable {
        /// What the rule demanded when the person gave the colour; nil: nothing.
        package let demanded: WarningColour?
        /// What it would show now; nil: nothing.
        package internal(set) var own: WarningColour?
    }

    /// A person changes that revision: its words, its places or its lifetime, and with a `colour` that too. It is another draft, which a third
    /// person approves.
    ///
    /// A later draft by the rule starts from the rule's words again. Throws `unknown-warning` and `stale-revision`.
    package mutating func edit(
        _ warning: WarningID,
        revision: UInt32,
        to colour: WarningColour? = nil,
        by person: PersonID
    ) throws(Refusal) -> [Effect] {
        guard var draft = live, draft.warning == warning else { throw .unknownWarning }
        guard draft.revision == revision else { throw .staleRevision }
        if !draft.awaitsApproval { draft.releasedHold = draft.hold }
        draft.revision += 1
        (draft.awaitsApproval, draft.editor) = (true, person)
        if let colour {
            let own = draft.own
            (draft.colour, draft.hold) = (colour, colour == own ? nil : Hold(demanded: own, own: own))
        }
        live = draft
        return [.drafted(warning: warning, revision: draft.revision, colour: draft.colour, automatic: false)]
    }

    /// A person turns the waiting draft down: what was released holds again, or the warning is gone.
    ///
    /// A colour that the rule drafted is not drafted again until another one is demanded. One that a person gave says nothing against the
    /// rule's own: what that demands is drafted with the next reading.
    package mutating func reject(_ warning: WarningID, revision: UInt32) throws(Refusal) -> [Effect] {
        guard var draft = live, draft.warning == warning else { throw .unknownWarning }
        guard draft.revision == revision else { throw .staleRevision }
        guard draft.awaitsApproval else { throw .notAwaitingApproval }
        rejected = draft.hold != nil || draft.colour == draft.released ? nil : draft.colour
        change = nil
        if let released = draft.released {
            (draft.colour, draft.awaitsApproval, draft.editor) = (released, false, nil)
            (draft.hold, draft.releasedHold) = (draft.releasedHold, nil)
            live = draft
        } else {
            end(draft)
        }
        return [.rejected(warning: warning, revision: revision)]
    }
}

extension WarningTrack.Live {
    /// The colour that the rule gives by itself; nil where only a person holds the warning up.
    package var own: WarningColour? {
        guard let hold else { return colour }
        return hold.own
    }

    /// Whether the colour that a person gave goes on where the rule's own is `own`.
    func holds(against own: WarningColour?) -> Bool {
        guard let hold else { return false }
        let isRaise = colour.rawValue > hold.demanded.rank
        if isRaise { return own.rank < colour.rawValue }
        return own.rank > colour.rawValue && own.rank <= hold.demanded.rank
    }
}

extension WarningColour? {
    /// 1 blue … 4 red; 0 where there is none.
    var rank: Int { self?.rawValue ?? 0 }
}
