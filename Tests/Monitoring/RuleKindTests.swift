import Foundation
import MessageSchema
import MonitoringDomain
import MonitoringService
import ServiceKit
import TestSupport
import Testing
import Vocabulary

/// What each kind of rule compares, through the engine. Expected values by hand from the rules' definitions.
@Suite struct RuleKindTests {
    @Test func `low water warns below its number, not at it, and is kept up to the hysteresis above`() throws {
        let rig = try RuleRig([
            RuleRig.rule([
                "kind": "low", "hysteresis": "\"0.10 m\"",
                "bands": "[{ colour: blue, at: \"1.00 m\" }, { colour: yellow, at: \"0.80 m\" }]",
            ])
        ])
        let steps: [(String, [String])] = [
            ("1.00", []),  // 以下 does not include the number
            ("0.99", ["60 issued blue"]), ("0.80", []), ("0.79", ["180 updated yellow"]),
            ("0.89", []),  // below 0.80 + 0.10
            ("0.90", ["300 updated blue"]), ("1.09", []), ("1.10", ["420 cancelled"]),
        ]
        for (hour, step) in steps.enumerated() {
            try rig.read(step.0, minute: Int64(hour) * 60)
            #expect(try rig.life() == step.1, "\(step.0)")
            if hour == 1 {
                let text = try rig.document()
                #expect(text.contains("甲站2026-07-01 09:00测得0.99 m，低于蓝色预警阈值1.00 m。"), "\(text)")
                #expect(
                    text.contains(
                        "Gauge A measured 0.99 m at 2026-07-01 09:00 (Beijing), below the blue threshold of 1.00 m."
                    )
                )
            }
        }
        #expect(try rig.holds())
    }

    @Test func `a fall is measured from the highest reading of its window`() throws {
        let rig = try RuleRig([
            RuleRig.rule(["kind": "fall", "window": "1h", "bands": "[{ colour: yellow, at: \"0.50 m\" }]"])
        ])
        for (minute, stage) in [(0, "2.00"), (30, "2.20"), (60, "1.80")] { try rig.read(stage, minute: Int64(minute)) }
        #expect(try rig.life() == [])
        // Highest of [30, 90]: 2.20 m; 2.20 − 1.70 = 0.50 m.
        try rig.read("1.70", minute: 90)
        #expect(try rig.life() == ["90 issued yellow"])
        #expect(try rig.all(WarningIssued.self).first?.content.evidence.count == 2)
        let text = try rig.document()
        #expect(text.contains("甲站截至2026-07-01 09:30的1小时内下降0.50 m，达到黄色预警阈值0.50 m。"), "\(text)")
        #expect(text.contains("Gauge A fell by 0.50 m in the 1 h up to 2026-07-01 09:30 (Beijing), at or above"))
        #expect(try rig.holds())
    }

    @Test func `a mean wants its fewest readings, and the reading at the window's beginning is not in it`() throws {
        let rig = try RuleRig([
            RuleRig.rule([
                "kind": "mean", "window": "3h", "readings": "3", "bands": "[{ colour: yellow, at: \"2.20 m\" }]",
            ])
        ])
        for (minute, stage) in [(0, "2.40"), (120, "2.60")] { try rig.read(stage, minute: Int64(minute)) }
        #expect(try rig.life() == [])  // 2.50 m of two
        // (0, 180] has 2.60 and 2.00 only.
        try rig.read("2.00", minute: 180)
        #expect(try rig.life() == [])
        // (2.60 + 2.00 + 2.01) / 3 = 2.20333…
        try rig.read("2.01", minute: 240)
        #expect(try rig.life() == ["240 issued yellow"])
        let content = try #require(try rig.all(WarningIssued.self).first?.content)
        #expect(try content.value.checked().millionths == 2_203_333 && content.evidence.count == 3)
        let text = try rig.document()
        #expect(text.contains("甲站截至2026-07-01 12:00的3小时内平均2.203 m，达到黄色预警阈值2.20 m。"), "\(text)")
        #expect(text.contains("measured 2.203 m on average in the 3 h up to"))
        #expect(try rig.holds())
    }

    @Test func `a repeat counts the readings of its window that reach the number`() throws {
        let rig = try RuleRig([
            RuleRig.rule([
                "kind": "repeat", "window": "3h", "exceeds": "\"2.00 m\"", "hysteresis": "0",
                "bands": "[{ colour: blue, at: 3 }]",
            ])
        ])
        for (minute, stage) in [(60, "2.00"), (120, "1.99"), (180, "2.50"), (240, "2.10")] {
            try rig.read(stage, minute: Int64(minute))
        }
        #expect(try rig.life() == [])  // (60, 240]: two
        try rig.read("2.00", minute: 300)
        #expect(try rig.life() == ["300 issued blue"])  // (120, 300]: three
        #expect(try rig.all(WarningIssued.self).first?.content.evidence.count == 3)
        let text = try rig.document()
        #expect(text.contains("甲站截至2026-07-01 13:00的3小时内3次测得2.00 m及以上，达到蓝色预警次数3次。"), "\(text)")
        #expect(text.contains("Gauge A measured 2.00 m or more 3 times in the 3 h up to 2026-07-01 13:00 (Beijing)"))
        try rig.read("1.00", minute: 360)
        #expect(try rig.life() == ["360 cancelled"])
        #expect(try rig.holds())
    }

    @Test(arguments: [(10, 3, 3), (11, 3, 4), (-10, 3, -3), (-11, 3, -4), (5, 2, 3), (-5, 2, -3), (7, 1, 7)])
    func `a mean is rounded to the nearest, halves away from zero`(sum: Int, count: Int, mean: Int64) {
        #expect(WarningRule.Measure.mean(sum: Int128(sum), count: count) == mean)
    }

    @Test func `a mean of nothing, or beyond 64 bits, is none`() {
        #expect(WarningRule.Measure.mean(sum: 1, count: 0) == nil)
        #expect(WarningRule.Measure.mean(sum: Int128(Int64.max) * 3, count: 2) == nil)
    }

    // MARK: schedules

    static func span(
        _ months: (Int, Int)? = nil,
        _ days: Set<Int>? = nil,
        _ hours: (Int, Int)? = nil,
        _ season: YearlySeason? = nil
    )
        -> RuleSchedule
    {
        RuleSchedule([
            .init(
                season: season,
                months: months.flatMap { .init(first: $0.0, last: $0.1) },
                weekdays: days,
                hours: hours.flatMap { .init(begin: $0.0, end: $0.1) }
            )
        ])
    }

    /// Weekdays by Python's `datetime.date.isoweekday()`.
    @Test(arguments: [
        ("2026-07-01T07:59:59+08:00", 3), ("2026-06-30T23:59:59+08:00", 2), ("2026-07-05T00:00:00+08:00", 7),
        ("2026-07-05T23:59:59+08:00", 7), ("2026-07-06T00:00:00+08:00", 1), ("1969-12-31T08:00:00+08:00", 3),
        ("2024-02-29T12:00:00+08:00", 4),
    ])
    func `a weekday is that of Beijing`(text: String, day: Int) throws {
        #expect(BeijingTime.weekday(try #require(Instant(text))) == day)
    }

    @Test(
        arguments: [
            (span((6, 9)), "2026-06-01T00:00:00+08:00", true), (span((6, 9)), "2026-05-31T23:59:59+08:00", false),
            (span((6, 9)), "2026-09-30T23:59:59+08:00", true), (span((11, 3)), "2026-03-31T23:00:00+08:00", true),
            (span((11, 3)), "2026-04-01T00:00:00+08:00", false), (span((11, 3)), "2026-11-01T00:00:00+08:00", true),
            (span(nil, [6, 7]), "2026-07-03T23:59:00+08:00", false),
            (span(nil, [6, 7]), "2026-07-04T00:00:00+08:00", true),
            (span(nil, nil, (8, 20)), "2026-07-01T08:00:00+08:00", true),
            (span(nil, nil, (8, 20)), "2026-07-01T20:00:00+08:00", false),
            (span(nil, nil, (20, 6)), "2026-07-01T05:59:59+08:00", true),
            (span(nil, nil, (20, 6)), "2026-07-01T06:00:00+08:00", false),
            (span(nil, nil, (20, 24)), "2026-07-01T23:59:59+08:00", true),
            (span((6, 9), [3], (8, 20)), "2026-07-01T12:00:00+08:00", true),
            (span((6, 9), [4], (8, 20)), "2026-07-01T12:00:00+08:00", false),
            (span(nil, nil, nil, YearlySeason(from: "05-15", through: "09-15")), "2026-05-15T00:00:00+08:00", true),
            (span(nil, nil, nil, YearlySeason(from: "05-15", through: "09-15")), "2026-09-16T00:00:00+08:00", false),
            (span(nil, nil, nil, YearlySeason(from: "10-15", through: "02-29")), "2026-02-28T23:00:00+08:00", true),
            (span(nil, nil, nil, YearlySeason(from: "10-15", through: "02-29")), "2026-03-01T00:00:00+08:00", false),
            (RuleSchedule.always, "2026-03-01T00:00:00+08:00", true),
        ] as [(RuleSchedule, String, Bool)]
    )
    func `a schedule holds by the calendar and the clock of Beijing`(
        _ schedule: RuleSchedule,
        _ text: String,
        _ holds: Bool
    ) throws {
        #expect(schedule.holds(at: try #require(Instant(text))) == holds)
    }

    @Test(arguments: [("6-1", "09-30"), ("06-31", "09-30"), ("00-01", "09-30"), ("06-01", "13-01"), ("06-01", "")])
    func `a day that no year has makes no season`(from: String, through: String) {
        #expect(YearlySeason(from: from, through: through) == nil)
    }

    @Test func `outside of its schedule a rule demands nothing, and clears`() throws {
        let rig = try RuleRig(
            [
                RuleRig.rule([
                    "schedule": "[{ season: flood, hours: [8, 10] }, { weekdays: [sun] }]", "clear_after": "1h",
                ])
            ],
            more: "seasons: [{ id: flood, from: \"06-01\", through: \"09-30\" }]"
        )
        try rig.read("3.00", minute: 0)  // Wednesday 08:00
        #expect(try rig.life() == ["0 issued yellow"])
        try rig.read("3.50", minute: 120)  // 10:00: over
        try rig.read("3.50", minute: 180)
        #expect(try rig.life() == ["180 cancelled"])
        try rig.read("3.50", minute: 4 * 1_440 - 481)  // Saturday 23:59
        #expect(try rig.life() == [])
        try rig.read("3.50", minute: 4 * 1_440 - 480)  // Sunday 00:00
        #expect(try rig.life() == ["5280 issued yellow"])
        #expect(try rig.holds())
    }

    // MARK: refusals

    @Test(
        arguments: [
            (["kind": "level", "window": "1h"], "unknown key 'window'"), (["kind": "lows"], "no kind of rule"),
            (["kind": "rise"], "'window' is missing"), (["kind": "fall", "window": "0s"], "window"),
            (["kind": "low", "bands": RuleRig.fourColours], "do not ascend"),
            (["bands": "[{ colour: blue, at: \"3.00 m\" }, { colour: yellow, at: \"3.00 m\" }]"], "do not ascend"),
            (["kind": "mean", "window": "1h", "readings": "0"], "out of range"),
            (
                ["kind": "repeat", "window": "1h", "bands": "[{ colour: blue, at: 2 }]", "hysteresis": "0"],
                "'exceeds' is missing"
            ),
            (
                [
                    "kind": "repeat", "window": "1h", "exceeds": "\"2.00 m\"", "bands": "[{ colour: blue, at: 0 }]",
                    "hysteresis": "0",
                ], "no reading is enough"
            ),
            (["kind": "no-data", "bands": "[{ colour: blue, at: 3h }]", "duration": "1h"], "unknown key 'duration'"),
            (["kind": "no-data", "bands": "[{ colour: blue, at: 30s }]"], "silence that is none"),
            (["kind": "no-data", "bands": "[{ colour: blue, at: \"3.00 m\" }]"], "not a duration"),
            (["schedule": "[{ season: flood }]"], "not a season of this file"), (["schedule": "[{}]"], "always"),
            (["schedule": "[]"], "never holds"), (["schedule": "[{ hours: [8, 8] }]"], "no range of hours"),
            (["schedule": "[{ months: [6, 13] }]"], "out of range"),
            (["schedule": "[{ weekdays: [monday] }]"], "not mon"),
            (["realarm_after": "0s"], "over at once"), (["deescalate_after": "soon"], "not a duration"),
            (["bands": "[{ colour: blue, at: \"3.00 m\", valid_for: 1s }]"], "lapses at once"),
        ] as [([String: String], String)]
    )
    func `a wrong rule is refused with its place`(keys: [String: String], part: String) throws {
        let complaint = try #require(
            ShippedExamplesTests.complaint(RuleRig.configuration([RuleRig.rule(keys)])),
            "\(keys)"
        )
        #expect(complaint.description.contains(part) && complaint.line > 8, "\(complaint)")
    }

    @Test(arguments: [
        "from: \"06-31\", through: \"09-30\"", "from: \"06-01\"", "from: \"06-01\", through: \"09-30\", to: 1",
    ])
    func `a wrong season is refused`(_ days: String) throws {
        let text = RuleRig.configuration([RuleRig.rule([:])], more: "seasons: [{ id: flood, \(days) }]")
        #expect(ShippedExamplesTests.complaint(text) != nil)
    }
}
