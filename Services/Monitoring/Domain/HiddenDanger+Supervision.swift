package import Vocabulary

// What supervisors do beside the loop: more time, overdue, stopped work, the list of major dangers.

extension HiddenDanger {
    /// A supervisor gives more time to rectify: later than the deadline before and than now, at most the grade's limit from now.
    package mutating func extend(
        to deadline: Instant,
        by actor: DangerActor,
        at now: Instant,
        _ rules: DangerRules,
        _ tree: GridTree
    ) throws(Refusal) -> [Effect] {
        try require(.assigned, or: .notAssigned)
        guard !isOwn(actor) else { throw .ownEnterprise }
        guard supervises(actor, tree) else { throw .notSupervising }
        guard let previous = self.deadline, deadline > previous else { throw .deadlineNotLater }
        guard deadline > now else { throw .deadlinePast }
        guard deadline <= now + rules.rectify else { throw .deadlineTooLate }
        (self.deadline, overdue) = (deadline, 0)
        extensions += 1
        return [.extended(deadline: deadline, previous: previous, times: extensions), .awaits(until: deadline)]
    }

    /// The step that is due was not done by its deadline, or not after it was told overdue: the next level supervises.
    ///
    /// Nothing before the deadline. Where nobody stands above, it is told once more and no further.
    package mutating func lapse(at now: Instant, _ rules: DangerRules, _ tree: GridTree) -> [Effect] {
        guard let deadline, now >= deadline else { return [] }
        overdue += 1
        let from = supervisor
        guard let above = tree.parent(of: from) else {
            return [.overdue(deadline: deadline, from: from, to: from, times: overdue)]
        }
        supervisor = above
        return [
            .overdue(deadline: deadline, from: from, to: above, times: overdue),
            .awaits(until: now + max(rules.escalateEvery, .minutes(1))),
        ]
    }

    /// A supervisor stops work on the site, or stops more of it.
    package mutating func suspend(_ extent: Suspension, by actor: DangerActor, _ tree: GridTree) throws(Refusal)
        -> [Effect]
    {
        guard state != .closed else { throw .alreadyClosed }
        guard !isOwn(actor) else { throw .ownEnterprise }
        guard supervises(actor, tree) else { throw .notSupervising }
        guard suspension != extent, suspension != .whole else { throw .alreadySuspended }
        suspension = extent
        return [.suspended(extent)]
    }

    /// A supervisor lets work go on: only after the re-inspection (order 16, article 18).
    package mutating func resume(by actor: DangerActor, _ tree: GridTree) throws(Refusal) -> [Effect] {
        try require(.reinspected, or: .notReinspected)
        guard !isOwn(actor) else { throw .ownEnterprise }
        guard supervises(actor, tree) else { throw .notSupervising }
        guard suspension != nil else { throw .notSuspended }
        suspension = nil
        return [.resumed]
    }

    /// A supervisor lists a major danger, or changes who sees to it and until when.
    package mutating func list(_ listing: Listing, by actor: DangerActor, at now: Instant, _ tree: GridTree)
        throws(Refusal) -> [Effect]
    {
        guard state != .closed else { throw .alreadyClosed }
        guard grade == .major else { throw .notMajor }
        guard !isOwn(actor) else { throw .ownEnterprise }
        guard supervises(actor, tree) else { throw .notSupervising }
        guard listing.until > now else { throw .deadlinePast }
        self.listing = listing
        return [.listed(listing)]
    }
}
