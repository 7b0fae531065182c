import Foundation
import MessageSchema
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// Hidden dangers and risk points through the engine; expected values by hand from `GridRig.configuration`.
@Suite struct DangerServiceTests {
    let rig: GridRig

    init() throws { rig = try GridRig() }

    /// Finds a danger and gives its id.
    private func found(_ grade: HiddenDangerGrade, enterprise: String = "", point: String = "", by person: String)
        throws -> String
    {
        #expect(try rig.order(rig.found(grade, enterprise: enterprise, point: point), by: person) == "")
        return try #require(rig.all(DangerFound.self).last).danger
    }

    private func rectify(_ danger: String, by person: String) throws -> String {
        var order = RectifyDanger()
        order.danger = danger
        return try rig.order(order, by: person)
    }

    private func reinspect(_ danger: String, passed: Bool = true, by person: String) throws -> String {
        var order = ReinspectDanger()
        (order.danger, order.passed) = (danger, passed)
        return try rig.order(order, by: person)
    }

    private func close(_ danger: String, by person: String) throws -> String {
        var order = CloseDanger()
        order.danger = danger
        return try rig.order(order, by: person)
    }

    private func assign(_ danger: String, by person: String) throws -> String {
        var order = AssignDanger()
        (order.danger, order.responsible) = (danger, "p-boss")
        return try rig.order(order, by: person)
    }

