import Foundation
import MessageSchema
import MonitoringDomain
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// What stops because of warnings, and what they mean for great events; every case by hand.
@Suite struct SuspensionTests {
    static let plan = SuspensionPlan(
        id: "school",
        hazards: [.rainstorm, .flashFlood],
        divisions: ["152202004", "152202100"].compactMap { DivisionCode($0) },
        levels: [.init(.orange, [.classes]), .init(.red, [.classes, .work])]
    )

    static func holding(_ hazard: Hazard, _ colour: WarningColour, _ divisions: [String]) -> String {
        let found = plan.holding(hazard, colour, divisions.compactMap { DivisionCode($0) })
        return found.map { "\($0.colour.name) \($0.divisions.joined(separator: ","))" } ?? "none"
    }

    @Test func `the level at or below the colour holds, in the smaller of both divisions`() {
        #expect(Self.holding(.rainstorm, .yellow, ["152202"]) == "none")
        #expect(Self.holding(.gale, .red, ["152202"]) == "none")
        #expect(Self.holding(.rainstorm, .orange, ["152202"]) == "orange 152202004,152202100")
        #expect(Self.holding(.flashFlood, .red, ["152202004001", "152202004002"]) == "red 152202004001,152202004002")
        #expect(Self.holding(.flashFlood, .red, ["152202101"]) == "none")
    }

    @Test func `a suspension is advised, updated and lifted, and told once`() {
        var track = SuspensionTrack()
        let orange = SuspensionTrack.Holding(colour: .orange, divisions: ["152202004"])
        let red = SuspensionTrack.Holding(colour: .red, divisions: ["152202004"])
        #expect(track.move(to: nil) == nil)
        #expect(track.move(to: red) == .advised(red) && track.move(to: red) == nil)
        #expect(track.move(to: orange) == .updated(orange, previous: .red) && track.revision == 2)
        #expect(track.move(to: nil) == .lifted && track.move(to: nil) == nil)
        #expect(track.move(to: orange) == .advised(orange) && track.revision == 3)
    }

    // MARK: through the engine

    static let suspension = """
        suspension:
          - id: school
            hazards: [gale]
            divisions: ["152202004"]
            levels:
              - { colour: orange, stop: [classes], measures: { zh: 停课, en: No classes }, basis: 预案 4.3 }
              - { colour: red, stop: [classes, work, business], measures: { zh: 停课停工停业, en: Nothing opens }, basis: 预案 4.4 }
        events:
          - id: fair
            name: { zh: 冰雪节, en: Ice fair }
            level: { zh: 一级, en: first }
            places: ["152202004"]
            watch: { from: "2026-10-01T09:00:00+08:00", until: "2026-10-02T08:00:00+08:00" }
            report_hours: [8, 20]
            routine: { zh: 正常举行, en: Goes on }
            measures: [{ colour: yellow, zh: 加固展台, en: Secure the stands }, { colour: red, zh: 停办, en: Close it }]
        """

    static func rig() throws -> RecordingRig {
        try RecordingRig(
            configuration: HandWarningServiceTests.configuration + "\n" + suspension,
            start: HandWarningServiceTests.start - .hours(1)
        )
    }

    /// The draft of that colour is approved; or, with a revision, changed to it and approved.
    static func warn(
        _ rig: RecordingRig,
        _ colour: WireWarningColour,
        _ warning: String = "",
        _ revision: UInt32 = 0,
        at minute: Int64
    )
        throws -> String
    {
        typealias Service = HandWarningServiceTests
        if warning.isEmpty {
            var order = Service.draft()
            order.colour = colour
            #expect(try rig.order(order, by: "p-li", at: Service.at(minute)) == "")
        } else {
            var order = Service.edit(warning, revision)
            order.colour = colour
            #expect(try rig.order(order, by: "p-li", at: Service.at(minute)) == "")
        }
        let content = try #require(try rig.messages(WarningDrafted.self).last).content
        let approval = Service.approve(content.warning, content.revision)
        #expect(try rig.order(approval, by: "p-zhao", at: Service.at(minute)) == "")
        return content.warning
    }

