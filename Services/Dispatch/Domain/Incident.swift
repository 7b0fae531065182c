package import Vocabulary

/// One incident 突发事件: opened by a warning, levelled by the plan, closed by the commander.
///
/// A value: inputs and an instant go in, effects come out. Raising is at once; lowering waits for `stepDownAfter`.
package struct Incident: Hashable, Sendable, Codable {
    package let id: IncidentID
    /// Live warnings in order of their ids.
    package private(set) var warnings: [LinkedWarning] = []
    /// The response in force; nil where there is none.
    package private(set) var level: ResponseLevel?
    package private(set) var isVerified = false
    package private(set) var isClosed = false
    /// Counts the responses of this incident, from 1: one that ended may be needed again.
    package private(set) var response = 1
    /// Clauses of the plan that are in force in this response, in the order in which they came.
    private var inForce: [ClauseID] = []
    /// When the response is lowered unless it is needed again.
    private var stepDown: Instant?

    /// A live warning and its colour.
    package struct LinkedWarning: Hashable, Sendable, Codable {
        package let id: WarningID
        package let colour: WarningColour
        /// The stations concerned, in order.
        package let stations: [StationID]
    }

    /// What is to be told and done.
    package enum Effect: Hashable, Sendable {
        case linked(WarningID)
        case levelChanged(from: ResponseLevel?, to: ResponseLevel?, clause: ClauseID?)
        /// The plan is active at that level; these clauses came into force now, in the plan's order.
        case planActivated(ResponseLevel, demand: ClauseID, clauses: [ResponsePlan.Clause])
        case responseEnded
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

    package init(id: IncidentID) { self.id = id }

    /// The stations of the live warnings, each once, in order.
    package var stations: [StationID] {
        warnings.flatMap(\.stations).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }.sorted()
    }

    /// A warning was issued, or its colour changed.
    package mutating func warn(
        _ warning: WarningID,
        _ colour: WarningColour,
        stations: [StationID],
        at now: Instant,
        by plan: ResponsePlan
    ) -> [Effect] {
        guard !isClosed else { return [] }
        let isNew = !warnings.contains { $0.id == warning }
        warnings.removeAll { $0.id == warning }
        warnings.append(LinkedWarning(id: warning, colour: colour, stations: stations))
        warnings.sort { $0.id < $1.id }
        return (isNew ? [.linked(warning)] : []) + relevel(at: now, by: plan)
    }

    /// A warning was cancelled or expired.
    package mutating func end(_ warning: WarningID, at now: Instant, by plan: ResponsePlan) -> [Effect] {
        guard warnings.contains(where: { $0.id == warning }) else { return [] }
        warnings.removeAll { $0.id == warning }
        return relevel(at: now, by: plan)
    }

    private mutating func relevel(at now: Instant, by plan: ResponsePlan) -> [Effect] {
        let demand = plan.demand(of: warnings)
        if demand?.level == level { return cancelStepDown() }
        if let demand, level.map({ $0 < demand.level }) ?? true {
            return cancelStepDown() + raise(to: demand, by: plan)
        }
        guard stepDown == nil else { return [] }
        let due = now + plan.stepDownAfter
        stepDown = due
        return [.stepDownSet(due: due)]
    }

    private mutating func raise(to demand: ResponsePlan.Demand, by plan: ResponsePlan) -> [Effect] {
        let previous = level
        level = demand.level
        let clauses = plan.clauses.filter { $0.level <= demand.level && !inForce.contains($0.id) }
        inForce += clauses.map(\.id)
        return [
            .levelChanged(from: previous, to: demand.level, clause: demand.clause),
            .planActivated(demand.level, demand: demand.clause, clauses: clauses),
        ]
    }

    private mutating func cancelStepDown() -> [Effect] {
        guard stepDown != nil else { return [] }
        stepDown = nil
        return [.stepDownCancelled]
    }

    /// The time to lower the response has come.
    package mutating func lower(by plan: ResponsePlan) -> [Effect] {
        guard stepDown != nil, let previous = level else { return [] }
        stepDown = nil
        let demand = plan.demand(of: warnings)
        level = demand?.level
        let change = Effect.levelChanged(from: previous, to: level, clause: demand?.clause)
        guard level == nil else { return [change] }
        inForce = []
        response += 1
        return [change, .responseEnded]
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
