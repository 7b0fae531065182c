package import Vocabulary

/// What a clause asked of the stockpile or of the command center, and how far it has come.
package struct Requirement: Hashable, Sendable, Codable {
    /// What was asked of another service.
    package enum Kind: String, Hashable, Sendable, Codable {
        case supplies
        case session
    }

    package let clause: ClauseID
    package let kind: Kind
    package let deadline: Instant
    /// Supplies received whole, or the chair in the session; nil so far.
    package private(set) var met: Instant?
    /// Something asked for could not be had.
    package private(set) var isShort = false
    /// Who chairs the session.
    package private(set) var chair: ParticipantID?

    package init(clause: ClauseID, kind: Kind, deadline: Instant) {
        (self.clause, self.kind, self.deadline) = (clause, kind, deadline)
    }

    /// The first fulfilment counts.
    package mutating func fulfil(at now: Instant) { met = met ?? now }
    /// Less came than was asked for, or somebody who was named did not come.
    package mutating func fallShort() { isShort = true }
    /// Who leads the session from now on.
    package mutating func take(chair: ParticipantID) { self.chair = chair }
}

/// A clause of the plan that was not met, and why.
package struct UnmetClause: Hashable, Sendable {
    package let clause: ClauseID
    package let reason: Reason
    /// How late, where it was late; 0 otherwise.
    package let lateSeconds: Int64

    /// The worst reason first: where several hold, the first one is told.
    package enum Reason: String, Sendable {
        case noTeam = "no-team"
        case neverDone = "never-done"
        case suppliesShort = "supplies-short"
        case teamLate = "team-late"
        case suppliesLate = "supplies-late"
        case sessionLate = "session-late"
    }

    /// What the clause of `tasks` failed in; nil where every team arrived in time.
    package static func of(_ tasks: [ResponseTask], clause: ClauseID) -> UnmetClause? {
        if tasks.contains(where: { $0.team == nil }) { return UnmetClause(clause, .noTeam) }
        let latest = tasks.compactMap { task in task.arrived.map { ($0 - task.deadline).inSeconds } }
        guard latest.count == tasks.count, let late = latest.max() else { return UnmetClause(clause, .neverDone) }
        return late > 0 ? UnmetClause(clause, .teamLate, late) : nil
    }

    /// What the request failed in; nil where it was met in time and whole.
    package static func of(_ requirement: Requirement) -> UnmetClause? {
        guard let met = requirement.met else { return UnmetClause(requirement.clause, .neverDone) }
        let late = (met - requirement.deadline).inSeconds
        switch requirement.kind {
        case .supplies where requirement.isShort: return UnmetClause(requirement.clause, .suppliesShort)
        case .supplies: return late > 0 ? UnmetClause(requirement.clause, .suppliesLate, late) : nil
        case .session: return late > 0 ? UnmetClause(requirement.clause, .sessionLate, late) : nil
        }
    }

    private init(_ clause: ClauseID, _ reason: Reason, _ lateSeconds: Int64 = 0) {
        (self.clause, self.reason, self.lateSeconds) = (clause, reason, lateSeconds)
    }
}
