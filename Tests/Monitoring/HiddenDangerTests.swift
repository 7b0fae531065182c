import MonitoringDomain
import TestSupport
import Testing
import Vocabulary

@Suite struct HiddenDangerTests {
    let tree: GridTree
    static let now = Instant(seconds: 1_790_784_000)
    static let rules = DangerRules(
        report: .hours(24),
        assign: .hours(12),
        rectify: .hours(240),
        reinspect: .hours(48),
        close: .hours(36),
        escalateEvery: .hours(6),
        supervisor: .community
    )
    static let owner = DangerActor(person: "p-boss", enterprise: "mill", units: [])
    /// Works for the mill and for the grid: still not an outsider.
    static let both = DangerActor(person: "p-both", enterprise: "mill", units: ["zhen"])
    static let officer = DangerActor(person: "p-zhen", enterprise: nil, units: ["zhen"])
    static let town = DangerActor(person: "p-yirshi", enterprise: nil, units: ["yirshi"])
    static let stranger = DangerActor(person: "p-shan", enterprise: "mine", units: ["shan"])

    init() throws { tree = try SmallGrid.tree() }

    private func found(_ grade: DangerGrade = .general, by finder: PersonID = "p-boss") throws -> HiddenDanger {
        try #require(
            HiddenDanger(
                "D1",
                grade,
                unit: "zhen-1",
                enterprise: "mill",
                finder: finder,
                at: Self.now,
                Self.rules,
                tree
            )
        )
    }

    /// A danger of that grade in that state, assigned to p-boss.
    private func danger(_ state: HiddenDanger.State, _ grade: DangerGrade = .general) throws -> HiddenDanger {
        var one = try found(grade)
        let steps: [(HiddenDanger.State, Act)] = [
            (.reported, .report), (.assigned, .assign), (.rectified, .rectify), (.reinspected, .pass),
            (.closed, .close),
        ]
        for (next, act) in steps where one.state != state {
            _ = try act.perform(&one, act == .report || act == .rectify ? Self.owner : Self.officer, tree)
            #expect(one.state == next)
        }
        return one
    }

    enum Act: CaseIterable {
        case report, assign, rectify, pass, fail, close, extend, suspend, resume, list

        func perform(_ one: inout HiddenDanger, _ actor: DangerActor, _ tree: GridTree, at time: Instant = now)
            throws(HiddenDanger.Refusal) -> [HiddenDanger.Effect]
        {
            switch self {
            case .report: try one.report(by: actor, at: time, rules, tree)
            case .assign: try one.assign(to: "p-boss", deadline: nil, by: actor, at: time, rules, tree)
            case .rectify: try one.rectify(by: actor, at: time, rules)
            case .pass: try one.reinspect(passed: true, deadline: nil, by: actor, at: time, rules, tree)
            case .fail: try one.reinspect(passed: false, deadline: nil, by: actor, at: time, rules, tree)
            case .close: try one.close(by: actor, tree)
            case .extend: try one.extend(to: time + rules.rectify, by: actor, at: time, rules, tree)
            case .suspend: try one.suspend(.part, by: actor, tree)
            case .resume: try one.resume(by: actor, tree)
            case .list: try one.list(.init(supervisor: "p-mayor", until: time + .hours(1)), by: actor, at: time, tree)
            }
        }
    }

    // MARK: transitions

    /// For each act the states in which an officer of the grid may do it, and its refusal in any other that is not closed.
    /// The danger is major, work on the site is stopped nowhere, and an hour has passed.
    @Test(
        arguments: [
            (.report, [.found], .notFound), (.assign, [.reported], .notReported), (.rectify, [], .notAssigned),
            (.pass, [.rectified], .notRectified), (.fail, [.rectified], .notRectified),
            (.close, [.reinspected], .notReinspected), (.extend, [.assigned], .notAssigned),
            (.suspend, [.found, .reported, .assigned, .rectified, .reinspected], .alreadyClosed),
            (.resume, [], .notReinspected),
            (.list, [.found, .reported, .assigned, .rectified, .reinspected], .alreadyClosed),
        ] as [(Act, [HiddenDanger.State], HiddenDanger.Refusal)]
    )
    func `each act in each state`(act: Act, allowed: [HiddenDanger.State], otherwise: HiddenDanger.Refusal) throws {
        for state in HiddenDanger.State.allCases {
            var one = try danger(state, .major)
            let before = one
            do throws(HiddenDanger.Refusal) {
                _ = try act.perform(&one, Self.officer, tree, at: Self.now + .hours(1))
                #expect(allowed.contains(state), "\(act) while \(state)")
            } catch {
                var expected = state == .closed ? .alreadyClosed : otherwise
                if act == .rectify, state == .assigned { expected = .notResponsible }
                if act == .resume, state == .reinspected { expected = .notSuspended }
                #expect(
                    !allowed.contains(state) && error == expected && one == before,
                    "\(act) while \(state): \(error)"
                )
            }
        }
    }

    @Test func `from found to closed each step has its deadline and is told`() throws {
        var one = try found()
        #expect(one.supervisor == "zhen" && one.deadline == Self.now + .hours(24))
        var told = try one.report(by: Self.owner, at: Self.now, Self.rules, tree)
        told += try one.assign(to: "p-boss", deadline: nil, by: Self.town, at: Self.now, Self.rules, tree)
        told += try one.rectify(by: Self.owner, at: Self.now, Self.rules)
        told += try Act.pass.perform(&one, Self.officer, tree)
        told += try one.close(by: Self.officer, tree)
        let deadline = Self.now + .hours(240)
        #expect(
            told == [
                .reported, .awaits(until: Self.now + .hours(12)),
                .assigned(to: "p-boss", deadline: deadline, round: 1), .awaits(until: deadline),
                .rectified(round: 1), .awaits(until: Self.now + .hours(48)),
                .reinspected(passed: true, round: 1), .awaits(until: Self.now + .hours(36)), .closed, .settled,
            ]
        )
    }

    @Test func `what fails the re-inspection is assigned again with a new deadline and counted`() throws {
        var one = try danger(.rectified)
        let (deadline, later) = (Self.now + .hours(100), Self.now + .hours(50))
        let effects = try one.reinspect(
            passed: false,
            deadline: deadline,
            by: Self.officer,
            at: later,
            Self.rules,
            tree
        )
        #expect(
            effects == [
                .reinspected(passed: false, round: 1), .assigned(to: "p-boss", deadline: deadline, round: 2),
                .awaits(until: deadline),
            ]
        )
        #expect(one.state == .assigned && one.round == 2)
    }

    // MARK: who

    @Test func `an enterprise never assigns, re-inspects, closes, extends, resumes or lists its own`() throws {
        let acts: [(Act, HiddenDanger.State)] = [
            (.assign, .reported), (.pass, .rectified), (.fail, .rectified), (.close, .reinspected),
            (.extend, .assigned), (.suspend, .assigned), (.resume, .reinspected), (.list, .assigned),
        ]
        for (act, state) in acts {
            for actor in [Self.owner, Self.both] {
                var one = try danger(state, .major)
                #expect(
                    throws: act == .assign && actor == Self.owner ? HiddenDanger.Refusal.notSupervising : .ownEnterprise
                ) {
                    try act.perform(&one, actor, tree)
                }
            }
        }
    }

    @Test func `a general danger is rectified at once by the enterprise that found it, a major one never`() throws {
        for state in [HiddenDanger.State.found, .reported] {
            var general = try danger(state)
            #expect(try general.rectify(by: Self.owner, at: Self.now, Self.rules).first == .rectified(round: 1))
            #expect(try Act.fail.perform(&general, Self.officer, tree).count == 3 && general.round == 2)
            var major = try danger(state, .major)
            #expect(throws: HiddenDanger.Refusal.notAssigned) {
                try major.rectify(by: Self.owner, at: Self.now, Self.rules)
            }
            var others = try danger(state)
            #expect(throws: HiddenDanger.Refusal.notAssigned) {
                try others.rectify(by: Self.stranger, at: Self.now, Self.rules)
            }
        }
    }

    @Test func `who rectified it may not look again, and who works elsewhere has no say`() throws {
        var one = try found(by: "p-zhen")
        _ = try one.report(by: Self.officer, at: Self.now, Self.rules, tree)
        _ = try one.assign(to: "p-zhen", deadline: nil, by: Self.town, at: Self.now, Self.rules, tree)
        _ = try one.rectify(by: Self.officer, at: Self.now, Self.rules)
        #expect(throws: HiddenDanger.Refusal.ownWork) { try Act.pass.perform(&one, Self.officer, tree) }
        #expect(throws: HiddenDanger.Refusal.notSupervising) { try Act.pass.perform(&one, Self.stranger, tree) }
        #expect(try Act.pass.perform(&one, Self.town, tree).count == 2)
        #expect(throws: HiddenDanger.Refusal.ownWork) { try one.close(by: Self.officer, tree) }
    }

    @Test func `who works where it lies reports it to those who supervise, and one from elsewhere does not`() throws {
        let group = DangerActor(person: "p-group", enterprise: nil, units: ["zhen-1"])
        var one = try found()
        #expect(throws: HiddenDanger.Refusal.notSupervising) { try Act.report.perform(&one, Self.stranger, tree) }
        #expect(try Act.report.perform(&one, group, tree).first == .reported)
        #expect(throws: HiddenDanger.Refusal.notSupervising) { try Act.assign.perform(&one, group, tree) }
    }

    // MARK: deadlines

    @Test func `a deadline lies ahead and within the grade's limit`() throws {
        for (hours, refusal) in [(0, .deadlinePast), (-1, .deadlinePast), (241, .deadlineTooLate)]
            as [(Int64, HiddenDanger.Refusal)]
        {
            var one = try danger(.reported)
            let before = one
            #expect(throws: refusal) {
                try one.assign(
                    to: "p-boss",
                    deadline: Self.now + .hours(hours),
                    by: Self.officer,
                    at: Self.now,
                    Self.rules,
                    tree
                )
            }
            #expect(one == before)
        }
        var one = try danger(.assigned)
        #expect(throws: HiddenDanger.Refusal.deadlineNotLater) { try Act.extend.perform(&one, Self.officer, tree) }
        let day = Self.now + .hours(24)
        #expect(
            try Act.extend.perform(&one, Self.officer, tree, at: day) == [
                .extended(deadline: day + .hours(240), previous: Self.now + .hours(240), times: 1),
                .awaits(until: day + .hours(240)),
            ]
        )
        #expect(throws: HiddenDanger.Refusal.deadlineTooLate) {
            try one.extend(to: day + .hours(241), by: Self.officer, at: day, Self.rules, tree)
        }
    }

    @Test func `overdue goes up a level, and again, and ends at the city`() throws {
        var one = try danger(.assigned)
        let deadline = Self.now + .hours(240)
        #expect(one.lapse(at: deadline - .seconds(1), Self.rules, tree).isEmpty)
        #expect(
            one.lapse(at: deadline, Self.rules, tree) == [
                .overdue(deadline: deadline, from: "zhen", to: "yirshi", times: 1),
                .awaits(until: deadline + .hours(6)),
            ]
        )
        // Who supervised before has no say any more; the next level has.
        var shown = one
        #expect(throws: HiddenDanger.Refusal.notSupervising) { try shown.suspend(.whole, by: Self.officer, tree) }
        #expect(try shown.suspend(.whole, by: Self.town, tree) == [.suspended(.whole)])
        _ = one.lapse(at: deadline + .hours(6), Self.rules, tree)
        #expect(
            one.lapse(at: deadline + .hours(12), Self.rules, tree) == [
                .overdue(deadline: deadline, from: "arxan", to: "arxan", times: 3)
            ]
        )
    }

    @Test func `work that was stopped goes on after the re-inspection, and before the danger is closed`() throws {
        var one = try danger(.assigned, .major)
        #expect(try one.suspend(.part, by: Self.officer, tree) == [.suspended(.part)])
        #expect(throws: HiddenDanger.Refusal.alreadySuspended) { try one.suspend(.part, by: Self.officer, tree) }
        #expect(try one.suspend(.whole, by: Self.officer, tree) == [.suspended(.whole)])
        #expect(throws: HiddenDanger.Refusal.alreadySuspended) { try one.suspend(.part, by: Self.officer, tree) }
        #expect(throws: HiddenDanger.Refusal.notReinspected) { try one.resume(by: Self.officer, tree) }
        _ = try Act.rectify.perform(&one, Self.owner, tree)
        _ = try Act.pass.perform(&one, Self.officer, tree)
        #expect(throws: HiddenDanger.Refusal.stillSuspended) { try one.close(by: Self.officer, tree) }
        #expect(try one.resume(by: Self.officer, tree) == [.resumed])
        #expect(try one.close(by: Self.officer, tree) == [.closed, .settled])
    }

    @Test func `only a major danger is listed, with who and until when, and leaves the list when closed`() throws {
        var general = try danger(.assigned)
        #expect(throws: HiddenDanger.Refusal.notMajor) { try Act.list.perform(&general, Self.officer, tree) }
        var major = try danger(.reinspected, .major)
        #expect(throws: HiddenDanger.Refusal.deadlinePast) {
            try major.list(.init(supervisor: "p-mayor", until: Self.now), by: Self.officer, at: Self.now, tree)
        }
        _ = try Act.list.perform(&major, Self.officer, tree)
        #expect(major.listing?.supervisor == "p-mayor")
        _ = try major.close(by: Self.officer, tree)
        #expect(major.listing == nil)
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `on any walk no step is left out, no enterprise judges itself, and a deadline stands until the end`(
        seed: UInt64
    ) throws {
        var random = Seeded(seed)
        var one = try found(seed.isMultiple(of: 2) ? .general : .major)
        var time = Self.now
        let order = HiddenDanger.State.allCases
        for _ in 0..<120 {
            time = time + .hours(Int64.random(in: 0...60, using: &random))
            let before = one
            let actor = [Self.owner, Self.both, Self.officer, Self.town, Self.stranger].randomElement(using: &random)
            guard let actor, let act = Act.allCases.randomElement(using: &random) else { continue }
            let effects =
                Bool.random(using: &random)
                ? one.lapse(at: time, Self.rules, tree) : (try? act.perform(&one, actor, tree, at: time)) ?? []
            if effects.isEmpty { #expect(one == before, "seed \(seed)") }
            let (from, to) = (order.firstIndex(of: before.state), order.firstIndex(of: one.state))
            if before.state != one.state, let from, let to {
                let atOnce = one.state == .rectified && one.grade == .general && actor.enterprise == "mill"
                #expect(
                    to == from + 1 || atOnce || before.state == .rectified && one.state == .assigned,
                    "seed \(seed)"
                )
                let judged = [.assigned, .reinspected, .closed].contains(one.state)
                #expect(!judged || actor.enterprise != "mill", "seed \(seed)")
            }
            #expect(one.round - before.round <= 1 && one.round >= before.round, "seed \(seed)")
            #expect((one.deadline == nil) == (one.state == .closed), "seed \(seed)")
            #expect(one.state != .closed || one.suspension == nil && one.listing == nil, "seed \(seed)")
            #expect(tree.path(from: before.supervisor).contains(one.supervisor), "seed \(seed)")
        }
    }
}
