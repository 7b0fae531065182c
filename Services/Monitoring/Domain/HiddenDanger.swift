package import Vocabulary

/// The grade of a hidden danger.
///
/// Source: 《安全生产事故隐患排查治理暂行规定》(State Administration of Work Safety, order 16, 2007), article 3: general 一般 can be
/// rectified at once; major 重大 needs a stop of all or a part and some time, or is beyond the enterprise's own power.
package enum DangerGrade: String, CaseIterable, Hashable, Sendable, Codable {
    case general
    case major
}

/// Who acts on a danger, as the configuration knows him.
package struct DangerActor: Hashable, Sendable {
    package let person: PersonID
    /// The enterprise that he works for; nil for none.
    package let enterprise: EnterpriseID?
    /// The units of the grid that he works in.
    package let units: [GridUnitID]

    package init(person: PersonID, enterprise: EnterpriseID?, units: [GridUnitID]) {
        (self.person, self.enterprise, self.units) = (person, enterprise, units)
    }
}

/// How long each step may take, and who supervises: data of the place, by grade.
package struct DangerRules: Hashable, Sendable {
    /// From finding to reporting, to assigning, to rectifying, to re-inspecting, to closing.
    package let report: Duration
    package let assign: Duration
    package let rectify: Duration
    package let reinspect: Duration
    package let close: Duration
    /// What is overdue goes to the next level after each such time.
    package let escalateEvery: Duration
    /// The lowest level that supervises.
    package let supervisor: GridLevel

    package init(
        report: Duration,
        assign: Duration,
        rectify: Duration,
        reinspect: Duration,
        close: Duration,
        escalateEvery: Duration,
        supervisor: GridLevel
    ) {
        (self.report, self.assign, self.rectify, self.reinspect) = (report, assign, rectify, reinspect)
        (self.close, self.escalateEvery, self.supervisor) = (close, escalateEvery, supervisor)
    }
}

/// A hidden danger from found to closed 隐患闭环: found → reported → assigned → rectified → re-inspected → closed.
///
/// A re-inspection that fails assigns it again. An enterprise may find and rectify its own, but never re-inspect or close it.
/// A value: acts and lapses go in, effects come out. Source of the duty: Work Safety Law of the PRC (2021), article 41.
package struct HiddenDanger: Hashable, Sendable, Codable {
    /// How far it is.
    package enum State: String, CaseIterable, Hashable, Sendable, Codable {
        case found
        case reported
        case assigned
        case rectified
        case reinspected
        case closed
    }

    /// What is to be told and done.
    package enum Effect: Hashable, Sendable {
        case reported
        /// `round` is 1 for the first time, one more after each failed re-inspection.
        case assigned(to: PersonID, deadline: Instant, round: Int)
        case extended(deadline: Instant, previous: Instant, times: Int)
        case rectified(round: Int)
        case reinspected(passed: Bool, round: Int)
        case closed
        /// Not done by `deadline`: `to` supervises it from now on; the same as `from` where nobody stands above.
        case overdue(deadline: Instant, from: GridUnitID, to: GridUnitID, times: Int)
        case suspended(Suspension)
        case resumed
        case listed(Listing)
        /// The next time to look whether it is overdue; replaces the one before.
        case awaits(until: Instant)
        case settled
    }

    /// How much of the danger's site has stopped work 停产停业 (order 16, article 16).
    package enum Suspension: String, Hashable, Sendable, Codable {
        case part
        case whole
    }

    /// A major danger listed for supervision 挂牌督办: who sees to it, until when.
    package struct Listing: Hashable, Sendable, Codable {
        package let supervisor: PersonID
        package let until: Instant

        package init(supervisor: PersonID, until: Instant) { (self.supervisor, self.until) = (supervisor, until) }
    }

    package let id: DangerID
    package let grade: DangerGrade
    /// Where it is.
    package let unit: GridUnitID
    /// Whose site it is; nil for a public place.
    package let enterprise: EnterpriseID?
    package let finder: PersonID
    /// The unit that supervises it now.
    package internal(set) var supervisor: GridUnitID
    package internal(set) var state = State.found
    /// When the step that is due must be done; nil once it is closed.
    package internal(set) var deadline: Instant?
    /// Who is to rectify it.
    package internal(set) var responsible: PersonID?
    /// Who said that it is rectified.
    package internal(set) var rectifier: PersonID?
    /// How often it was assigned.
    package internal(set) var round = 0
    package internal(set) var extensions = 0
    /// How often the step that is due was told overdue.
    package internal(set) var overdue = 0
    package internal(set) var suspension: Suspension?
    package internal(set) var listing: Listing?

    /// Found at `now`. Nil where `unit` is no unit of the grid.
    package init?(
        _ id: DangerID,
        _ grade: DangerGrade,
        unit: GridUnitID,
        enterprise: EnterpriseID?,
        finder: PersonID,
        at now: Instant,
        _ rules: DangerRules,
        _ tree: GridTree
    ) {
        guard let supervisor = tree.ancestor(of: unit, atLeast: rules.supervisor) else { return nil }
        (self.id, self.grade, self.unit, self.enterprise, self.finder) = (id, grade, unit, enterprise, finder)
        (self.supervisor, deadline) = (supervisor, now + rules.report)
    }

    /// Why an act was turned down.
    package enum Refusal: String, Error, Sendable {
        case notFound = "not-awaiting-report"
        case notReported = "not-awaiting-assignment"
        case notAssigned = "not-awaiting-rectification"
        case notRectified = "not-awaiting-reinspection"
        case notReinspected = "not-awaiting-closing"
        case alreadyClosed = "already-closed"
        case notSupervising = "not-supervising"
        case notResponsible = "not-responsible"
        case ownEnterprise = "own-enterprise"
        case ownWork = "rectifier-may-not-reinspect"
        case deadlinePast = "deadline-past"
        case deadlineTooLate = "deadline-too-late"
        case deadlineNotLater = "deadline-not-later"
        case stillSuspended = "still-suspended"
        case alreadySuspended = "already-suspended"
        case notSuspended = "not-suspended"
        case notMajor = "not-major"
    }
}