    @Test func `an enterprise finds and rectifies its own, and others re-inspect and close it`() throws {
        let danger = try found(.general, enterprise: "mill", by: "p-boss")
        #expect(try rig.all(DangerFound.self).map(\.selfCheck) == [true] && danger.hasPrefix("D.east.202609301600."))
        #expect(
            try rectify(danger, by: "p-miner") == "not-awaiting-rectification" && rectify(danger, by: "p-boss") == ""
        )
        #expect(try reinspect(danger, by: "p-boss") == "own-enterprise")
        #expect(try reinspect(danger, passed: false, by: "p-east") == "")
        #expect(try rig.all(DangerAssigned.self).map(\.round) == [2])
        #expect(try rig.all(DangerAssigned.self)[0].deadlineUs == (rig.now + .hours(240)).microseconds)
        #expect(try rectify(danger, by: "p-boss") == "" && reinspect(danger, by: "p-east") == "")
        #expect(try close(danger, by: "p-boss") == "own-enterprise" && close(danger, by: "p-east") == "")
        #expect(try close(danger, by: "p-east") == "already-closed" && rig.engine.nextTimer() == nil)
        #expect(
            rig.types() == [
                "danger.found", "danger.rectified", "danger.reinspected", "danger.assigned", "danger.rectified",
                "danger.reinspected", "danger.closed",
            ]
        )
        #expect(try rig.verify())
    }

    @Test func `a major danger is reported in three parts, assigned by the town, listed, and overdue goes up`() throws {
        let danger = try found(.major, enterprise: "mill", by: "p-east")
        var report = ReportDanger()
        (report.danger, report.situation, report.analysis) = (danger, "exit blocked by timber", "ten people")
        #expect(try rig.order(report, by: "p-east") == "report-incomplete")
        report.plan = "clear it"
        #expect(try rig.order(report, by: "p-east") == "")
        #expect(try rig.all(DangerReported.self).map(\.planSha256.count) == [32])
        #expect(try assign(danger, by: "p-east") == "not-supervising" && assign(danger, by: "p-town") == "")
        var list = ListDanger()
        (list.danger, list.supervisor) = (danger, "p-mayor")
        list.untilUs = (rig.now + .hours(24 * 90)).microseconds
        #expect(try rig.order(list, by: "p-boss") == "own-enterprise" && rig.order(list, by: "p-city") == "")
        var suspend = SuspendDangerSite()
        (suspend.danger, suspend.extent) = (danger, .whole)
        #expect(try rig.order(suspend, by: "p-town") == "reason-missing")
        suspend.reason = "people could not get out"
        #expect(try rig.order(suspend, by: "p-town") == "")
        let shown = try #require(try GridMapTests.features(.dangers, rig).first?["properties"] as? [String: Any])
        #expect(shown["listed_supervisor"] as? String == "p-mayor" && shown["suspension"] as? String == "whole")
        #expect(shown["listed_until"] as? String == "2026-12-29T16:00:00Z" && shown["state"] as? String == "assigned")
        // 90 days; the city's turn six hours later, told once more and no further.
        try rig.pass(.hours(24 * 90 - 1))
        #expect(try rig.all(DangerOverdue.self).isEmpty)
        try rig.pass(.hours(48))
        let overdue = try rig.all(DangerOverdue.self)
        #expect(overdue.map(\.toUnit) == ["arxan", "arxan"] && overdue.map(\.fromUnit) == ["yirshi", "arxan"])
        #expect(overdue.map(\.times) == [1, 2] && overdue.allSatisfy { $0.step == .rectify })
        var extend = ExtendDanger()
        (extend.danger, extend.reason) = (danger, "the ground is frozen")
        extend.deadlineUs = (rig.now + .hours(24 * 60)).microseconds
        #expect(try rig.order(extend, by: "p-town") == "not-supervising" && rig.order(extend, by: "p-city") == "")
        #expect(try rig.all(DangerExtended.self).map(\.times) == [1] && rig.engine.nextTimer() != nil)
        #expect(try rig.verify())
    }

    @Test func `a risk point shows more while a major danger is open on it, and is told when that changes`() throws {
        #expect(try Self.shown(rig) == ["dust yellow yellow 0"])
        let first = try found(.major, enterprise: "mill", point: "dust", by: "p-boss")
        let second = try found(.major, enterprise: "mill", point: "dust", by: "p-east")
        _ = try found(.general, enterprise: "mill", point: "dust", by: "p-east")
        #expect(try Self.shown(rig) == ["dust yellow orange 2"])
        let graded = try rig.all(RiskPointGraded.self)
        #expect(graded.map(\.shown) == [.orange] && graded[0].own == .yellow && graded[0].danger == first)
        var retire = RetireRiskPoint()
        retire.riskPoint = "dust"
        #expect(try rig.order(retire, by: "p-east") == "open-danger")
        for danger in [first, second] {
            var report = ReportDanger()
            (report.danger, report.situation, report.analysis, report.plan) = (danger, "a", "b", "c")
            #expect(try rig.order(report, by: "p-east") == "" && assign(danger, by: "p-town") == "")
            #expect(try rectify(danger, by: "p-boss") == "" && reinspect(danger, by: "p-town") == "")
            #expect(try close(danger, by: "p-city") == "")
        }
        // Only the last one's closing changes the colour.
        #expect(try rig.all(RiskPointGraded.self).map(\.reason) == [.dangerFound, .dangerClosed])
        #expect(try rig.all(RiskPointGraded.self).last?.danger == second && Self.shown(rig) == ["dust yellow yellow 0"])
        #expect(try rig.order(retire, by: "p-boss") == "own-enterprise" && rig.order(retire, by: "p-east") == "")
        #expect(try rig.order(retire, by: "p-east") == "unknown-risk-point" && Self.shown(rig).isEmpty && rig.verify())
    }

    /// 3 · 10 · 15 = 450 is extreme, 1 · 0.5 · 40 = 20 slight.
    @Test func `a risk point is registered and graded anew by its method's numbers`() throws {
        var order = RegisterRiskPoint()
        (order.riskPoint, order.name, order.unit, order.hazard) = ("ferry", "渡口", "yirshi", "drowning")
        (order.responsible, order.controls) = ("p-town", ["life jackets"])
        #expect(try rig.order(order, by: "p-town") == "place-missing")
        order.position = rig.seen("smoke", north: 0).position
        #expect(try rig.order(order, by: "p-east") == "not-of-this-unit")
        #expect(try rig.order(order, by: "p-town") == "assessment-missing")
        order.lec.likelihoodTenths = 31
        (order.lec.exposureTenths, order.lec.consequence) = (100, 15)
        #expect(try rig.order(order, by: "p-town") == "out-of-range")
        order.lec.likelihoodTenths = 30
        #expect(try rig.order(order, by: "p-town") == "" && rig.order(order, by: "p-town") == "already-registered")
        var grade = GradeRiskPoint()
        (grade.riskPoint, grade.matrix.likelihood, grade.matrix.consequence) = ("ferry", 1, 1)
        #expect(try rig.order(grade, by: "p-town") == "malformed")
        (grade.lec.likelihoodTenths, grade.lec.exposureTenths, grade.lec.consequence) = (10, 5, 40)
        #expect(try rig.order(grade, by: "p-city") == "")
        #expect(try rig.all(RiskPointGraded.self).map(\.own) == [.red, .blue])
        #expect(try Self.shown(rig) == ["dust yellow yellow 0", "ferry blue blue 0"] && rig.verify())
    }

    @Test func `what cannot be found is refused`() throws {
        #expect(try rig.order(rig.found(.general, unit: "moon"), by: "p-east") == "unknown-unit")
        #expect(try rig.order(rig.found(.unspecified), by: "p-east") == "missing-field")
        #expect(try rig.order(rig.found(.general, enterprise: "bank"), by: "p-east") == "unknown-enterprise")
        #expect(try rig.order(rig.found(.general, enterprise: "mine"), by: "p-boss") == "not-own-site")
        #expect(try rig.order(rig.found(.general, point: "moon"), by: "p-east") == "unknown-risk-point")
        #expect(try rig.order(rig.found(.general), by: "p-stranger") == "role-missing")
        #expect(try close("D.none", by: "p-east") == "unknown-danger" && rig.sent.isEmpty)
    }

    /// Id, own and shown colour and open major dangers of each risk point on the map.
    static func shown(_ rig: GridRig) throws -> [String] {
        try GridMapTests.features(.riskPoints, rig).map { feature in
            let properties = try #require(feature["properties"] as? [String: Any])
            let words = ["own", "shown", "open_major_dangers"].map { "\(properties[$0] ?? "")" }
            return "\(feature["id"] ?? "") " + words.joined(separator: " ")
        }
    }
}
