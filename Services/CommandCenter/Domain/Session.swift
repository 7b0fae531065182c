package import Vocabulary

/// One command session 会商会话: opened with its calling list, ended once, with the attendance of everybody called.
///
/// A value: inputs and an instant go in, effects come out. The chair 主持 is the first person of the calling list. A chair
/// who is called or in keeps the chair; once the chair declined, did not answer or left, the first joined person in calling
/// order takes it (or the next one to join, while nobody is in) and keeps it until another is appointed.
package struct Session: Hashable, Sendable, Codable {
    package let id: SessionID
    /// Everybody called, in calling order.
    package private(set) var invitations: [Invitation] = []
    /// Nil where no person was ever called.
    package private(set) var chair: ParticipantID?
    package private(set) var floor = Floor()
    package private(set) var isEnded = false

    /// What is to be told and done.
    package enum Effect: Hashable, Sendable {
        case invitation(ParticipantID, Invitation.Effect)
        case floor(Floor.Effect)
        case chairChanged(from: ParticipantID?, to: ParticipantID, ChairReason)
        /// Reason is a stable key; attendance names everybody called, in calling order.
        case ended(reason: String, attendance: [Attendance])
    }

    /// Why the chair changed. The raw value is the stable key in the record.
    package enum ChairReason: String, Hashable, Sendable, CaseIterable {
        case declined = "chair-declined"
        case noAnswer = "chair-no-answer"
        case unreachable = "chair-unreachable"
        case left = "chair-left"
        /// There was no chair before.
        case vacant = "no-chair"
        /// By the chair before or by the duty officer.
        case appointed
    }

    /// Who was where when 谁何时在场; no presence for one who never came.
    package struct Attendance: Hashable, Sendable {
        package let participant: ParticipantID
        package let presences: [Invitation.Presence]

        package init(_ participant: ParticipantID, _ presences: [Invitation.Presence]) {
            (self.participant, self.presences) = (participant, presences)
        }
    }

    private init(id: SessionID) { self.id = id }

    /// Opens the session and calls everybody on `list`; what the roster lacks fails at once.
    package static func open(_ id: SessionID, calling list: CallingList, at now: Instant, by rules: SessionRules)
        -> (Session, [Effect])
    {
        var session = Session(id: id)
        var effects: [Effect] = []
        for callee in list.callees {
            effects += session.call(callee.participant, callee.kind.invited, at: now, by: rules)
        }
        session.chair = session.invitations.first { $0.kind == .person }?.participant
        return (session, effects + list.missing.map { .invitation($0, .failed(.notInRoster)) })
    }

    // MARK: terminals

    /// The participant's terminal rings. Refusals: of `Invitation.ring`, session-ended.
    package mutating func ring(_ participant: ParticipantID) throws(SessionRefusal) -> [Effect] {
        try change(participant) { invitation throws(SessionRefusal) in try invitation.ring() }
    }

    /// The participant is in. Refusals: of `Invitation.join`, session-ended.
    package mutating func join(_ participant: ParticipantID, at now: Instant) throws(SessionRefusal) -> [Effect] {
        try change(participant) { invitation throws(SessionRefusal) in try invitation.join(at: now) } + settleChair()
    }

    /// The participant turns the call down. Refusals: of `Invitation.decline`, session-ended.
    package mutating func decline(_ participant: ParticipantID) throws(SessionRefusal) -> [Effect] {
        try change(participant) { invitation throws(SessionRefusal) in try invitation.decline() } + settleChair()
    }

    /// The participant is gone: hung up, lost or removed; its floor goes on. Refusals: of `Invitation.leave`, session-ended.
    package mutating func leave(
        _ participant: ParticipantID,
        _ reason: Invitation.Leaving,
        at now: Instant,
        by rules: SessionRules
    ) throws(SessionRefusal) -> [Effect] {
        let left = try change(participant) { invitation throws(SessionRefusal) in try invitation.leave(reason, at: now)
        }
        return left + floor.leave(participant, at: now, by: rules).map(Effect.floor) + settleChair()
    }

    /// The time to answer has run out. Nothing where no answer is waited for.
    package mutating func unanswered(_ participant: ParticipantID, at now: Instant, by rules: SessionRules) -> [Effect]
    {
        guard !isEnded, let index = index(of: participant) else { return [] }
        let effects = invitations[index].unanswered(at: now, by: rules).map { Effect.invitation(participant, $0) }
        return effects + settleChair()
    }

    // MARK: the floor

    /// A joined person asks to speak. Refusals: of `Floor.request`, not-joined, not-a-person, not-invited, session-ended.
    package mutating func requestFloor(
        _ participant: ParticipantID,
        priority: UInt8,
        at now: Instant,
        by rules: SessionRules
    ) throws(SessionRefusal) -> [Effect] {
        _ = try joinedPerson(participant)
        return try floor.request(participant, priority: priority, at: now, by: rules).map(Effect.floor)
    }

    /// A person has finished or no longer waits. Refusals: of `Floor.release`, as for a request.
    package mutating func releaseFloor(_ participant: ParticipantID, at now: Instant, by rules: SessionRules)
        throws(SessionRefusal) -> [Effect]
    {
        _ = try joinedPerson(participant)
        return try floor.release(participant, at: now, by: rules).map(Effect.floor)
    }

    /// The holder's time to speak has run out.
    package mutating func revokeFloor(at now: Instant, by rules: SessionRules) -> [Effect] {
        floor.revoke(at: now, by: rules).map(Effect.floor)
    }

    // MARK: leading

    /// Calls somebody again, or one more. Refusals: of `Invitation.invite`, session-ended.
    package mutating func invite(
        _ participant: ParticipantID,
        _ kind: Invitation.Kind,
        at now: Instant,
        by rules: SessionRules
    ) throws(SessionRefusal) -> [Effect] {
        guard !isEnded else { throw .sessionEnded }
        if index(of: participant) == nil { return call(participant, kind, at: now, by: rules) }
        return try change(participant) { invitation throws(SessionRefusal) in
            try invitation.invite(at: now, by: rules)
        }
    }

    /// Gives the chair to a joined person. Refusals: already-chair, not-joined, not-a-person, not-invited, session-ended.
    package mutating func appoint(_ participant: ParticipantID) throws(SessionRefusal) -> [Effect] {
        let person = try joinedPerson(participant)
        guard person.participant != chair else { throw .alreadyChair }
        let change = Effect.chairChanged(from: chair, to: participant, .appointed)
        chair = participant
        return [change]
    }

    /// Ends the session: the floor is given back, whoever is in leaves, whoever is called fails. Refusal: session-ended.
    package mutating func end(_ reason: String, at now: Instant) throws(SessionRefusal) -> [Effect] {
        guard !isEnded else { throw .sessionEnded }
        isEnded = true
        var effects = floor.end().map(Effect.floor)
        for index in invitations.indices {
            let participant = invitations[index].participant
            effects += invitations[index].endSession(at: now).map { .invitation(participant, $0) }
        }
        let attendance = invitations.map { Attendance($0.participant, $0.presences) }
        return effects + [.ended(reason: reason, attendance: attendance)]
    }

    // MARK: within

    private mutating func call(
        _ participant: ParticipantID,
        _ kind: Invitation.Kind,
        at now: Instant,
        by rules: SessionRules
    ) -> [Effect] {
        let (invitation, effects) = Invitation.first(participant, kind, at: now, by: rules)
        invitations.append(invitation)
        return effects.map { .invitation(participant, $0) }
    }

    private func index(of participant: ParticipantID) -> Int? {
        invitations.firstIndex { $0.participant == participant }
    }

    private func joinedPerson(_ participant: ParticipantID) throws(SessionRefusal) -> Invitation {
        guard !isEnded else { throw .sessionEnded }
        guard let index = index(of: participant) else { throw .notInvited }
        guard invitations[index].kind == .person else { throw .notAPerson }
        guard invitations[index].isJoined else { throw .notJoined }
        return invitations[index]
    }

    private mutating func change(
        _ participant: ParticipantID,
        _ body: (inout Invitation) throws(SessionRefusal) -> [Invitation.Effect]
    ) throws(SessionRefusal) -> [Effect] {
        guard !isEnded else { throw .sessionEnded }
        guard let index = index(of: participant) else { throw .notInvited }
        return try body(&invitations[index]).map { .invitation(participant, $0) }
    }

    private mutating func settleChair() -> [Effect] {
        guard let reason = whyChairIsGone,
            let next = invitations.first(where: { $0.kind == .person && $0.isJoined })
        else { return [] }
        let change = Effect.chairChanged(from: chair, to: next.participant, reason)
        chair = next.participant
        return [change]
    }

    /// Nil while the chair is called or in.
    private var whyChairIsGone: ChairReason? {
        guard let chair, let index = index(of: chair) else { return .vacant }
        return switch invitations[index].state {
        case .invited, .ringing, .joined: nil
        case .left: .left
        case .failed(.declined): .declined
        case .failed(.noAnswer): .noAnswer
        case .failed(.unreachable), .failed(.notInRoster), .failed(.sessionEnded): .unreachable
        }
    }
}
