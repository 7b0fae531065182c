import MessageSchema
import MonitoringDomain
import ServiceKit
import Vocabulary

// Risk points 风险点: registered, graded in four colours, graded anew when the assessment or the dangers on them change.

extension MonitoringCore {
    static func registerRiskPoints(_ routes: inout Routes<MonitoringCore>) {
        routes.command(RegisterRiskPoint.self) { core, order, turn in try core.register(order, turn) }
        routes.command(GradeRiskPoint.self) { core, order, turn in try core.grade(order, turn) }
        routes.command(RetireRiskPoint.self) { core, order, turn in try core.retire(order, turn) }
    }

    private func requireRiskPoints() throws(CommandRefusal) -> RiskPointConfiguration {
        guard let riskPoints else {
            throw CommandRefusal("no-risk-points", "this place has no risk points; add risk_points to monitoring.yaml")
        }
        return riskPoints
    }

    /// The point of that id, as commands left it, or as the configuration has it. Errors: `CommandRefusal`.
    func riskPoint(_ id: String, _ turn: Turn) throws -> DangerRepository.Point {
        let configured = try requireRiskPoints().point(RiskPointID(id))
        guard let point = try DangerRepository.point(RiskPointID(id), turn.database) ?? configured, !point.isRetired
        else {
            throw CommandRefusal("unknown-risk-point", "there is no risk point '\(id.prefix(128))'")
        }
        return point
    }

    // MARK: commands

    private func register(_ order: RegisterRiskPoint, _ turn: Turn) throws {
        let tables = try requireRiskPoints().tables
        let registered = try checked(order, turn)
        try authorise(registered, turn)
        let own = try Self.colour(order.assessment.map { try RiskAssessment($0) }, tables)
        let point = DangerRepository.Point(registered: registered, own: own)
        try DangerRepository.keep(point, turn.database)
        try turn.send(registered, subject: registered.riskPoint)
        try tell(point, .assessed, turn) { message in
            switch order.assessment {
            case .lec(let lec)?: message.lec = lec
            case .matrix(let matrix)?: message.matrix = matrix
            case nil: break
            }
        }
    }

    private func checked(_ order: RegisterRiskPoint, _ turn: Turn) throws -> RiskPointRegistered {
        guard order.riskPoint.isWord else {
            throw CommandRefusal("bad-id", "a risk point's id has 1 to 32 small letters, digits and hyphens")
        }
        let configured = try requireRiskPoints().point(RiskPointID(order.riskPoint))
        guard try DangerRepository.point(RiskPointID(order.riskPoint), turn.database) == nil, configured == nil else {
            throw CommandRefusal(
                "already-registered",
                "there is or was a risk point '\(order.riskPoint)'; take another id"
            )
        }
        guard (1...200).contains(order.name.utf8.count), order.hazard.isWord,
            (1...Limits.nameCharacters).contains(order.responsible.utf8.count)
        else { throw CommandRefusal("description-missing", "give a name, a hazard and a responsible person") }
        guard order.controls.count <= 20, order.controls.allSatisfy({ (1...500).contains($0.utf8.count) }) else {
            throw CommandRefusal("controls-too-long", "name at most 20 controls of 500 bytes")
        }
        guard order.enterprise.isEmpty || dangers?.enterprises.contains(EnterpriseID(order.enterprise)) == true else {
            throw CommandRefusal("unknown-enterprise", "'\(order.enterprise.prefix(64))' is no enterprise here")
        }
        guard order.hasPosition else { throw CommandRefusal("place-missing", "give the position of the risk point") }
        // Without a unit beside it, for a risk point stands on the map.
        _ = try requireGrid().place(unit: "", position: order.position, otherwise: GridUnitID(order.unit))
        var registered = RiskPointRegistered()
        (registered.riskPoint, registered.name) = (order.riskPoint, order.name)
        (registered.unit, registered.position) = (try requireGrid().unit(order.unit).id.value, order.position)
        (registered.enterprise, registered.hazard) = (order.enterprise, order.hazard)
        (registered.responsible, registered.controls) = (order.responsible, order.controls)
        return registered
    }

    private func grade(_ order: GradeRiskPoint, _ turn: Turn) throws {
        var point = try riskPoint(order.riskPoint, turn)
        try authorise(point.registered, turn)
        point.own = try Self.colour(order.assessment.map { try RiskAssessment($0) }, requireRiskPoints().tables)
        try DangerRepository.keep(point, turn.database)
        try tell(point, .assessed, turn) { message in
            switch order.assessment {
            case .lec(let lec)?: message.lec = lec
            case .matrix(let matrix)?: message.matrix = matrix
            case nil: break
            }
        }
    }

