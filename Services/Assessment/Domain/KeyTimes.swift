package import Vocabulary

/// A stretch of an incident for which the plan sets a limit 关键时刻. The raw value is its key in `assessment.yaml`.
package enum KeyTime: String, CaseIterable, Sendable {
    /// The reading behind the first draft of the warning that was issued first → its issue. A redraft does not set the clock back.
    case readingToWarning = "reading_to_warning"
    /// The first warning issued → the first response level.
    case warningToLevel = "warning_to_level"
    /// The first response level → the first task assigned.
    case levelToFirstTask = "level_to_first_task"
    /// The first task assigned → the first arrival of any team.
    case firstTaskToFirstArrival = "first_task_to_first_arrival"
    /// Supplies requested → the whole order received; of several orders the slowest.
    case requestToSuppliesReceived = "request_to_supplies_received"
    /// A session requested → the first person in it; of several sessions the slowest.
    case requestToSessionJoined = "request_to_session_joined"
}

/// When a record was decided, and which one it is: its place in the incident's timeline.
package struct Moment: Hashable, Sendable {
    package let row: Int
    package let at: Instant

    package init(row: Int, at: Instant) { (self.row, self.at) = (row, at) }
}

/// Something asked for and, where it came, its coming.
package struct Asked: Hashable, Sendable {
    package let asked: Moment
    package let came: Moment?

    package init(asked: Moment, came: Moment?) { (self.asked, self.came) = (asked, came) }
}

/// What happened first in an incident, as far as it happened.
package struct IncidentFacts: Hashable, Sendable {
    package var reading: Moment?
    package var warning: Moment?
    package var level: Moment?
    /// The plan asked for a task; whether anybody was sent is another matter.
    package var demandsTask = false
    package var task: Moment?
    package var arrival: Moment?
    package var supplies: [Asked] = []
    package var sessions: [Asked] = []

    package init() {}

    /// The stretches that have a beginning, in the order of `KeyTime`. What nobody asked for is no stretch.
    package func stretches(limits: (KeyTime) -> Duration) -> [Stretch] {
        KeyTime.allCases.compactMap { keyTime in
            ends(of: keyTime).map { Stretch(keyTime: keyTime, from: $0.asked, to: $0.came, limit: limits(keyTime)) }
        }
    }

    private func ends(of keyTime: KeyTime) -> Asked? {
        switch keyTime {
        case .readingToWarning: reading.map { Asked(asked: $0, came: warning) }
        case .warningToLevel: warning.map { Asked(asked: $0, came: level) }
        case .levelToFirstTask: demandsTask ? level.map { Asked(asked: $0, came: task) } : nil
        case .firstTaskToFirstArrival: task.map { Asked(asked: $0, came: arrival) }
        case .requestToSuppliesReceived: Self.slowest(supplies)
        case .requestToSessionJoined: Self.slowest(sessions)
        }
    }

    /// The one that never came, else the longest; the earlier of equals.
    private static func slowest(_ all: [Asked]) -> Asked? {
        all.first { $0.came == nil }
            ?? all.reduce(nil) { slowest, next in
                guard let slowest else { return next }
                return wait(next) > wait(slowest) ? next : slowest
            }
    }

    private static func wait(_ asked: Asked) -> Duration { asked.came.map { $0.at - asked.asked.at } ?? .zero }
}