    @Test func `classes and work stop with the level, and go on when it falls or the warning ends`() throws {
        let rig = try Self.rig()
        let warning = try Self.warn(rig, .red, at: 0)
        let advised = try #require(try rig.messages(SuspensionAdvised.self).last).content
        #expect(advised.warning == warning && advised.kinds == [.classes, .work, .business])
        #expect(
            advised.divisions == ["152202004"] && advised.basis == "预案 4.4" && advised.measuresEn == "Nothing opens"
        )
        _ = try Self.warn(rig, .orange, warning, 1, at: 10)
        let updated = try #require(try rig.messages(SuspensionUpdated.self).last)
        #expect(updated.content.kinds == [.classes] && updated.previousColour == .red && updated.content.revision == 2)
        _ = try Self.warn(rig, .yellow, warning, 2, at: 20)
        _ = try Self.warn(rig, .red, warning, 3, at: 30)
        var clear = ClearWarning()
        clear.warning = warning
        #expect(try rig.order(clear, by: "p-zhao", at: HandWarningServiceTests.at(40)) == "")
        _ = try Self.warn(rig, .orange, at: 50)
        _ = try rig.engine.fireTimers(at: HandWarningServiceTests.at(50 + 6 * 60))
        #expect(try rig.messages(SuspensionAdvised.self).map(\.content.colour) == [.red, .red, .orange])
        #expect(
            try rig.messages(SuspensionLifted.self).map(\.reason) == [.levelFell, .warningCancelled, .warningExpired]
        )
        #expect(try rig.differences().isEmpty)
    }

    @Test func `a great event's report says what threatens it at its hours, and ends with its watch`() throws {
        let rig = try Self.rig()
        // A reading before the watch, and a warning that stands at the first hour only.
        try ForecastServiceTests.report(rig, HandWarningServiceTests.at(0), [ForecastServiceTests.stage(1_000)])
        _ = try Self.warn(rig, .orange, at: 8 * 60)
        _ = try rig.engine.fireTimers(at: HandWarningServiceTests.at(48 * 60))
        let reports = try rig.messages(RiskReportDrafted.self)
        // 20:00 on 1 October and 08:00 on the second, in Beijing.
        #expect(reports.map(\.report) == ["R.fair.202610011200", "R.fair.202610020000"])
        #expect(
            reports[0].colour == .orange && reports[0].warnings.count == 1
                && reports[0].measuresEn == "Secure the stands"
        )
        #expect(
            reports[0].textZh.contains("· 大风橙色预警：伊尔施、天池")
                && reports[0].textEn.contains("- Gale, orange: Yirshi, Tianchi")
        )
        #expect(reports[1].colour == .unspecified && reports[1].warnings.isEmpty && reports[1].measuresZh == "正常举行")
        #expect(reports[1].textEn.hasSuffix("No major danger is open.\nMeasures: Goes on"))
        #expect(try rig.differences().isEmpty)
    }

    @Test func `forecasts and open major dangers of its places stand in the report`() throws {
        let rig = try GridRig(
            more: """
                forecasts: [{ id: api, kind: api, station: "1522021001", recession: 0.9, settle: 1, wait: 30m }]
                events:
                  - { id: fair, name: { zh: 冰雪节, en: Ice fair }, level: { zh: 一级, en: first }, places: ["152202004"], report_hours: [20], measures: [],
                      watch: { from: "2026-10-01T00:00:00+08:00", until: "2026-10-09T08:00:00+08:00" }, routine: { zh: 正常, en: Goes on } }
                """
        )
        #expect(try rig.order(rig.found(.major), by: "p-east") == "")
        #expect(try rig.order(rig.found(.general), by: "p-east") == "")
        for day in 0...2 {
            try rig.report(dayRain: 100, at: GridRig.start + .hours(Int64(24 * day + 8)))
            try rig.pass(.hours(24))
        }
        let report = try #require(try rig.all(RiskReportDrafted.self).last)
        #expect(
            report.dangers.count == 1 && report.dangers[0].kind == "blocked-exit" && report.dangers[0].state == "found"
        )
        #expect(report.forecasts.map(\.element) == ["api"] && !report.forecasts[0].record.isEmpty)
        #expect(report.textEn.contains("- Gauge api: "))
        #expect(try rig.verify())
    }

    @Test func `report times are full hours within the watch`() {
        // 1 October 09:00 through 2 October 08:00 in Beijing.
        let from = Instant(seconds: 1_790_816_400)
        let times = ReportTimes(from: from, until: from + .hours(23), hours: [8, 20])
        var (found, now) = ([Instant](), from - .hours(100))
        while let next = times.next(after: now) {
            found.append(next)
            now = next
        }
        #expect(found == [from + .hours(11), from + .hours(23)])
        #expect(ReportTimes(from: from, until: from + .hours(1), hours: [9]).next(after: from - .hours(1)) == from)
        #expect(ReportTimes(from: from, until: from + .hours(1), hours: [8]).next(after: from) == nil)
    }

    @Test(arguments: [
        ("stop: [classes],", "stop: [],"), ("stop: [classes],", "stop: [naps],"),
        ("colour: orange, stop", "colour: red, stop"),
        ("divisions: [\"152202004\"]", "divisions: [\"152202009\"]"), ("hazards: [gale]", "hazards: []"),
        ("basis: 预案 4.3", "base: 预案"),
        ("until: \"2026-10-02T08:00:00+08:00\"", "until: \"2026-09-02T08:00:00+08:00\""),
        ("from: \"2026-10-01T09:00:00+08:00\"", "from: \"2026-10-01T09:00:00\""),
        ("report_hours: [8, 20]", "report_hours: []"), ("colour: red, zh", "colour: blue, zh"),
    ])
    func `a wrong plan is refused at start, with its line`(right: String, wrong: String) throws {
        let text = HandWarningServiceTests.configuration + "\n" + Self.suspension.replacing(right, with: wrong)
        let error = #expect(throws: ConfigurationError.self) {
            try RecordingRig(configuration: text, start: HandWarningServiceTests.start)
        }
        #expect(error?.line ?? 0 > 20)
    }
}
