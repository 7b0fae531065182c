import Foundation
import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Hidden dangers 隐患 from found to closed.

extension MonitoringCore {
    static let dangerDue = "danger-due"

    /// The loop of hidden dangers, and what supervisors do beside it.
    static func registerDangers(_ routes: inout Routes<MonitoringCore>) {
        routes.command(FindDanger.self) { core, order, turn in try core.find(order, turn) }
        routes.command(ReportDanger.self) { core, order, turn in try core.report(order, turn) }
        routes.command(AssignDanger.self) { core, order, turn in try core.assign(order, turn) }
        routes.command(RectifyDanger.self) { core, order, turn in try core.rectify(order, turn) }
        routes.command(ReinspectDanger.self) { core, order, turn in try core.reinspect(order, turn) }
        routes.command(CloseDanger.self) { core, order, turn in try core.close(order, turn) }
        routes.timer(dangerDue) { core, turn in try core.lapseDanger(turn) }
        registerSupervision(&routes)
    }

    /// What a danger's acts are judged by.
    struct DangerContext {
        let grid: GridConfiguration
        let dangers: DangerConfiguration
        let actor: DangerActor
        let now: Instant
        let rules: DangerRules

        var tree: GridTree { grid.tree }
    }

    /// Who acts on a danger, and by which configuration. Errors: `CommandRefusal`.
    func requireDangers(_ turn: Turn) throws -> (GridConfiguration, DangerConfiguration, DangerActor) {
        let grid = try requireGrid()
        guard let dangers else {
            throw CommandRefusal("no-dangers", "this place keeps no dangers; add dangers to monitoring.yaml")
        }
        guard let actor = turn.actor else { throw CommandRefusal("role-missing", "nobody is named") }
        let enterprise = dangers.employees[actor.person]
        guard enterprise != nil || grid.people[actor.person] != nil else {
            throw CommandRefusal(
                "role-missing",
                "\(actor.person) is in no unit and no enterprise; see grid and dangers in monitoring.yaml"
            )
        }
        let units = grid.works(actor.person)
        return (grid, dangers, DangerActor(person: actor.person, enterprise: enterprise, units: units))
    }

    // MARK: found

    private func find(_ order: FindDanger, _ turn: Turn) throws {
        let (grid, dangers, actor) = try requireDangers(turn)
        guard dangers.kinds.contains(order.kind) else {
            throw CommandRefusal(
                "unknown-kind",
                "'\(order.kind.prefix(64))' is no kind; see dangers in monitoring.yaml"
            )
        }
        let grade = try order.grade.checked()
        let enterprise = order.enterprise.isEmpty ? nil : EnterpriseID(order.enterprise)
        guard enterprise.map(dangers.enterprises.contains) ?? true else {
            throw CommandRefusal("unknown-enterprise", "'\(order.enterprise.prefix(64))' is no enterprise here")
        }
        guard grid.people[actor.person] != nil || actor.enterprise == enterprise else {
            throw CommandRefusal("not-own-site", "an enterprise searches its own site; tell the grid of others'")
        }
        let found = Instant(microseconds: order.foundUs)
        guard found <= turn.now + grid.clockAhead, found >= turn.now - .hours(24 * 366) else {
            throw CommandRefusal("found-out-of-range", "found_us is ahead of \(turn.now) or more than a year old")
        }
        try order.pictureSha256.requireHash("picture_sha256")
        let position = order.hasPosition ? order.position : nil
        let own = try site(order, turn) ?? actor.units.first
        let (unit, _) = try grid.place(unit: order.unit, position: position, otherwise: own)
        let id = DangerID(.derived("D", unit, found, turn))
        let rules = dangers.rules(grade)
        let danger = HiddenDanger(
            id,
            grade,
            unit: unit,
            enterprise: enterprise,
            finder: actor.person,
            at: turn.now,
            rules,
            grid.tree
        )
        guard let danger else { throw CommandRefusal("unknown-unit", "\(unit) is no unit of the grid") }
        try begin(danger, order, isSelfCheck: enterprise != nil && actor.enterprise == enterprise, turn)
    }

    /// The unit of the risk point that is named; nil without one. Errors: `CommandRefusal` for one that is not known.
    private func site(_ order: FindDanger, _ turn: Turn) throws -> GridUnitID? {
        guard !order.riskPoint.isEmpty else { return nil }
        return GridUnitID(try riskPoint(order.riskPoint, turn).registered.unit)
    }

