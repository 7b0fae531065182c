package import Vocabulary

/// A team 救援队伍: where it stands by, what it can do, and who leads it.
package struct Team: Hashable, Sendable {
    package let id: TeamID
    package let base: PlaceID
    package let capabilities: [String]
    package let isOnDuty: Bool
    package let leader: PersonID

    package init(id: TeamID, base: PlaceID, capabilities: [String], isOnDuty: Bool, leader: PersonID) {
        (self.id, self.base, self.capabilities) = (id, base, capabilities)
        (self.isOnDuty, self.leader) = (isOnDuty, leader)
    }
}

/// How long the way from one place to another takes, the same both ways. What is not listed cannot be reached.
package struct TravelTimes: Sendable {
    private struct Leg: Hashable { let from, to: String }
    private var seconds: [Leg: Int] = [:]

    package init() {}

    /// Lists a way. False where it is listed already.
    package mutating func add(from: PlaceID, to: PlaceID, seconds count: Int) -> Bool {
        let isNew = seconds.updateValue(count, forKey: Leg(from: from.value, to: to.value)) == nil
        seconds[Leg(from: to.value, to: from.value)] = count
        return isNew
    }

    /// Seconds on the way; 0 to the same place; nil where no way is listed.
    package func between(_ from: PlaceID, _ to: PlaceID) -> Int? {
        from == to ? 0 : seconds[Leg(from: from.value, to: to.value)]
    }
}

/// Why a team was chosen for a task, or why not.
package struct TeamVerdict: Hashable, Sendable {
    package let team: TeamID
    package let finding: Finding
    /// From its base to the destination; 0 where there is no way.
    package let travelSeconds: Int

    /// Why a team was chosen, or was not.
    package enum Finding: Hashable, Sendable {
        case chosen
        /// It could go, and would arrive in time, later than the chosen one.
        case farther
        /// It could go, but not arrive by the deadline; chosen only if nobody else can go.
        case tooLate
        case lacksCapability([String])
        case offDuty
        case busy(with: TaskID)
        case noRoute
    }
}

/// Chooses the team that arrives first among those that can do the task.
package struct TeamChoice: Sendable {
    package let teams: [Team]
    package let travel: TravelTimes
    /// From the order to the departure.
    package let readiness: Duration

    package init(teams: [Team], travel: TravelTimes, readiness: Duration) {
        (self.teams, self.travel, self.readiness) = (teams, travel, readiness)
    }

    /// Every team with its verdict: the chosen one first, then those that could go by travel time, then the others; ties by id.
    ///
    /// `busy` names the task that holds a team. At most one verdict is `chosen`; none where no team can go.
    package func weigh(_ task: ResponseTask, at now: Instant, busy: [(team: TeamID, task: TaskID)]) -> [TeamVerdict] {
        let weighed = teams.map { team in
            let seconds = travel.between(team.base, task.destination)
            return (team: team, seconds: seconds ?? 0, obstacle: obstacle(team, task, seconds, busy))
        }.sorted { one, other in
            let ranks = (one.obstacle == nil ? 0 : 1, other.obstacle == nil ? 0 : 1)
            return (ranks.0, one.seconds, one.team.id) < (ranks.1, other.seconds, other.team.id)
        }
        return weighed.enumerated().map { index, item in
            let arrival = expectedArrival(at: now, travelSeconds: item.seconds)
            let fit: TeamVerdict.Finding = index == 0 ? .chosen : arrival > task.deadline ? .tooLate : .farther
            return TeamVerdict(team: item.team.id, finding: item.obstacle ?? fit, travelSeconds: item.seconds)
        }
    }

    /// When a team that is ordered now would be there.
    package func expectedArrival(at now: Instant, travelSeconds: Int) -> Instant {
        now + readiness + .seconds(travelSeconds)
    }

    private func obstacle(_ team: Team, _ task: ResponseTask, _ seconds: Int?, _ busy: [(team: TeamID, task: TaskID)])
        -> TeamVerdict.Finding?
    {
        let missing = task.capabilities.filter { !team.capabilities.contains($0) }
        if !missing.isEmpty { return .lacksCapability(missing) }
        if !team.isOnDuty { return .offDuty }
        if let held = busy.first(where: { $0.team == team.id }) { return .busy(with: held.task) }
        return seconds == nil ? .noRoute : nil
    }
}
