package import Vocabulary

/// What a plan demands of the level of response, as data.
package struct ResponsePlan: Hashable, Sendable {
    package let id: PlanID
    package let hazard: Hazard
    /// From I down: the first that fits decides.
    package let levels: [Demand]
    /// A lower level must fit this long before the response is lowered or ended.
    package let stepDownAfter: Duration

    /// One level, and how many live warnings of at least that colour demand it.
    package struct Demand: Hashable, Sendable {
        package let level: ResponseLevel
        package let clause: ClauseID
        package let colour: WarningColour
        package let warnings: Int

        package init(level: ResponseLevel, clause: ClauseID, colour: WarningColour, warnings: Int) {
            (self.level, self.clause, self.colour, self.warnings) = (level, clause, colour, warnings)
        }
    }

    package init(id: PlanID, hazard: Hazard, levels: [Demand], stepDownAfter: Duration) {
        (self.id, self.hazard, self.levels, self.stepDownAfter) = (id, hazard, levels, stepDownAfter)
    }

    /// What the live warnings demand; nil if no level does.
    package func demand(of warnings: [Incident.LinkedWarning]) -> Demand? {
        levels.first { demand in warnings.filter { $0.colour >= demand.colour }.count >= demand.warnings }
    }
}

/// One incident 突发事件: opened by a warning, levelled by the plan, closed by the commander.
///
/// A value: inputs and an instant go in, effects come out. Raising is at once; lowering waits for `stepDownAfter`.
package struct Incident: Hashable, Sendable, Codable {
    package let id: String
    /// Live warnings in order of their ids.
    package private(set) var warnings: [LinkedWarning] = []
    /// The response in force; nil where there is none.
    package private(set) var level: ResponseLevel?
    package private(set) var isVerified = false
    package private(set) var isClosed = false
    /// When the response is lowered unless it is needed again.
    private var stepDownMicroseconds: Int64?

    /// A live warning and its colour.
    package struct LinkedWarning: Hashable, Sendable, Codable {
        package let id: String
        package let colour: WarningColour
    }

    /// What is to be told and done.
    package enum Effect: Hashable, Sendable {
        case linked(WarningID)
        case levelChanged(from: ResponseLevel?, to: ResponseLevel?, clause: ClauseID?)
        case stepDownSet(due: Instant)
        case stepDownCancelled
        case verified
        case closed
    }

    /// Why a person's act was turned down.
    package enum Refusal: String, Error, Sendable {
        case alreadyVerified = "already-verified"
        case responseNotEnded = "response-not-ended"
        case closed
    }

    package init(id: IncidentID) { self.id = id.value }

    /// A warning was issued, or its colour changed.
    package mutating func warn(_ warning: WarningID, _ colour: WarningColour, at now: Instant, by plan: ResponsePlan)
        -> [Effect]
    {
        guard !isClosed else { return [] }
        let isNew = !warnings.contains { $0.id == warning.value }
        warnings.removeAll { $0.id == warning.value }
        warnings.append(LinkedWarning(id: warning.value, colour: colour))
        warnings.sort { $0.id < $1.id }
        return (isNew ? [.linked(warning)] : []) + relevel(at: now, by: plan)
    }

    /// A warning was cancelled or expired.
    package mutating func end(_ warning: WarningID, at now: Instant, by plan: ResponsePlan) -> [Effect] {
        guard warnings.contains(where: { $0.id == warning.value }) else { return [] }
        warnings.removeAll { $0.id == warning.value }
        return relevel(at: now, by: plan)
    }

    private mutating func relevel(at now: Instant, by plan: ResponsePlan) -> [Effect] {
        let demand = plan.demand(of: warnings)
        if demand?.level == level { return cancelStepDown() }
        if let demand, level.map({ $0 < demand.level }) ?? true {
            let previous = level
            level = demand.level
            return cancelStepDown() + [.levelChanged(from: previous, to: demand.level, clause: demand.clause)]
        }
        guard stepDownMicroseconds == nil else { return [] }
        let due = now + plan.stepDownAfter
        stepDownMicroseconds = due.microseconds
        return [.stepDownSet(due: due)]
    }

    private mutating func cancelStepDown() -> [Effect] {
        guard stepDownMicroseconds != nil else { return [] }
        stepDownMicroseconds = nil
        return [.stepDownCancelled]
    }

    /// The time to lower the response has come.
    package mutating func stepDown(by plan: ResponsePlan) -> [Effect] {
        guard stepDownMicroseconds != nil, let previous = level else { return [] }
        stepDownMicroseconds = nil
        let demand = plan.demand(of: warnings)
        level = demand?.level
        return [.levelChanged(from: previous, to: level, clause: demand?.clause)]
    }

    /// A person confirms that it is real.
    package mutating func verify() throws(Refusal) -> [Effect] {
        guard !isClosed else { throw .closed }
        guard !isVerified else { throw .alreadyVerified }
        isVerified = true
        return [.verified]
    }

    /// The commander closes it, once the response has ended.
    package mutating func close() throws(Refusal) -> [Effect] {
        guard !isClosed else { throw .closed }
        guard level == nil, warnings.isEmpty else { throw .responseNotEnded }
        isClosed = true
        return [.closed]
    }
}