    private func begin(_ danger: HiddenDanger, _ order: FindDanger, isSelfCheck: Bool, _ turn: Turn) throws {
        var message = DangerFound()
        (message.danger, message.grade, message.kind) = (danger.id.value, HiddenDangerGrade(danger.grade), order.kind)
        message.unit = danger.unit.value
        if order.hasPosition { message.position = order.position }
        (message.enterprise, message.riskPoint) = (order.enterprise, order.riskPoint)
        (message.finder, message.selfCheck) = (danger.finder.value, isSelfCheck)
        (message.foundUs, message.deadlineUs) = (order.foundUs, danger.deadline?.microseconds ?? 0)
        message.supervisor = danger.supervisor.value
        (message.textSha256, message.pictureSha256) = (try keep(text: order.text, turn), order.pictureSha256)
        try turn.send(message, subject: danger.id.value, happened: Instant(microseconds: order.foundUs))
        let known = DangerRepository.Known(found: message, danger: danger)
        let shown = try shownColour(of: known, turn)
        try DangerRepository.keep(known, turn.database)
        if let deadline = danger.deadline {
            try turn.setTimer(Self.dangerDue, subject: danger.id.value, due: deadline)
        }
        try regrade(known, shownBefore: shown, .dangerFound, turn)
    }

    // MARK: the loop

    private func report(_ order: ReportDanger, _ turn: Turn) throws {
        let known = try danger(order.danger, turn)
        let parts = [order.situation, order.analysis, order.plan]
        guard known.danger.grade == .general || parts.allSatisfy({ !$0.isEmpty }) else {
            throw CommandRefusal(
                "report-incomplete",
                "a major danger's report has situation, analysis and plan (order 16 of 2007, article 14)"
            )
        }
        let hashes = try parts.map { try keep(text: $0, turn) }
        try act(on: known, turn, texts: hashes) { danger, by throws(HiddenDanger.Refusal) in
            try danger.report(by: by.actor, at: by.now, by.rules, by.tree)
        }
    }

    private func assign(_ order: AssignDanger, _ turn: Turn) throws {
        guard (1...Limits.nameCharacters).contains(order.responsible.utf8.count) else {
            throw CommandRefusal("responsible-missing", "name who rectifies it")
        }
        try act(on: danger(order.danger, turn), turn) { danger, by throws(HiddenDanger.Refusal) in
            try danger.assign(
                to: PersonID(order.responsible),
                deadline: Instant.unlessZero(order.deadlineUs),
                by: by.actor,
                at: by.now,
                by.rules,
                by.tree
            )
        }
    }

    private func rectify(_ order: RectifyDanger, _ turn: Turn) throws {
        try order.pictureSha256.requireHash("picture_sha256")
        let texts = [try keep(text: order.text, turn), order.pictureSha256]
        try act(on: danger(order.danger, turn), turn, texts: texts) { danger, by throws(HiddenDanger.Refusal) in
            try danger.rectify(by: by.actor, at: by.now, by.rules)
        }
    }

    private func reinspect(_ order: ReinspectDanger, _ turn: Turn) throws {
        let texts = [try keep(text: order.text, turn)]
        try act(on: danger(order.danger, turn), turn, texts: texts) { danger, by throws(HiddenDanger.Refusal) in
            try danger.reinspect(
                passed: order.passed,
                deadline: Instant.unlessZero(order.deadlineUs),
                by: by.actor,
                at: by.now,
                by.rules,
                by.tree
            )
        }
    }

    private func close(_ order: CloseDanger, _ turn: Turn) throws {
        try act(on: danger(order.danger, turn), turn) { danger, by throws(HiddenDanger.Refusal) in
            try danger.close(by: by.actor, by.tree)
        }
    }

    private func lapseDanger(_ turn: Turn) throws {
        guard let grid, let dangers, var known = try DangerRepository.danger(DangerID(turn.subject), turn.database)
        else {
            return
        }
        let effects = known.danger.lapse(at: turn.now, dangers.rules(known.danger.grade), grid.tree)
        try save(known, effects, [], turn)
    }

    // MARK: acting

    /// The danger of that id. Errors: `CommandRefusal`.
    func danger(_ id: String, _ turn: Turn) throws -> DangerRepository.Known {
        guard let known = try DangerRepository.danger(DangerID(id), turn.database) else {
            throw CommandRefusal("unknown-danger", "there is no danger '\(id.prefix(128))'")
        }
        return known
    }

    /// Decides and saves; `texts` are the hashes that the act's record has, in its order.
    func act(
        on known: DangerRepository.Known,
        _ turn: Turn,
        texts: [Data] = [],
        _ body: (inout HiddenDanger, DangerContext) throws(HiddenDanger.Refusal) -> [HiddenDanger.Effect]
    ) throws {
        let (grid, dangers, actor) = try requireDangers(turn)
        let rules = dangers.rules(known.danger.grade)
        var known = known
        let effects: [HiddenDanger.Effect]
        do {
            effects = try body(
                &known.danger,
                DangerContext(grid: grid, dangers: dangers, actor: actor, now: turn.now, rules: rules)
            )
        } catch {
            throw CommandRefusal(
                error.rawValue,
                "danger '\(known.danger.id)' is \(known.danger.state.rawValue), supervised by \(known.danger.supervisor)"
            )
        }
        try save(known, effects, texts, turn)
    }
}

extension Instant {
    /// Nil for 0: the wire's word for none.
    fileprivate static func unlessZero(_ microseconds: Int64) -> Instant? {
        microseconds == 0 ? nil : Instant(microseconds: microseconds)
    }
}