// MARK: the loop

extension HiddenDanger {
    /// The finder, the enterprise, or one who works where it lies or above, reports it to who supervises.
    package mutating func report(by actor: DangerActor, at now: Instant, _ rules: DangerRules, _ tree: GridTree)
        throws(Refusal) -> [Effect]
    {
        try require(.found, or: .notFound)
        guard actor.person == finder || isOwn(actor) || tree.path(from: unit).contains(where: actor.units.contains)
        else { throw .notSupervising }
        return [.reported] + go(to: .reported, until: now + rules.assign)
    }

    /// A supervisor says who rectifies it, by when: the grade's limit from now where `deadline` is nil, never later.
    package mutating func assign(
        to person: PersonID,
        deadline: Instant?,
        by actor: DangerActor,
        at now: Instant,
        _ rules: DangerRules,
        _ tree: GridTree
    ) throws(Refusal) -> [Effect] {
        try require(.reported, or: .notReported)
        guard supervises(actor, tree) else { throw .notSupervising }
        guard !isOwn(actor) else { throw .ownEnterprise }
        return try assign(to: person, wanted: deadline, at: now, rules)
    }

    private mutating func assign(to person: PersonID, wanted: Instant?, at now: Instant, _ rules: DangerRules)
        throws(Refusal) -> [Effect]
    {
        let latest = now + rules.rectify
        let deadline = wanted ?? latest
        guard deadline > now else { throw .deadlinePast }
        guard deadline <= latest else { throw .deadlineTooLate }
        (responsible, round) = (person, round + 1)
        return [.assigned(to: person, deadline: deadline, round: round)] + go(to: .assigned, until: deadline)
    }

    /// The responsible person, or one of the enterprise whose site it is, says that it is rectified. A general danger that an
    /// enterprise finds on its own site it may rectify at once (order 16, article 15).
    package mutating func rectify(by actor: DangerActor, at now: Instant, _ rules: DangerRules) throws(Refusal)
        -> [Effect]
    {
        let atOnce = grade == .general && isOwn(actor) && (state == .found || state == .reported)
        if !atOnce { try require(.assigned, or: .notAssigned) }
        guard actor.person == responsible || isOwn(actor) else { throw .notResponsible }
        if atOnce { (round, responsible) = (round + 1, actor.person) }
        rectifier = actor.person
        return [.rectified(round: round)] + go(to: .rectified, until: now + rules.reinspect)
    }

    /// A supervisor who neither rectified it nor belongs to the enterprise looks again. Not passed, it is assigned again with a new
    /// deadline, as in `assign`.
    package mutating func reinspect(
        passed: Bool,
        deadline: Instant?,
        by actor: DangerActor,
        at now: Instant,
        _ rules: DangerRules,
        _ tree: GridTree
    ) throws(Refusal) -> [Effect] {
        try require(.rectified, or: .notRectified)
        try requireOutsider(actor, tree)
        let looked = Effect.reinspected(passed: passed, round: round)
        guard passed else {
            return [looked] + (try assign(to: responsible ?? finder, wanted: deadline, at: now, rules))
        }
        return [looked] + go(to: .reinspected, until: now + rules.close)
    }

    /// A supervisor who neither rectified it nor belongs to the enterprise ends it. Work that was stopped goes on first.
    package mutating func close(by actor: DangerActor, _ tree: GridTree) throws(Refusal) -> [Effect] {
        try require(.reinspected, or: .notReinspected)
        try requireOutsider(actor, tree)
        guard suspension == nil else { throw .stillSuspended }
        (state, deadline, listing) = (.closed, nil, nil)
        return [.closed, .settled]
    }

    // MARK: who and when

    func require(_ wanted: State, or refusal: Refusal) throws(Refusal) {
        guard state != .closed else { throw .alreadyClosed }
        guard state == wanted else { throw refusal }
    }

    private func requireOutsider(_ actor: DangerActor, _ tree: GridTree) throws(Refusal) {
        guard !isOwn(actor) else { throw .ownEnterprise }
        guard actor.person != rectifier else { throw .ownWork }
        guard supervises(actor, tree) else { throw .notSupervising }
    }

    func isOwn(_ actor: DangerActor) -> Bool { enterprise != nil && actor.enterprise == enterprise }

    /// Whether he works in the unit that supervises, or in one above it.
    func supervises(_ actor: DangerActor, _ tree: GridTree) -> Bool {
        tree.path(from: supervisor).contains(where: actor.units.contains)
    }

    private mutating func go(to next: State, until: Instant) -> [Effect] {
        (state, deadline, overdue) = (next, until, 0)
        return [.awaits(until: until)]
    }
}
