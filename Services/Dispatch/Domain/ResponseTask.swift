package import Vocabulary

/// A task 任务 of the plan: waiting for a team → assigned → departed → arrived → completed, or cancelled.
///
/// A value: acts and an instant go in, the state changes or the act is refused.
package struct ResponseTask: Hashable, Sendable, Codable {
    /// The one state that a task is in.
    package enum State: String, Hashable, Sendable, Codable, CaseIterable {
        /// No team could be found yet.
        case waiting
        case assigned
        case departed
        case arrived
        case completed
        case cancelled

        /// Whether a task in this state holds its team.
        package var holdsTeam: Bool {
            switch self {
            case .assigned, .departed, .arrived: true
            case .waiting, .completed, .cancelled: false
            }
        }
    }

    /// Why an act was turned down.
    package enum Refusal: String, Error, Sendable {
        case notAssigned = "not-assigned"
        case notDeparted = "not-departed"
        case notArrived = "not-arrived"
        case alreadyDone = "already-done"
        case otherTeam = "other-team"
        case ended
    }

    package let id: TaskID
    package let incident: IncidentID
    package let clause: ClauseID
    package let capabilities: [String]
    package let destination: PlaceID
    /// A team must have arrived by then.
    package let deadline: Instant
    package private(set) var state = State.waiting
    package private(set) var team: TeamID?
    package private(set) var arrived: Instant?

    package init(
        id: TaskID,
        incident: IncidentID,
        clause: ClauseID,
        capabilities: [String],
        destination: PlaceID,
        deadline: Instant
    ) {
        (self.id, self.incident, self.clause) = (id, incident, clause)
        (self.capabilities, self.destination, self.deadline) = (capabilities, destination, deadline)
    }

    /// Whether it holds its team.
    package var holdsTeam: Bool { state.holdsTeam }

    /// Whether the deadline can still be missed.
    package var awaitsArrival: Bool {
        switch state {
        case .waiting, .assigned, .departed: true
        case .arrived, .completed, .cancelled: false
        }
    }

    /// Gives it to a team. False unless it waits for one.
    package mutating func assign(_ team: TeamID) -> Bool {
        guard state == .waiting else { return false }
        (state, self.team) = (.assigned, team)
        return true
    }

    /// The assigned team set off. Errors: `Refusal` where the team or the state is another.
    package mutating func depart(_ team: TeamID) throws(Refusal) {
        try check(team)
        guard state == .assigned else { throw .alreadyDone }
        state = .departed
    }

    /// The team is on the spot, at `now`. Errors: `Refusal` where the team or the state is another.
    package mutating func arrive(_ team: TeamID, at now: Instant) throws(Refusal) {
        try check(team)
        switch state {
        case .assigned: throw .notDeparted
        case .departed: (state, arrived) = (.arrived, now)
        case .waiting, .arrived, .completed, .cancelled: throw .alreadyDone
        }
    }

    /// The team has done it and is free. Errors: `Refusal` where the team or the state is another.
    package mutating func complete(_ team: TeamID) throws(Refusal) {
        try check(team)
        guard state == .arrived else { throw .notArrived }
        state = .completed
    }

    private func check(_ team: TeamID) throws(Refusal) {
        switch state {
        case .waiting: throw .notAssigned
        case .completed, .cancelled: throw .ended
        case .assigned, .departed, .arrived: break
        }
        guard self.team == team else { throw .otherTeam }
    }

    /// Calls it off. False where it had ended already.
    package mutating func cancel() -> Bool {
        switch state {
        case .completed, .cancelled: return false
        case .waiting, .assigned, .departed, .arrived:
            state = .cancelled
            return true
        }
    }
}
