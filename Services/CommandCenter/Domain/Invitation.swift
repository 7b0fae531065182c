package import Vocabulary

/// One participant's way through a session: invited → ringing → joined → left, or failed.
///
/// A value: inputs and an instant go in, effects come out. An unanswered call is repeated until the attempts are used
/// up. One who left (hung up, lost the connection) or whose call failed may join again unasked, as one who calls back;
/// one who was removed must be invited again.
package struct Invitation: Hashable, Sendable, Codable {
    package let participant: ParticipantID
    package let kind: Kind
    package private(set) var state: State
    /// Every time in the session that is over, in order.
    package private(set) var presences: [Presence] = []

    /// What takes part.
    package enum Kind: String, Hashable, Sendable, Codable {
        case person
        case camera
    }

    /// Where the participant stands.
    package enum State: Hashable, Sendable, Codable {
        /// Called; its terminal has not rung.
        case invited(attempt: Int)
        case ringing(attempt: Int)
        case joined(sinceMicroseconds: Int64)
        case left(Leaving)
        case failed(Failure)
    }

    /// Why somebody left.
    package enum Leaving: String, Hashable, Sendable, Codable, CaseIterable {
        case hungUp
        case connectionLost
        /// By the chair or the duty officer.
        case removed
        case sessionEnded
    }

    /// Why somebody never came.
    package enum Failure: String, Hashable, Sendable, Codable, CaseIterable {
        case declined
        /// It rang in the last attempt.
        case noAnswer
        /// It did not ring in the last attempt.
        case unreachable
        /// Nobody holds that post, or no camera stands near the station.
        case notInRoster
        case sessionEnded
    }

    /// One stay in the session 在场.
    package struct Presence: Hashable, Sendable, Codable {
        private let joinedMicroseconds: Int64
        private let leftMicroseconds: Int64

        package init(joined: Instant, left: Instant) {
            (joinedMicroseconds, leftMicroseconds) = (joined.microseconds, left.microseconds)
        }

        package var joined: Instant { Instant(microseconds: joinedMicroseconds) }
        package var left: Instant { Instant(microseconds: leftMicroseconds) }
    }

    /// What is to be told and done.
    package enum Effect: Hashable, Sendable {
        /// Call it; `unanswered` is due at `answerBy`.
        case invited(attempt: Int, answerBy: Instant)
        case ringing
        /// In; it had been in before where `returned`. No answer is waited for any more.
        case joined(returned: Bool)
        case left(Leaving)
        /// No answer is waited for any more.
        case failed(Failure)
    }

    private init(_ participant: ParticipantID, _ kind: Kind, _ state: State) {
        (self.participant, self.kind, self.state) = (participant, kind, state)
    }

    /// Calls a participant for the first time.
    package static func first(_ participant: ParticipantID, _ kind: Kind, at now: Instant, by rules: SessionRules)
        -> (Invitation, [Effect])
    {
        var invitation = Invitation(participant, kind, .invited(attempt: 1))
        let effects = invitation.call(attempt: 1, at: now, by: rules)
        return (invitation, effects)
    }

    /// In the session now.
    package var isJoined: Bool {
        if case .joined = state { return true }
        return false
    }

    /// Called, and the outcome is open.
    package var isCalled: Bool {
        switch state {
        case .invited, .ringing: true
        case .joined, .left, .failed: false
        }
    }

    /// Calls the participant again. Refusals: already-invited, already-joined.
    package mutating func invite(at now: Instant, by rules: SessionRules) throws(SessionRefusal) -> [Effect] {
        switch state {
        case .invited, .ringing: throw .alreadyInvited
        case .joined: throw .alreadyJoined
        case .left, .failed: return call(attempt: 1, at: now, by: rules)
        }
    }

    private mutating func call(attempt: Int, at now: Instant, by rules: SessionRules) -> [Effect] {
        state = .invited(attempt: attempt)
        return [.invited(attempt: attempt, answerBy: now + rules.ringingFor)]
    }

    /// The terminal rings. Refusals: already-ringing, already-joined, not-invited.
    package mutating func ring() throws(SessionRefusal) -> [Effect] {
        switch state {
        case .invited(let attempt):
            state = .ringing(attempt: attempt)
            return [.ringing]
        case .ringing: throw .alreadyRinging
        case .joined: throw .alreadyJoined
        case .left, .failed: throw .notInvited
        }
    }

    /// The terminal is in. Refusals: already-joined, not-invited.
    package mutating func join(at now: Instant) throws(SessionRefusal) -> [Effect] {
        switch state {
        case .joined: throw .alreadyJoined
        case .left(.removed), .left(.sessionEnded), .failed(.notInRoster), .failed(.sessionEnded):
            throw .notInvited
        case .invited, .ringing, .left(.hungUp), .left(.connectionLost), .failed(.declined), .failed(.noAnswer),
            .failed(.unreachable):
            state = .joined(sinceMicroseconds: now.microseconds)
            return [.joined(returned: !presences.isEmpty)]
        }
    }

    /// The participant turns the call down; it is not repeated. Refusals: already-joined, not-invited.
    package mutating func decline() throws(SessionRefusal) -> [Effect] {
        switch state {
        case .invited, .ringing: return fail(.declined)
        case .joined: throw .alreadyJoined
        case .left, .failed: throw .notInvited
        }
    }

    /// The participant is gone. Refusal: not-joined.
    package mutating func leave(_ reason: Leaving, at now: Instant) throws(SessionRefusal) -> [Effect] {
        guard case .joined(let since) = state else { throw .notJoined }
        presences.append(Presence(joined: Instant(microseconds: since), left: now))
        state = .left(reason)
        return [.left(reason)]
    }

    /// The call's time ran out: it is repeated, or failed. Nothing where no answer is waited for.
    package mutating func unanswered(at now: Instant, by rules: SessionRules) -> [Effect] {
        switch state {
        case .invited(let attempt) where attempt < rules.attempts, .ringing(let attempt) where attempt < rules.attempts:
            call(attempt: attempt + 1, at: now, by: rules)
        case .invited: fail(.unreachable)
        case .ringing: fail(.noAnswer)
        case .joined, .left, .failed: []
        }
    }

    /// The session is over: whoever is in leaves, whoever is called fails.
    package mutating func endSession(at now: Instant) -> [Effect] {
        switch state {
        case .invited, .ringing: return fail(.sessionEnded)
        case .joined(let since):
            presences.append(Presence(joined: Instant(microseconds: since), left: now))
            state = .left(.sessionEnded)
            return [.left(.sessionEnded)]
        case .left, .failed: return []
        }
    }

    private mutating func fail(_ reason: Failure) -> [Effect] {
        state = .failed(reason)
        return [.failed(reason)]
    }
}