    private func retire(_ order: RetireRiskPoint, _ turn: Turn) throws {
        var point = try riskPoint(order.riskPoint, turn)
        let actor = try authorise(point.registered, turn)
        guard !actor.units.isEmpty else {
            throw CommandRefusal("own-enterprise", "an enterprise does not retire its own risk point")
        }
        let id = RiskPointID(order.riskPoint)
        guard try DangerRepository.openMajorDangers(on: id, turn.database) == 0 else {
            throw CommandRefusal("open-danger", "a major danger is open on '\(id)'; close it first")
        }
        point.isRetired = true
        try DangerRepository.keep(point, turn.database)
        var message = RiskPointRetired()
        message.riskPoint = id.value
        try turn.send(message, subject: id.value)
    }

    /// One who works for the point's unit or above it, or for its enterprise.
    @discardableResult
    private func authorise(_ point: RiskPointRegistered, _ turn: Turn) throws -> DangerActor {
        let grid = try requireGrid()
        guard let person = turn.actor?.person else { throw CommandRefusal("role-missing", "nobody is named") }
        let units = grid.tree.path(from: GridUnitID(point.unit)).filter(grid.works(person).contains)
        let enterprise = dangers?.employees[person]
        guard !units.isEmpty || enterprise?.value == point.enterprise else {
            throw CommandRefusal(
                "not-of-this-unit",
                "one who works for \(point.unit) or above it, or for the enterprise"
            )
        }
        return DangerActor(person: person, enterprise: enterprise, units: units)
    }

    private static func colour(_ assessment: RiskAssessment?, _ tables: RiskTables) throws -> WarningColour {
        guard let assessment else { throw CommandRefusal("assessment-missing", "give lec or matrix") }
        do {
            return try tables.colour(assessment)
        } catch {
            throw CommandRefusal(error.code.rawValue, error.message)
        }
    }

    // MARK: grades

    /// What the risk point of a danger shows; nil without a risk point.
    func shownColour(of known: DangerRepository.Known, _ turn: Turn) throws -> WarningColour? {
        let id = RiskPointID(known.found.riskPoint)
        guard !id.value.isEmpty, let riskPoints,
            let point = try DangerRepository.point(id, turn.database) ?? riskPoints.point(id)
        else { return nil }
        let open = try DangerRepository.openMajorDangers(on: id, turn.database)
        return riskPoints.tables.shown(point.own, openMajorDangers: open)
    }

    /// Tells the colour that the risk point of a danger shows, where it has changed.
    func regrade(
        _ known: DangerRepository.Known,
        shownBefore: WarningColour?,
        _ reason: GradingReason,
        _ turn: Turn
    ) throws {
        let id = RiskPointID(known.found.riskPoint)
        guard let shown = try shownColour(of: known, turn), shown != shownBefore,
            let point = try DangerRepository.point(id, turn.database) ?? riskPoints?.point(id)
        else { return }
        try tell(point, reason, turn) { $0.danger = known.danger.id.value }
    }

    private func tell(
        _ point: DangerRepository.Point,
        _ reason: GradingReason,
        _ turn: Turn,
        _ fill: (inout RiskPointGraded) -> Void
    ) throws {
        let id = RiskPointID(point.registered.riskPoint)
        let open = try DangerRepository.openMajorDangers(on: id, turn.database)
        let shown = try requireRiskPoints().tables.shown(point.own, openMajorDangers: open)
        var message = RiskPointGraded()
        (message.riskPoint, message.reason) = (id.value, reason)
        (message.own, message.shown) = (WireWarningColour(point.own), WireWarningColour(shown))
        message.openMajorDangers = UInt32(clamping: open)
        fill(&message)
        try turn.send(message, subject: id.value)
    }
}

extension RiskAssessment {
    /// Errors: `CommandRefusal` for numbers that the method does not have.
    init(_ assessment: RegisterRiskPoint.OneOf_Assessment) throws {
        switch assessment {
        case .lec(let lec): self = try .init(lec)
        case .matrix(let matrix): self = .init(matrix)
        }
    }

    /// The same.
    init(_ assessment: GradeRiskPoint.OneOf_Assessment) throws {
        switch assessment {
        case .lec(let lec): self = try .init(lec)
        case .matrix(let matrix): self = .init(matrix)
        }
    }

    private init(_ lec: LecAssessment) throws {
        do {
            self = .likelihoodExposureConsequence(
                try LikelihoodExposureConsequence(
                    likelihoodTenths: Int(lec.likelihoodTenths),
                    exposureTenths: Int(lec.exposureTenths),
                    consequence: Int(lec.consequence)
                )
            )
        } catch {
            throw CommandRefusal(error.code.rawValue, error.message)
        }
    }

    private init(_ matrix: MatrixAssessment) {
        self = .matrix(likelihood: Int(matrix.likelihood), consequence: Int(matrix.consequence))
    }
}
